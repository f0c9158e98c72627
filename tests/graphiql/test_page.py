"""The GraphiQL page in a real browser, under its own policy and without a network."""

import json
import os
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from tests.graphiql.browser import Browser, Page
from tests.graphiql.server import REFUSED, TOKEN, create_app, serve

from clientgraph.graphiql import Example

# The page speaks to no database; running it once is enough.
pytestmark = pytest.mark.skipif(
    os.environ.get("CLIENTGRAPH_TEST_DATABASE") == "postgres", reason="runs on SQLite alone"
)
PLAY = ".graphiql-execute-button"
ANSWER = ".graphiql-response"
QUERY = ".graphiql-query-editor"
HEADERS = ".graphiql-editor-tool .graphiql-editor:nth-of-type(2)"
GREETING = {
    "data": {
        "greeting": "Hello Zoë",
        "client": {"name": "Société Générale", "city": "Paris"},
    }
}
SCHEMA_LOADED = "!!document.querySelector('.graphiql-doc-explorer-root-type')"
STORED = "JSON.stringify(Object.entries(localStorage))"


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """The address of a server whose page knows the token."""
    with serve(create_app(in_demo=True)) as url:
        yield f"{url}/graphql"


@pytest.fixture(scope="module")
def ordinary() -> Iterator[str]:
    """The address of a server whose page knows no token."""
    with serve(create_app(in_demo=False)) as url:
        yield f"{url}/graphql"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which, when the test ends, nothing may have gone wrong or left this machine."""
    with browser.page() as opened:
        yield opened
        assert opened.violations == []
        assert opened.errors == []
        assert [url for url in opened.requests if "://127.0.0.1:" not in url] == []


def lines(selector: str) -> str:
    """JavaScript for the text of an editor, '' while there is none; Monaco pads with U+00A0."""
    found = f"document.querySelector({json.dumps(f'{selector} .view-lines')})"
    return f"({found}?.innerText ?? '').replaceAll('\\u00a0', ' ')"


def wait_until_ready(page: Page) -> None:
    """Wait until the query is in its editor."""
    page.wait_for(f"{lines(QUERY)} !== ''")


def open_tab(page: Page, number: int, expected: str) -> None:
    """Go to a tab and wait until GraphiQL has read its query, which it does 100 ms later."""
    wait_until_ready(page)
    page.click(f"#graphiql-session-tab-{number}")
    page.wait_for(f"{lines(QUERY)}.includes({json.dumps(expected)})")
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 300))")


def play(page: Page, expected: str) -> Any:
    """Press play and return the answer once it holds the expected text."""
    wait_until_ready(page)
    page.click(PLAY)
    page.wait_for(f"{lines(ANSWER)}.includes({json.dumps(expected)})")
    return json.loads(page.evaluate(lines(ANSWER)))


def was_requested(page: Page, part: str) -> bool:
    """Whether an address with this part has been asked for."""
    return any(part in url for url in page.requests)


def show(page: Page, plugin: str) -> None:
    """Open a plugin with its button in the side bar."""
    page.click(f'.graphiql-sidebar [aria-label="Show {plugin}"]')


def paste_headers(page: Page, text: str) -> None:
    """Replace the content of the header editor."""
    page.click('.graphiql-editor-tools [data-name="headers"]')
    page.click(f"{HEADERS} .view-lines")
    page.press("a", control=True)
    page.type(text)


def test_play_works_at_once(page: Page, demo: str) -> None:
    """The first example runs with the default header when play is pressed."""
    page.goto(demo)
    assert play(page, "Paris") == GREETING
    assert page.evaluate("document.title") == "clientgraph"
    assert page.evaluate(lines(QUERY)).startswith("# Greet a client by name\nquery Greeting(")


def test_editor_is_alive(page: Page, demo: str) -> None:
    """Colours, local fonts and all three workers are there."""
    page.goto(demo)
    page.wait_for("new Set([...document.querySelectorAll('.view-line span span')]"
                  ".map((e) => getComputedStyle(e).color)).size > 4")  # fmt: skip
    page.wait_for("document.fonts.check('15px \"Fira Code\"')")
    page.wait_for("document.fonts.check('15px Roboto')")
    page.wait_for("performance.getEntriesByType('resource').some((e) => /codicon/.test(e.name))")
    for worker in ("editor.worker", "json.worker", "graphql.worker"):
        page.wait_until(partial(was_requested, page, worker), worker)


def test_query_with_mistake_is_underlined(page: Page, demo: str) -> None:
    """The GraphQL worker checks the query against the schema."""
    page.goto(demo)
    page.click(f"{QUERY} .view-lines")
    page.press("a", control=True)
    page.type("{ nothing }")
    page.wait_for("!!document.querySelector('.squiggly-error')")


def test_prettify_formats(page: Page) -> None:
    """The formatter is loaded from this host when its button is pressed."""
    example = Example(title="Unformatted", query="{greeting(name:1)}")
    with serve(create_app(in_demo=True, examples=[example])) as url:
        page.goto(f"{url}/graphql")
        wait_until_ready(page)
        page.click('[aria-label^="Prettify"]')
        page.wait_for(f"{lines(QUERY)}.includes('{{\\n  greeting(name: 1)\\n}}')")


def test_plugins_open(page: Page, demo: str) -> None:
    """Documentation, history and explorer show the schema and the query that ran."""
    page.goto(demo)
    play(page, "Paris")
    show(page, "Documentation Explorer")
    page.wait_for(SCHEMA_LOADED)
    show(page, "History")
    page.wait_for("document.querySelector('.graphiql-history-item')?.innerText === 'Greeting'")
    show(page, "GraphiQL Explorer")
    page.wait_for(
        "document.querySelector('.graphiql-explorer-root')?.innerText.includes('greeting')"
    )


def test_subscription_runs(page: Page, demo: str) -> None:
    """A subscription takes the header to a WebSocket on the same path."""
    page.goto(demo)
    open_tab(page, 1, "subscription Countdown")
    assert play(page, '"countdown": 0') == {"data": {"countdown": 0}}
    assert [url for url in page.requests if url.startswith("ws")] == [
        demo.replace("http://", "ws://")
    ]


def test_reload_keeps_tabs_but_no_token(page: Page, demo: str) -> None:
    """After a reload the tabs are back, play works, and no token lies in the local storage."""
    page.goto(demo)
    play(page, "Paris")
    page.click("#graphiql-session-tab-1")
    page.wait_for(f"{STORED}.includes('activeTabIndex\\\\\":1')")
    page.reload()
    page.wait_for(f"{lines(QUERY)}.includes('subscription Countdown')")
    play(page, '"countdown": 0')
    open_tab(page, 0, "query Greeting")
    play(page, "Paris")
    assert TOKEN not in page.evaluate(STORED)


def test_history_item_of_an_earlier_visit_runs(page: Page, demo: str) -> None:
    """An entry of the history, kept without its headers, gets the default ones back."""
    page.goto(demo)
    play(page, "Paris")
    page.wait_for(f"{STORED}.includes('graphiql:queries')")
    page.reload()
    show(page, "History")
    page.click(".graphiql-history-item-label")
    assert play(page, "Paris") == GREETING


def test_token_in_fragment_is_used_and_removed(page: Page, ordinary: str) -> None:
    """A token after # becomes the header, leaves the address and survives a reload."""
    page.goto(f"{ordinary}#token={TOKEN}")
    assert play(page, "Paris") == GREETING
    assert page.evaluate("location.href") == ordinary
    assert not was_requested(page, TOKEN)
    page.reload()
    assert play(page, "Paris") == GREETING
    assert TOKEN not in page.evaluate(STORED)


