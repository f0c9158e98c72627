"""Compile the legal forms of rigour (MIT) into the one text file that clientgraph ships.

Usage: python tools/make_legal_forms.py ORG_TYPES_FILE

ORG_TYPES_FILE is `resources/names/org_types.yml` of the rigour repository. Each line of the result
is a form as its words are compared, and behind a tab the sort that rigour says it is, if any. Needs
PyYAML, which the product itself does not.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from clientgraph.duplicates.spelled import words_of

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "src/clientgraph/duplicates/data/legal_forms.txt"
# Words that rigour has among its forms and by which firms are told apart; II is a number.
TELLING = {"bank", "trust", "group", "holding", "holdings", "foundation", "fund", "service", "ii"}
# Forms of the countries that the service is made for, which rigour lacks.
MORE = {
    "co": "",
    "company": "",
    "corp": "",
    "corporation": "",
    "cie": "",
    "et cie": "",
    "etablissement": "",
    "etablissements": "",
    "and co": "",
    "srl": "LLC",
    "sprl": "LLC",
    "bvba": "LLC",
    "sprlu": "LLC",
    "comm v": "LP",
    "commv": "LP",
    "sci": "LP",
    "scrl": "COOP",
    "scop": "COOP",
    "cvba": "COOP",
    "asbl": "NGO",
    "vzw": "NGO",
    "aisbl": "NGO",
    "ivzw": "NGO",
    "sasu": "LLC",
    "eurl": "LLC",
    "earl": "LLC",
    "snc": "GP",
    "vof": "GP",
    "kgaa": "LP",
    "co kg": "LP",
    "gmbh co kg": "LP",
    "ohg": "GP",
    "gbr": "GP",
    "eg": "COOP",
    "ev": "NGO",
    "ek": "SP",
    "ei": "SP",
    "eirl": "SP",
    "ug haftungsbeschrankt": "LLC",
}


def spelled(entry: dict[str, Any]) -> Iterator[str]:
    """The ways to write one form, as words to compare."""
    for text in (entry.get("display"), entry.get("compare"), *entry.get("aliases", ())):
        words = " ".join(words_of(text or ""))
        if len(words) > 1 and words not in TELLING:
            yield words


def main() -> None:
    """Write the forms in alphabetical order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    types = yaml.load(parser.parse_args().file.read_text("utf-8"), yaml.BaseLoader)["types"]  # noqa: S506
    found: dict[str, str] = {}
    for entry in types:
        for words in spelled(entry):
            found.setdefault(words, entry.get("generic", ""))
    found |= MORE
    text = "".join(f"{form}\t{sort}\n" for form, sort in sorted(found.items()))
    DATA.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
