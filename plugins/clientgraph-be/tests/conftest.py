"""The plugin beside that of the identifiers, and invented zips in the shape of the KBO's."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import clientgraph_be
import clientgraph_stdnum
from clientgraph import PluginContext
from clientgraph.config import Settings
from clientgraph.outbound.clients import Outbound
from clientgraph.testing import Api, Replay, Workspace, plugins_for, replaying, running

Rows = Sequence[Sequence[str]]
Write = Callable[[str, Mapping[str, Rows]], Path]

HEADERS = {
    "meta": "Variable,Value",
    "enterprise": "EnterpriseNumber,Status,JuridicalSituation,TypeOfEnterprise,JuridicalForm,"
    "JuridicalFormCAC,StartDate",
    "establishment": "EstablishmentNumber,StartDate,EnterpriseNumber",
    "denomination": "EntityNumber,Language,TypeOfDenomination,Denomination",
    "address": "EntityNumber,TypeOfAddress,CountryNL,CountryFR,Zipcode,MunicipalityNL,"
    "MunicipalityFR,StreetNL,StreetFR,HouseNumber,Box,ExtraAddressInfo,DateStrikingOff",
    "contact": "EntityNumber,EntityContact,ContactType,Value",
    "activity": "EntityNumber,ActivityGroup,NaceVersion,NaceCode,Classification",
    "branch": "Id,StartDate,EnterpriseNumber",
}
KEYS = {name: header.split(",")[0] for name, header in HEADERS.items()}
MANY = 2_500
DAY = "01-11-2026"


def number(base: int) -> str:
    """A number with its check digits, dotted."""
    digits = f"{base:08}{97 - base % 97:02}"
    first = digits[:4] if digits.startswith("0") else f"{digits[0]}.{digits[1:4]}"
    return f"{first}.{digits[4:7]}.{digits[7:]}"


STARS, EAST, PERSON, ABROAD, TOWN, SHOP = (number(4_000_000 + each) for each in range(6))
STARS_SHOP, PERSON_SHOP = number(20_000_101), number(20_000_102)
LONG = "Vereniging voor de " + "zeer " * 30 + "lange naam"
# The rows that tests look at, with what is nasty in the KBO's own.
ROWS: dict[str, list[tuple[str, ...]]] = {
    "enterprise": [
        (STARS, "AC", "000", "2", "014", "", "09-08-1960"),
        (EAST, "AC", "000", "002", "15", "", "16-02-1923"),
        (PERSON, "AC", "000", "1", "", "", "01-01-2001"),
        (ABROAD, "AC", "000", "2", "030", "", "01-01-1968"),
        (TOWN, "AC", "000", "2", "411", "", "01-01-1968"),
        (SHOP, "AC", "000", "2", "610", "", "01-01-2020"),
    ],
    "establishment": [
        (STARS_SHOP, "01-11-1974", STARS),
        (PERSON_SHOP, "01-11-2001", PERSON),
    ],
    "denomination": [
        (STARS, "1", "001", "Société des Étoiles"),
        (STARS, "2", "1", "Sterrenmaatschappij"),
        (STARS, "2", "1", "Sterrenmaatschappij"),
        ("EntityNumber", "Language", "TypeOfDenomination", "Denomination"),
        (STARS, "0", "2", "SDE"),
        (STARS, "1", "3", "Étoiles & Filles"),
        (EAST, "3", "1", "Sternwarte Eupen"),
        (EAST, "4", "1", "Eupen Observatory"),
        (PERSON, "2", "001", "Jansen-Geheim, Tine"),
        (PERSON_SHOP, "2", "003", "Geheim Kapsalon"),
        (ABROAD, "0", "1", LONG),
        ("no number", "0", "1", "Nowhere"),
        (TOWN, "1", "1", "Ville d'Étoileville"),
        (SHOP, "2", "3", "Alleen een uithangbord"),
        (STARS_SHOP, "2", "3", "Sterrenwinkel"),
        ("9.000.006.626", "1", "4", "Succursale des Étoiles"),
    ],
    "address": [
        (STARS, "REGO", "", "", "1000", "Brussel", "Bruxelles", "Eikstraat", "Rue du Chêne", "16",
         "3", "Hôtel de Ville", ""),
        (EAST, "REGO", "", "", "4700", "Eupen", "Eupen", "Gospertstrasse", "Gospertstrasse", "SN",
         "", "", ""),
        (PERSON, "REGO", "", "", "9000", "Gent", "Gent", "Geheimstraat", "Geheimstraat", "1", "",
         "", ""),
        (ABROAD, "REGO", "Duitsland (Bondsrep.)", "Allemagne (Rép.féd.)", "10117", "Berlin",
         "Berlin", "Lindenweg", "Lindenweg", "5", "", "", ""),
        (TOWN, "REGO", "", "", "4340", "Awans", "Awans", "*Maison Communale", "*Maison Communale",
         "Z/N", "", "", ""),
        (SHOP, "REGO", "", "", "9070", "Destelbergen", "Destelbergen", "Dorp", "Dorp", "1", "",
         "", "07-01-2016"),
        (STARS_SHOP, "BAET", "", "", "2000", "Antwerpen", "Anvers", "Meir", "Meir", "7", "", "",
         ""),
        (PERSON_SHOP, "BAET", "", "", "9000", "Gent", "Gent", "Geheimstraat", "Geheimstraat", "2",
         "", "", ""),
    ],
    "contact": [
        (STARS, "ENT", "TEL", "02 515 13 51"),
        (STARS, "ENT", "EMAIL", "info@stars.example"),
        (STARS, "ENT", "WEB", "www.stars.example"),
        (STARS_SHOP, "EST", "TEL", "03 201 13 51"),
        (PERSON, "ENT", "EMAIL", "tine@geheim.example"),
    ],
    "activity": [
        (STARS, "006", "2008", "84130", "MAIN"),
        (STARS, "1", "2003", "70111", "MAIN"),
        (STARS, "001", "2008", "41101", "MAIN"),
        (STARS, "1", "2025", "62100", "SECO"),
    ],
    "branch": [("9.000.006.626", "01-09-1995", ABROAD)],
}  # fmt: skip


def many() -> dict[str, list[tuple[str, ...]]]:
    """The rows that tests look at among many others."""
    others = [number(6_000_000 + each) for each in range(MANY)]
    street = ("Lange Straat", "Longue Rue")
    more: dict[str, list[tuple[str, ...]]] = {
        "enterprise": [(each, "AC", "000", "2", "610", "", DAY) for each in others],
        "denomination": [(each, "2", "001", f"Firma {n}") for n, each in enumerate(others)],
        "address": [
            (each, "REGO", "", "", "9000", "Gent", "Gand", *street, str(n), "", "", "")
            for n, each in enumerate(others)
        ],
    }
    return {name: [*rows, *more.get(name, [])] for name, rows in ROWS.items()}


def _table(header: str, rows: Rows, quoting: Any) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=quoting)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asyncio, one loop for the run."""
    return "asyncio"


