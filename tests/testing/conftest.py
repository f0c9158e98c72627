"""What the tests of the kit share."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What mypy knows of the service's types: learned once for all plugins that are checked."""
    return str(tmp_path_factory.mktemp("mypy"))
