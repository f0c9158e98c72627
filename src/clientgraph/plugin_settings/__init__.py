"""What a workspace says of plugins: which take part, and their settings."""