@pytest.fixture(scope="session")
def clientgraph_plugins() -> Mapping[str, object]:
    """Nobody else is asked for companies."""
    return {"stdnum": clientgraph_stdnum, "be": clientgraph_be}


@pytest.fixture(scope="session")
def clientgraph_settings(clientgraph_settings: Settings) -> Settings:
    """The operator has a key for cbeapi.be."""
    return replace(clientgraph_settings, plugin={"be": {"cbeapi_key": "s3cret"}})


@pytest.fixture(autouse=True)
def of_this_week(monkeypatch: pytest.MonkeyPatch) -> None:
    """The zips of these tests are of one day, and do not grow old."""
    monkeypatch.setattr("clientgraph_be.local.BELIEVED_DAYS", 100_000)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """(kind and number such as ``full 7``, rows of each file) → a zip, quoted as is the KBO's."""

    def written(what: str, files: Mapping[str, Rows]) -> Path:
        kind, count = what.split()
        meta = (("SnapshotDate", DAY), ("ExtractType", kind), ("ExtractNumber", count.zfill(4)))
        path = tmp_path / f"KboOpenData_{count.zfill(4)}_{kind}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("meta.csv", _table(HEADERS["meta"], meta, csv.QUOTE_ALL))
            for name, rows in files.items():
                base = name.removesuffix("_insert")
                deleted = name.removesuffix("_delete")
                header = KEYS[deleted] if deleted != name else HEADERS[base]
                quoting = csv.QUOTE_MINIMAL if base == "denomination" else csv.QUOTE_ALL
                packed.writestr(f"{name}.csv", _table(header, rows, quoting))
        return path

    return written


@pytest.fixture
def full(write: Write) -> Path:
    """The full zip number 7."""
    return write("full 7", many())


@pytest.fixture
def change(write: Write) -> Callable[..., Path]:
    """(number, what goes, what comes) → the zip of a day."""

    def written(count: int, gone: Mapping[str, Rows], come: Mapping[str, Rows]) -> Path:
        files: dict[str, Rows] = {}
        for name in KEYS.keys() - {"meta"}:
            files[f"{name}_delete"] = gone.get(name, ())
            files[f"{name}_insert"] = come.get(name, ())
        return write(f"update {count}", files)

    return written


@pytest.fixture
def cbeapi() -> Iterator[Replay]:
    """cbeapi.be, without any route yet."""
    with replaying() as made:
        yield made


@pytest.fixture
async def context(tmp_path: Path, cbeapi: Replay) -> AsyncIterator[PluginContext]:
    """What the plugin is handed where the operator gave it a key."""
    services = {each.key: each for each in clientgraph_be.outbound_services()}
    outbound = Outbound({"be": services}, {"be": {"cbeapi": cbeapi.url}})

    async def nothing(*_: Any) -> Any:
        raise AssertionError

    yield PluginContext(
        plugin="be",
        settings={"cbeapi_key": "s3cret"},
        folder=tmp_path / "be",
        http=partial(outbound.client, "be"),
        organisation_id=UUID(int=1),
        language="fr",
        select=nothing,
        execute=nothing,
        graphql=nothing,
        document=nothing,
    )
    await outbound.close()


@pytest.fixture
async def asking(
    clientgraph_settings: Settings,
    clientgraph_plugins: Mapping[str, object],
    workspace: Workspace,
    cbeapi: Replay,
    tmp_path: Path,
) -> AsyncIterator[Api]:
    """The API of an application whose plugin speaks to the replayed service."""
    urls = {"be": {"cbeapi": cbeapi.url}}
    settings = replace(clientgraph_settings, plugin_folder=str(tmp_path))
    async with running(settings, plugins_for(clientgraph_plugins), service_urls=urls) as client:
        yield replace(workspace, client=client).api()
