"""The plugin beside those that it needs, its services replayed, and invented records of Insee."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import clientgraph_fr
import clientgraph_stdnum
from clientgraph import PluginContext
from clientgraph.config import Settings
from clientgraph.outbound.clients import Outbound
from clientgraph.testing import Api, Asked, Replay, Workspace, plugins_for, replaying, running

RECORDED = Path(__file__).with_name("recorded")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asyncio, one loop for the run."""
    return "asyncio"


@pytest.fixture(scope="session")
def clientgraph_plugins() -> Mapping[str, object]:
    """Nobody else is asked for companies."""
    return {"stdnum": clientgraph_stdnum, "fr": clientgraph_fr}


def recorded() -> list[Any]:
    """Every unit that an answer was recorded of."""
    files = sorted(RECORDED.glob("*.json"))
    return [unit for file in files for unit in json.loads(file.read_bytes())["results"]]


def searched(asked: Asked) -> Any:
    """As Recherche d'entreprises answers: a number leads to its unit, a text to its recording."""
    query = asked.query.get("q", "")
    number = query.replace(" ", "")
    if number.isdigit() and len(number) in (9, 14):
        found = [
            {**unit, "matching_etablissements": _matching(unit, number)}
            for unit in recorded()
            if number[:9] == unit["siren"]
        ]
        found = found[:1] if len(number) == 9 else [u for u in found if _has(u, number)][:1]
        return {"results": found, "total_results": len(found)}
    file = RECORDED / f"{query.lower().replace(' ', '_')}.json"
    return json.loads(file.read_bytes()) if file.is_file() else {"results": []}


def _matching(unit: Any, number: str) -> list[Any]:
    return [each for each in unit["matching_etablissements"] if each["siret"] == number]


def _has(unit: Any, number: str) -> bool:
    return unit["siege"]["siret"] == number or bool(unit["matching_etablissements"])


