"""Policies of a workspace: what is required, unique, deletable, and on."""
