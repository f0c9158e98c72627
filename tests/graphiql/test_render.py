"""The HTML of the GraphiQL page and its policy, without a browser."""

import json
import re

import pytest

from clientgraph.graphiql import Example, GraphiQLPage, content_security_policy

NONCE = "dGhpcyBpcyBhIG5vbmNl"
CONFIG = re.compile(r'<script type="application/json" id="clientgraph-config">(.*?)</script>')


def config_text(html: str) -> str:
    """The text of the configuration element."""
    found = CONFIG.search(html)
    assert found is not None
    return found[1]


def test_configuration_reaches_the_page() -> None:
    """Endpoint, title, headers and examples arrive as the script of the page reads them."""
    example = Example(
        title="One client",
        query="{ client { name } }",
        variables={"ville": "Orléans"},
        headers={"Accept-Language": "fr"},
    )
    html = GraphiQLPage().render(
        NONCE,
        endpoint="/graphql",
        examples=[example],
        default_headers={"Authorization": "Bearer cgp_x"},
        title="Clients & Söhne",
    )
    assert json.loads(config_text(html)) == {
        "title": "Clients & Söhne",
        "endpoint": "/graphql",
        "defaultHeaders": {"Authorization": "Bearer cgp_x"},
        "examples": [
            {
                "title": "One client",
                "query": "{ client { name } }",
                "variables": '{\n  "ville": "Orléans"\n}',
                "headers": {"Accept-Language": "fr"},
            }
        ],
    }
    assert "<title>Clients &amp; Söhne</title>" in html


def test_no_token_without_default_headers() -> None:
    """Nothing of an Authorization header is in a page that was given none."""
    html = GraphiQLPage().render(NONCE, endpoint="/graphql")
    assert json.loads(config_text(html))["defaultHeaders"] == {}
    assert "Authorization" not in html


def test_configuration_cannot_leave_its_element() -> None:
    """Markup and line separators in an example are written as escapes and read back equal."""
    hostile = "</script><!--<script>&amp;\u2028\u2029é"
    html = GraphiQLPage().render(
        NONCE, endpoint="/graphql", examples=[Example(title="<b>", query=hostile)]
    )
    text = config_text(html)
    assert re.search("[<>&\u2028\u2029]", text) is None
    assert json.loads(text)["examples"][0]["query"] == hostile


def test_every_script_carries_the_nonce() -> None:
    """The page has one script that runs, and it and the preloads carry the nonce."""
    html = GraphiQLPage(assets_path="/assets/").render(NONCE, endpoint="/graphql")
    running = re.findall(r"<script (?!type=\"application/json\")[^>]*>", html)
    assert len(running) == 1
    assert re.fullmatch(
        rf'<script type="module" nonce="{NONCE}" src="/assets/main-[\w-]{{8}}\.js">', running[0]
    )
    assert all(f'nonce="{NONCE}"' in link for link in re.findall(r"<link rel=\"module.*", html))
    assert "style=" not in html
    assert "http" not in html


def test_policy_is_strict() -> None:
    """The policy names this host and the nonce only."""
    assert content_security_policy(NONCE) == (
        "default-src 'none'; "
        f"script-src 'nonce-{NONCE}' 'strict-dynamic'; "
        f"style-src 'self' 'nonce-{NONCE}'; "
        "style-src-attr 'unsafe-inline'; "
        "connect-src 'self'; "
        "img-src 'self' data:; "
        "font-src 'self'; "
        "worker-src 'self'; "
        "base-uri 'none'; "
        "form-action 'none'; "
        "frame-ancestors 'none'"
    )


@pytest.mark.parametrize("nonce", ["", "short", "a" * 20 + "'", "a" * 20 + '"', "a" * 20 + "\n"])
def test_malformed_nonce_is_refused(nonce: str) -> None:
    """What could leave the header or the attribute is no nonce."""
    with pytest.raises(ValueError, match="at least 16 characters of base64"):
        content_security_policy(nonce)
    with pytest.raises(ValueError, match="at least 16 characters of base64"):
        GraphiQLPage().render(nonce, endpoint="/graphql")


@pytest.mark.parametrize(
    "path", ["", "graphql", "//host/x", "https://host/x", '/x"', "/x?y", "/x\n"]
)
def test_paths_stay_on_this_host(path: str) -> None:
    """An endpoint or assets path that could name another host is refused."""
    with pytest.raises(ValueError, match="not a path on this host"):
        GraphiQLPage().render(NONCE, endpoint=path)
    with pytest.raises(ValueError, match="not a path on this host"):
        GraphiQLPage(assets_path=path)


@pytest.mark.parametrize("title", ["", "two\nlines", "two\u2028lines"])
def test_example_title_is_one_line(title: str) -> None:
    """A title that would not stay in its comment is refused."""
    with pytest.raises(ValueError, match="the title of an example is one line"):
        Example(title=title, query="{ a }")
