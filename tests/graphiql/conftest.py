"""One Chromium for all tests of the page; each test opens a page with storage of its own."""

from collections.abc import Iterator

import pytest
from tests.graphiql.browser import Browser, open_browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium, started when the first test asks for it."""
    with open_browser(tmp_path_factory.mktemp("chromium")) as running:
        yield running
