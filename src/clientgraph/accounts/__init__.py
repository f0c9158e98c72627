"""Bank accounts of a workspace."""
