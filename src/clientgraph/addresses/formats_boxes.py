"""What a country writes before a box number: a letter box in Belgium, a PO box elsewhere."""

import re
from collections.abc import Mapping

# Belgium: the labels of article 34 of the Royal Decree of 24 April 2014 on the postal service.
# Elsewhere: the customary word for a PO box, kept by hand. The entry "" serves the languages that
# are not listed.
_FRENCH = {"": "BP"}
_SPANISH = {"": "Apartado Postal"}
_LABELS: Mapping[str, Mapping[str, str]] = {
    "AT": {"": "Postfach"},
    "BE": {"": "box", "fr": "bte", "nl": "bus"},
    "BR": {"": "Caixa Postal"},
    "CA": {"": "PO Box", "fr": "CP"},
    "CH": {"": "Postfach", "fr": "Case postale", "it": "Casella postale"},
    "DE": {"": "Postfach"},
    "DK": {"": "Postboks"},
    "ES": {"": "Apartado"},
    "FI": {"": "PL", "sv": "PB"},
    "HU": {"": "Pf."},
    "IT": {"": "Casella postale"},
    "LI": {"": "Postfach"},
    "NL": {"": "Postbus"},
    "NO": {"": "Postboks"},
    "PL": {"": "skr. poczt."},
    "PT": {"": "Apartado"},
    "SE": {"": "Box"},
    "SM": {"": "Casella postale"},
    "VA": {"": "Casella postale"},
    **dict.fromkeys(("FR", "RE", "GP", "MQ", "GF", "YT", "PM", "BL", "MF"), _FRENCH),
    **dict.fromkeys(("NC", "PF", "WF", "MC", "LU", "MA", "TN", "DZ", "SN", "CI"), _FRENCH),
    **dict.fromkeys(("AR", "CL", "CO", "CR", "EC", "GT", "MX", "PA", "PE", "UY", "VE"), _SPANISH),
}
_DEFAULT = {"": "PO Box"}
_LABELLED = re.compile(r"[^\W\d_]{2}[^\W_]*\W.*\d|[^\W\d_]{2,}\d", re.DOTALL)
_LETTER_BOX = r"\b(?:bte|boîte|boite|bus|box)\b\W*"


def box_text(box: str, country: str, language: str) -> str:
    """A box number with its label in the language ("bte 3"); one that has its label stays as is."""
    if not box or _LABELLED.match(box):
        return box
    labels = _LABELS.get(country, _DEFAULT)
    return f"{labels.get(language[:2].lower(), labels[''])} {box}"


def box_follows_street(country: str) -> bool:
    """Whether the box is a part of the street line, after the number, rather than a line."""
    return country == "BE"


def names_number(line: str, number: str) -> bool:
    """Whether a street line begins with the number, or ends with it and perhaps a letter box."""
    found = re.escape(number)
    pattern = rf"{found}\b|.*(?<!\w){found}(?:\W+{_LETTER_BOX}\w+)?$"
    return bool(re.match(pattern, line, re.IGNORECASE))


def names_box(line: str, box: str) -> bool:
    """Whether a street line ends with a letter box ("Rue de la Loi 16 boîte 3", "bte 3")."""
    own = re.escape(box.rsplit(maxsplit=1)[-1])
    return bool(re.search(rf"{_LETTER_BOX}{own}$", line, re.IGNORECASE))
