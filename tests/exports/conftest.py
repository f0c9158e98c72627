"""A service of its own that does the jobs of exports and imports."""

from __future__ import annotations

from tests.imports.conftest import desk, settings
from tests.package_database import workspaces

__all__ = ["desk", "settings", "workspaces"]
