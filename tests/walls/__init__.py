"""The walls between workspaces, roles and callers, tried from the outside and from below."""
