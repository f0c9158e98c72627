"""The service works without any one of the plugins that come with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from clientgraph.announced import CORE
from clientgraph.config import Settings
from clientgraph.loading import installed
from clientgraph.testing import Workspace, plugins_for, running

pytestmark = pytest.mark.anyio

NAMES = [name for name in installed().infos if name != CORE]
PAGE = """{
  clients(first: 10) { totalCount nodes {
    id name identifiers { kind { key } value }
    contacts(first: 5) { nodes { fullName } } addresses { formatted }
    events(first: 5) { nodes { title } } customFields { key display }
    deletability { reasons { code } }
    verifications(first: 5) { nodes { status } } bankAccount { iban }
  } }
  plugins { name status }
  documentTemplates { key } verifiers { key } identifierKinds { key } customFieldTypes { key }
  companySearch(query: "Ganymède", country: "FR") { status }
}"""


@pytest.mark.parametrize("without", NAMES)
async def test_without(without: str, settings: Settings, workspace: Workspace) -> None:
    """What was written with all of them is read, changed, added to and removed without this one."""
    written: dict[str, Any] = {
        "identifiers": [{"kind": "FR_SIRET", "value": "732 829 320 00074"}],
        "contacts": [{"firstName": "Inès", "lastName": "Lacombe"}],
        "addresses": [{"line1": "12 rue des Chartrons", "postalCode": "33000", "city": "Bordeaux"}],
    }
    made = await workspace.api().new_client("Ganymède", country="FR", **written)
    async with running(settings, plugins_for(None, without=without)) as client:
        api = replace(workspace, client=client).api()
        page = await api(PAGE)
        assert without not in {each["name"] for each in page["plugins"]}
        assert {each["status"] for each in page["plugins"]} <= {"ACTIVE"}
        (read,) = page["clients"]["nodes"]
        values = [identifier["value"] for identifier in read["identifiers"]]
        assert values[0] == "73282932000074"
        await api.done("clientUpdate", {"id": made["id"], "name": "Callisto"})
        other = await api.new_client("Io", country="BE")
        await api.done("clientDelete", {"id": other["id"]})
        assert (await client.get("/readyz")).status_code == 200
