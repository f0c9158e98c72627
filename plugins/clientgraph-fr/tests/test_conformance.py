"""The first registry bears what every registry must."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from clientgraph.testing import Asked
from clientgraph.testing.conformance.registries import RegistryConformance

RECORDED = Path(__file__).with_name("recorded")


def searched(asked: Asked) -> Any:
    """What was recorded of a number or a text."""
    file = RECORDED / f"{asked.query['q'].lower()}.json"
    return json.loads(file.read_bytes()) if file.is_file() else {"results": []}


class TestRecherche(RegistryConformance):
    """Recherche d'entreprises."""

    plugin = "fr"
    registry = "FR_RECHERCHE_ENTREPRISES"
    service = "recherche"
    routes: ClassVar[dict[str, Callable[[Asked], Any]]] = {"/search": searched}
    found = ("FR_SIRET", "48744469700428", "ESSOR ENERGIES")
    missing = ("FR_SIRET", "10000001700010")
    bad = ("FR_SIRET", "10000001700011")
    closed = ("FR_SIRET", "88087814500015")
    protected = ("FR_SIREN", "300025764")
    searched = ("FR", "ganymede", "GANYMEDE")
