"""What is asked: the white list (https://wl-api.mf.gov.pl) and the KRS (https://prs.ms.gov.pl/krs)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from clientgraph import Company, NotFound, PluginContext, read_json
from clientgraph_pl.mapping import entry, subject

WHITE_LIST: Final = "white_list"
COURT_REGISTER: Final = "krs"
WARSAW: Final = ZoneInfo("Europe/Warsaw")
# Part of the KRS: entrepreneurs, then associations and foundations.
PARTS: Final = ("P", "S")


async def by_tax_number(context: PluginContext, kind: str, value: str) -> Company:
    """The subject of the white list with a NIP or REGON, as it stands today in Poland.

    The REGON of one of its units is as long again; the list tells that of the subject alone.
    """
    path = f"/search/regon/{value}" if kind == "PL_REGON" else f"/search/nip/{value[-10:]}"
    today = datetime.now(WARSAW).date().isoformat()
    answer = await context.http(WHITE_LIST).get(path, params={"date": today})
    found = subject(read_json(answer)["result"].record("subject")["subject"])
    if kind == "PL_REGON" and value.startswith(found.identifiers.get(kind, value)):
        return replace(found, identifiers={**found.identifiers, kind: value})
    return found


async def by_krs(context: PluginContext, _kind: str, value: str) -> Company:
    """The current extract of the KRS with a number, in whichever part of it."""
    http = context.http(COURT_REGISTER)
    for part in PARTS:
        path = f"/OdpisAktualny/{value}"
        answer = await http.get(path, params={"rejestr": part, "format": "json"})
        if answer.status not in (204, 404):
            return entry(read_json(answer)["odpis"])
    raise NotFound
