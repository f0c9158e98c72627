"""Languages with countries, countries and currencies."""

from __future__ import annotations

import pytest

from clientgraph import values
from clientgraph.testing import Api


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("fr-BE", "fr-BE"),
        ("FR_be", "fr-BE"),
        (" nl-BE ", "nl-BE"),
        ("zh-TW", "zh-TW"),
        ("sr-RS", "sr-RS"),
        ("pt-FR", "pt-FR"),
        ("nb-NO", "nb-NO"),
        ("no-NO", "no-NO"),
        ("sq-XK", "sq-XK"),
        ("gsw-CH", "gsw-CH"),
        ("fra-RE", "fr-RE"),
        ("iw-IL", "he-IL"),
    ],
)
def test_locale(typed: str, stored: str) -> None:
    """Any language in any country; former codes are stored as today's."""
    assert values.locale(typed) == stored


@pytest.mark.parametrize(
    "typed",
    ["", "fr", "BE", "fr-", "fr-BEL", "fr-001", "fr-EU", "fr-XX", "xx-FR", "und-FR", "zh-Hant-TW"],
)
def test_no_locale(typed: str) -> None:
    """A language or a country alone, regions, scripts and unknown codes are refused."""
    with pytest.raises(values.ValueProblem) as refusal:
        values.locale(typed)
    assert refusal.value.code == "INVALID_LOCALE"


def test_countries_are_those_of_the_standard() -> None:
    """The 249 countries of ISO 3166-1 and Kosovo; no unions, no former or reserved codes."""
    assert len(values.countries()) == 250
    assert {"FR", "RE", "GP", "MQ", "GF", "YT", "GB", "GR", "XK"} <= values.countries()
    assert not {"EU", "UK", "EL", "XI", "AN", "FX", "AC", "ZZ"} & values.countries()


@pytest.mark.anyio
async def test_a_locale_falls_back_to_the_workspace(api: Api) -> None:
    """A client without a language has the workspace's, and says so."""
    made = await api.new_client(selection="locale localeOrigin")
    assert (made["locale"], made["localeOrigin"]) == ("fr-FR", "ORGANISATION")
    changed = {"id": made["id"], "locale": "nl-BE"}
    payload = await api.done("clientUpdate", changed, "client { locale localeOrigin }")
    assert payload["client"] == {"locale": "nl-BE", "localeOrigin": "CLIENT"}


@pytest.mark.anyio
@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
async def test_a_refusal_shows_what_was_given(api: Api, language: str) -> None:
    """The message repeats a wrong value, cut short, in each language of the API."""
    speaker = Api(api.client, api.token, language)
    payload = await speaker.do("clientCreate", {"name": "Io", "locale": "français de Belgique"})
    (error,) = payload["userErrors"]
    assert (error["path"], error["code"]) == (["input", "locale"], "INVALID_LOCALE")
    assert "français de Belgique" in error["message"]
