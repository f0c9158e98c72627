"""An application and a database of their own, for tests that look at all there is.

What other tests left would slow these down, and what they leave would disturb others. A module
or the ``conftest.py`` of a package takes both fixtures from ``tests.module_database`` or
``tests.package_database``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

import pytest

from clientgraph.config import Settings
from clientgraph.testing import Workspaces, begun, fresh_database, settings_for
from clientgraph.verifications import service
from clientgraph.verifications.service import LONGEST_REST

# Refused at once: no test asks the Commission of anybody.
NOWHERE: Final = "http://127.0.0.1:9"


async def settings(
    anyio_backend: str, dialect: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Settings]:
    """Settings of a migrated, empty database."""
    folder = tmp_path_factory.mktemp("database")
    async with fresh_database(dialect, folder) as urls:
        yield replace(settings_for(*urls), file_folder=str(folder / "files"))


async def workspaces(settings: Settings) -> AsyncIterator[Workspaces]:
    """The running application, and a way to make workspaces in it.

    Verifiers are asked once: what is asked again by itself would change a database that is looked
    at as a whole.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "_pause", lambda _attempts, _retry_after: LONGEST_REST)
        quiet = replace(settings, periodic_tasks=False, jobs=0)
        async with begun(quiet, service_urls={"vies": {"rest": NOWHERE}}) as made:
            yield made
