"""An application and a database for the module of tests that imports both fixtures."""

from __future__ import annotations

import pytest

from tests import own_database

settings = pytest.fixture(scope="module")(own_database.settings)
workspaces = pytest.fixture(scope="module")(own_database.workspaces)
