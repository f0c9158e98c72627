"""Connections, migrations and the walls between workspaces, on SQLite and PostgreSQL."""
