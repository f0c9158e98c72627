"""Workspaces, their members and their API tokens."""
