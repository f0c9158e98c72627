"""These tests compare whole databases before and after: they have one of their own.

Services do no jobs in it: each would do those that the tests before it began.
"""

from tests.imports.conftest import settings
from tests.package_database import workspaces

__all__ = ["settings", "workspaces"]
