"""Mistakes of sheets in the language of whoever began to read them."""

from __future__ import annotations

import pytest

from tests.imports.desk import ImportDesk, csv_of

pytestmark = pytest.mark.anyio

LABELS = {
    "en": "Enterprise number (Belgium)",
    "fr": "Numéro d'entreprise (Belgique)",
    "nl": "Ondernemingsnummer",
    "de": "Unternehmensnummer (Belgien)",
}


@pytest.mark.parametrize("language", LABELS)
async def test_kinds_of_identifiers_are_called_by_their_labels(
    desk: ImportDesk, language: str
) -> None:
    """The kind of a number that cannot be is named in that language."""
    sheet = csv_of(["Name", "Country", "Numéro d'entreprise"], ["Io", "BE", "0403170702"])
    file_id = await desk.upload(sheet)
    made = await desk.api(language).done("importPreview", {"fileId": file_id}, "import { id }")
    await desk.ended(made["import"]["id"])
    shown = await desk.shown(made["import"]["id"], language)
    (problem,) = shown["rows"]["nodes"][0]["problems"]
    assert LABELS[language] in problem["message"]
