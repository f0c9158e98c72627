"""The rows of the contract that are about sheets: they take a service that does jobs."""

from __future__ import annotations

from tests.imports.conftest import desk, settings, workspaces

__all__ = ["desk", "settings", "workspaces"]
