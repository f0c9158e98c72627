"""A service of its own that does the jobs of exports and imports."""

from __future__ import annotations

from tests.imports.conftest import begun, desk, settings, starting
from tests.package_database import workspaces

__all__ = ["begun", "desk", "settings", "starting", "workspaces"]
