"""What became of each plugin: shown to whoever runs a workspace, the service or its figures."""
