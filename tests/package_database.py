"""An application and a database for a package, whose ``conftest.py`` imports both fixtures.

Its folder needs an ``__init__.py``. In a module they would last as long as all tests.
"""

from __future__ import annotations

import pytest

from tests import own_database

settings = pytest.fixture(scope="package")(own_database.settings)
workspaces = pytest.fixture(scope="package")(own_database.workspaces)