def test_token_in_fragment_of_an_open_page(page: Page, ordinary: str) -> None:
    """An address with a token, opened where the page is already open, takes effect too."""
    page.goto(ordinary)
    wait_until_ready(page)
    page.evaluate(f"void (location.hash = 'token={TOKEN}')")
    page.wait_for("sessionStorage.length === 1 && document.readyState === 'complete'")
    assert play(page, "Paris") == GREETING


def test_pasted_token_loads_the_schema(page: Page, ordinary: str) -> None:
    """Without a token all is refused; once a header is pasted, schema and play are there."""
    page.goto(ordinary)
    assert play(page, REFUSED) == {"data": None, "errors": [{"message": REFUSED}]}
    show(page, "Documentation Explorer")
    page.wait_for("!!document.querySelector('.graphiql-doc-explorer-error')")
    paste_headers(page, json.dumps({"Authorization": f"Bearer {TOKEN}"}))
    page.wait_for(SCHEMA_LOADED)
    assert play(page, "Paris") == GREETING


def test_headers_are_kept_when_asked(page: Page, ordinary: str) -> None:
    """The setting that keeps headers holds over a reload, and switching it off removes them."""
    page.goto(ordinary)
    page.click('[aria-label="Open settings dialog"]')
    page.click("#enable-persist-headers")
    page.press("Escape")
    paste_headers(page, json.dumps({"Authorization": f"Bearer {TOKEN}"}))
    play(page, "Paris")
    page.wait_for(f"{STORED}.split('{TOKEN}').length >= 3")
    page.reload()
    assert play(page, "Paris") == GREETING
    page.click('[aria-label="Open settings dialog"]')
    page.click("#disable-persist-headers")
    page.wait_for(f"!{STORED}.includes('{TOKEN}')")


def test_hostile_example_stays_text(page: Page) -> None:
    """Markup in an example is shown in the editor and runs nowhere."""
    hostile = "</script><script>document.title = 'taken'</script><!--\u2028"
    example = Example(title="x", query=f"# {hostile}\n{{ greeting(name: 1) }}")
    with serve(create_app(in_demo=True, examples=[example])) as url:
        page.goto(f"{url}/graphql")
        page.wait_for(f"{lines(QUERY)}.includes('</script><script>')")
        assert page.evaluate("document.title") == "clientgraph"


def test_driver_sees_what_goes_wrong(browser: Browser) -> None:
    """A page that breaks its policy, throws and leaves the host is caught doing so."""

    def bad(request: Request) -> Response:
        html = (
            "<script nonce=n>console.error('oh'); fetch('http://example.org/x').catch(() => 0);"
            "setTimeout(() => { throw new Error('thrown') })</script><script>1</script>"
        )
        policy = "default-src 'none'; script-src 'nonce-n'"
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    with serve(Starlette(routes=[Route("/", bad)])) as url, browser.page() as opened:
        opened.goto(f"{url}/")
        opened.wait_until(lambda: len(opened.violations) == 2, "two violations")
        assert sorted(v.partition(":")[0] for v in opened.violations) == [
            "connect-src",
            "script-src-elem",
        ]
        assert any(error.startswith("Error: thrown") for error in opened.errors)
        assert "oh" in opened.errors
