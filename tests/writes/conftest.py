"""These tests compare whole databases before and after: they have one of their own."""

from tests.package_database import settings, workspaces

__all__ = ["settings", "workspaces"]