@pytest.fixture(autouse=True)
def of_this_week(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stock files of these tests are of one day, and do not grow old."""
    monkeypatch.setattr("clientgraph_fr.stock.BELIEVED_DAYS", 100_000)


@pytest.fixture
def recherche() -> Iterator[Replay]:
    """Recherche d'entreprises."""
    with replaying({"/search": searched}) as made:
        yield made


@pytest.fixture
def sirene() -> Iterator[Replay]:
    """API Sirene, without any route yet."""
    with replaying() as made:
        yield made


@pytest.fixture
async def asking(
    clientgraph_settings: Settings,
    clientgraph_plugins: Mapping[str, object],
    workspace: Workspace,
    recherche: Replay,
    sirene: Replay,
    tmp_path: Path,
) -> AsyncIterator[Api]:
    """The API of an application whose plugin speaks to the replayed services."""
    urls = {"fr": {"recherche": recherche.url, "sirene": sirene.url}}
    settings = replace(
        clientgraph_settings,
        plugin_folder=str(tmp_path),
        plugin={"fr": {"sirene_key": "s3cret"}},
    )
    async with running(settings, plugins_for(clientgraph_plugins), service_urls=urls) as client:
        yield replace(workspace, client=client).api()


UNITS = {
    "siren": ("100000009", "100000017", "100000025"),
    "statutDiffusionUniteLegale": ("O", "O", "P"),
    "dateDernierTraitementUniteLegale": ("2026-10-01T10:00:00", "2026-10-31", "2026-09-01"),
    "etatAdministratifUniteLegale": ("A", "C", "A"),
    "denominationUniteLegale": ("ÉTABLISSEMENTS GARCEAU", "", ""),
    "sigleUniteLegale": ("EGX", "", ""),
    "nomUniteLegale": ("", "MARTIN", "[ND]"),
    "prenomUsuelUniteLegale": ("", "CAMILLE", "[ND]"),
    "categorieJuridiqueUniteLegale": ("5710", "1000", "1000"),
    "activitePrincipaleUniteLegale": ("62.02A", "70.22Z", "68.20A"),
    "nicSiegeUniteLegale": ("00017", "00010", "00013"),
    "somethingNewUniteLegale": ("x", "y", "z"),
}
PLACES = {
    "siren": ("100000009", "100000009", "100000017", "100000025"),
    "siret": ("10000000900017", "10000000900025", "10000001700010", "10000002500013"),
    "statutDiffusionEtablissement": ("O", "O", "O", "P"),
    "dateDernierTraitementEtablissement": ("2026-10-02T10:00:00", "", "", ""),
    "etatAdministratifEtablissement": ("A", "F", "A", "A"),
    "enseigne1Etablissement": ("GARCEAU & FILLES", "SUPPRESSION DU NOM COMMERCIAL", "", ""),
    "numeroVoieEtablissement": ("12", "3", "", "[ND]"),
    "dernierNumeroVoieEtablissement": ("14", "", "", "[ND]"),
    "indiceRepetitionEtablissement": ("", "B", "", ""),
    "typeVoieEtablissement": ("PL", "RUE", "", "[ND]"),
    "libelleVoieEtablissement": ("DU MARCHE", "HAUTE", "1000 BRUXELLES", "[ND]"),
    "complementAdresseEtablissement": ("BATIMENT C", "", "", "[ND]"),
    "distributionSpecialeEtablissement": ("BP 7", "", "", ""),
    "codePostalEtablissement": ("35000", "97400", "", "[ND]"),
    "libelleCommuneEtablissement": ("RENNES", "SAINT-DENIS", "", "RENNES"),
    "libelleCommuneEtrangerEtablissement": ("", "", "RUE NEUVE 5", ""),
    "codeCommuneEtablissement": ("35238", "97411", "", "35238"),
    "codePaysEtrangerEtablissement": ("", "", "99131", ""),
}


def rows(columns: Mapping[str, tuple[str, ...]]) -> list[dict[str, str]]:
    """The records of a file."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@pytest.fixture
def stock(tmp_path: Path) -> tuple[Path, Path]:
    """Both stock files."""
    made = tmp_path / "units.csv", tmp_path / "places.csv"
    for path, columns in zip(made, (UNITS, PLACES), strict=True):
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows(columns))
    return made


@pytest.fixture
def told_by_sirene() -> Callable[[str], dict[str, Any]]:
    """SIRET → the establishment as API Sirene tells of it."""

    def establishment(siret: str) -> dict[str, Any]:
        place = next(row for row in rows(PLACES) if row["siret"] == siret)
        unit = next(row for row in rows(UNITS) if row["siren"] == siret[:9])
        found: dict[str, Any] = {name: value or None for name, value in place.items()}
        states = ("etatAdministratifEtablissement", "enseigne1Etablissement")
        now = {name: found.pop(name) for name in states}
        before = dict.fromkeys(states, "WRONG")
        named = ("siren", "siret", "statutDiffusion", "dateDernier")
        address = {name: found.pop(name) for name in list(found) if not name.startswith(named)}
        return {
            **found,
            "uniteLegale": {name: value or None for name, value in unit.items() if name != "siren"},
            "adresseEtablissement": address,
            "periodesEtablissement": [
                {"dateFin": None, "dateDebut": "2020-01-01", **now},
                {"dateFin": "2019-12-31", "dateDebut": "2001-01-01", **before},
            ],
        }

    return establishment


@pytest.fixture
async def context(
    tmp_path: Path, recherche: Replay, sirene: Replay
) -> AsyncIterator[PluginContext]:
    """What the plugin is handed where the operator gave it a key."""
    urls = {"fr": {"recherche": recherche.url, "sirene": sirene.url}}
    services = {each.key: each for each in clientgraph_fr.outbound_services()}
    outbound = Outbound({"fr": services}, urls)

    async def nothing(*_: Any) -> Any:
        raise AssertionError

    yield PluginContext(
        plugin="fr",
        settings={"sirene_key": "s3cret"},
        folder=tmp_path / "fr",
        http=partial(outbound.client, "fr"),
        organisation_id=UUID(int=1),
        language="fr",
        select=nothing,
        execute=nothing,
        graphql=nothing,
        document=nothing,
    )
    await outbound.close()
