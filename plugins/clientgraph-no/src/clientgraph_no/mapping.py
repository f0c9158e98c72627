"""From an entity of the register to a company.

Roles (board, owners, auditors) are another part of the API, which is not asked.
"""

from __future__ import annotations

from typing import Final

from clientgraph import (
    Company,
    CompanyAddress,
    CompanyCandidate,
    Json,
    Unavailable,
    town_only,
)

# Forms of organisation: https://data.brreg.no/enhetsregisteret/api/organisasjonsformer
PUBLIC_BODIES: Final = frozenset({"STAT", "KOMM", "FYLK", "ORGL", "ADOS"})
PERSONS: Final = frozenset({"ENK", "PERS"})


def candidate(entity: Json) -> CompanyCandidate:
    """An entity of a list; of one that may be a person, the town alone."""
    place = _place(entity) or CompanyAddress()
    postal = " ".join(filter(None, (place.postal_code, place.city)))
    kind = _kind(entity)
    line = ", ".join(filter(None, (place.line1, place.line2, postal))) or None
    return CompanyCandidate(
        name=entity.required("navn"),
        identifiers=_identifiers(entity),
        address=line if kind else None,
        postal_code=place.postal_code if kind else None,
        city=place.city,
        kind=kind,
        is_active=_is_active(entity),
    )


def company(entity: Json, owner: Json) -> Company:
    """An entity or establishment by itself; a deleted one has little more than its name.

    ``owner`` is whom an establishment belongs to, who is what it is in law; an entity is its own.
    Raises `Unavailable` for an answer without a name or number.
    """
    kind = _kind(owner)
    post = _address(entity["postadresse"], "Postadresse")
    addresses = [each for each in (_place(entity), post) if each]
    return Company(
        name=entity.required("navn"),
        country="NO",
        identifiers=_identifiers(entity),
        kind=kind,
        activity_code=entity["naeringskode1"]["kode"].text,
        website=entity["hjemmeside"].text if kind else None,
        email=entity["epostadresse"].text if kind else None,
        phone=(entity["telefon"].text or entity["mobil"].text) if kind else None,
        addresses=addresses if kind else town_only(addresses),
        is_active=_is_active(entity),
    )


def _identifiers(entity: Json) -> dict[str, str]:
    """The number, and the VAT number where the entity is in the register of VAT."""
    number = entity.required("organisasjonsnummer")
    registered = entity["registrertIMvaregisteret"].value is True
    return {"NO_ORGNR": number} | ({"NO_MVA": f"NO{number}MVA"} if registered else {})


def pays_vat(entity: Json) -> bool:
    """Whether it is in the register of VAT, where no deleted one is.

    Raises `Unavailable` where the answer does not say.
    """
    registered = entity["registrertIMvaregisteret"].value
    if isinstance(registered, bool):
        return registered
    if _is_active(entity):
        raise Unavailable("an entity that is not said to be registered for VAT or not")
    return False


def _is_active(entity: Json) -> bool:
    return not (entity["slettedato"].text or entity["nedleggelsesdato"].text)


def _kind(entity: Json) -> str | None:
    form = entity["organisasjonsform"]["kode"].text
    if form is None:
        return None
    if form in PERSONS:
        return "INDIVIDUAL"
    return "PUBLIC_BODY" if form in PUBLIC_BODIES else "COMPANY"


def _place(entity: Json) -> CompanyAddress | None:
    """Where it does business; an establishment has a location instead."""
    return _address(entity["forretningsadresse"]) or _address(entity["beliggenhetsadresse"])


def _address(given: Json, label: str | None = None) -> CompanyAddress | None:
    lines = given["adresse"].texts
    city = given["poststed"].text
    if not lines and not city:
        return None
    return CompanyAddress(
        label=label,
        line1=lines[0] if lines else None,
        line2=", ".join(lines[1:]) or None,
        postal_code=given["postnummer"].text,
        city=city,
        country=given["landkode"].text,
    )
