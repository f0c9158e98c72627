"""Records of Sirene by the names that Insee gives their fields: in its API and its stock files."""

from __future__ import annotations

from clientgraph import Json
from clientgraph_fr.masks import is_masked, told
from clientgraph_fr.units import Place, Unit, is_protected, joined, street_line


def unit_of(found: Json, siren: str) -> Unit:
    """A legal unit; the API tells its number in the establishment that it comes with."""
    return Unit(
        siren=siren,
        name=_name(found),
        form=told(found["categorieJuridiqueUniteLegale"]),
        is_open=found["etatAdministratifUniteLegale"].text == "A",
        is_protected=is_protected(found["statutDiffusionUniteLegale"])
        or is_masked(found["denominationUniteLegale"])
        or is_masked(found["nomUniteLegale"]),
        activity=told(found["activitePrincipaleUniteLegale"]),
        updated=found["dateDernierTraitementUniteLegale"].date,
    )


def place_of(found: Json, address: Json, now: Json) -> Place:
    """An establishment, its address, and what holds of it now.

    They are one row of the stock files, and stand apart in the API's answers.
    """
    is_abroad = told(address["codePaysEtrangerEtablissement"])
    town = "libelleCommuneEtrangerEtablissement" if is_abroad else "libelleCommuneEtablissement"
    cedex = told(address["codeCedexEtablissement"])
    return Place(
        siret=found.required("siret"),
        is_open=now["etatAdministratifEtablissement"].text == "A",
        is_protected=is_protected(found["statutDiffusionEtablissement"]),
        trading_name=told(now["denominationUsuelleEtablissement"])
        or told(now["enseigne1Etablissement"]),
        street=street_line(
            number=address["numeroVoieEtablissement"],
            last=address["dernierNumeroVoieEtablissement"],
            repetition=address["indiceRepetitionEtablissement"],
            kind=address["typeVoieEtablissement"],
            name=address["libelleVoieEtablissement"],
        ),
        more=joined(
            address["complementAdresseEtablissement"],
            address["distributionSpecialeEtablissement"],
        ),
        postal_code=cedex or told(address["codePostalEtablissement"]),
        city=told(address["libelleCedexEtablissement"]) or told(address[town]),
        commune=told(address["codeCommuneEtablissement"]),
        abroad=is_abroad,
        updated=found["dateDernierTraitementEtablissement"].date,
    )


def _name(found: Json) -> str | None:
    """The legal name; of a sole trader the person's."""
    if name := told(found["denominationUniteLegale"]):
        return name
    first = told(found["prenomUsuelUniteLegale"]) or told(found["prenom1UniteLegale"])
    last = told(found["nomUsageUniteLegale"]) or told(found["nomUniteLegale"])
    return " ".join(filter(None, (first, last))) or None
