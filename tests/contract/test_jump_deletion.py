"""Rows J of the contract: which clients can be deleted, and what is kept of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NoReturn
from uuid import UUID

import pytest

from clientgraph.config import Settings
from clientgraph.hookspecs import hookimpl
from clientgraph.testing import Api, Workspace, running
from tests.contract.answers import mistakes, shown
from tests.invoicing import Invoicing, with_plugin

pytestmark = pytest.mark.anyio

ADDRESS = {"line1": "10 rue de la Paix", "postalCode": "75002", "city": "Paris"}
SIRET = {"kind": "FR_SIRET", "value": "732 829 320 00074"}
WHOLE = """name status version externalReference email phone
    identifiers { kind { key } value } mainAddress { line1 postalCode city }
    contacts { nodes { fullName email } }"""
DELETABILITY = "deletability { allowed reasons { code message count source } }"
NAMES = "{ clients { totalCount nodes { name } } }"


class Unreachable:
    """An invoicing product that cannot say who was invoiced."""

    @hookimpl
    def deletion_blockers(self, client_ids: Sequence[UUID]) -> NoReturn:
        """Its database is down."""
        raise ConnectionError(f"no answer for {len(client_ids)} clients")


async def test_j15_clients_can_be_deleted_from_the_list(api: Api) -> None:
    """The list says which clients can go; a deleted one is no longer in it."""
    await api.new_client("Io")
    await api.new_client("Europa")
    listed = await api("{ clients { nodes { id name deletability { allowed } } } }")
    assert [node["deletability"] for node in listed["clients"]["nodes"]] == [{"allowed": True}] * 2
    europa = listed["clients"]["nodes"][0]
    gone = await api.done("clientDelete", {"id": europa["id"]}, "deletedId")
    assert gone["deletedId"] == europa["id"]
    assert (await api(NAMES))["clients"] == {"totalCount": 1, "nodes": [{"name": "Io"}]}


async def test_j16_an_invoiced_client_cannot_be_deleted(
    invoiced_workspace: Workspace, invoicing: Invoicing
) -> None:
    """Deleting a client that was invoiced is refused with the reason, in the caller's language."""
    api = invoiced_workspace.api(language="fr")
    invoiced, free = await api.new_client("Io"), await api.new_client("Europa")
    invoicing.issue(invoiced["id"], invoices=3)
    sentence = "Des factures ont été émises à ce client. Désactivez-le plutôt."
    refused = await api.do("clientDelete", {"id": invoiced["id"]}, "deletedId")
    assert refused == {
        "deletedId": None,
        "userErrors": [
            {"path": ["input", "id"], "code": "HAS_INVOICES", "message": sentence, "recordId": None}
        ],
    }
    assert await shown(api, invoiced["id"], DELETABILITY) == {
        "deletability": {
            "allowed": False,
            "reasons": [
                {"code": "HAS_INVOICES", "message": sentence, "count": 3, "source": "invoicing"}
            ],
        }
    }
    await api.done("clientDelete", {"id": free["id"]})
    assert (await api(NAMES))["clients"] == {"totalCount": 1, "nodes": [{"name": "Io"}]}


async def test_j16_every_reason_is_told_at_once(
    invoiced_workspace: Workspace, invoicing: Invoicing
) -> None:
    """A client that was invoiced and has subsidiaries hears of both."""
    api = invoiced_workspace.api()
    client = await api.new_client("Io")
    await api.new_client("Europa", parent=client["id"])
    invoicing.issue(client["id"])
    refused = await mistakes(api, "clientDelete", {"id": client["id"]})
    assert sorted(refused) == [
        ("id", "HAS_INVOICES"),
        ("id", "HAS_SUBSIDIARIES"),
    ]


async def test_j19_a_mistake_is_fixed_by_deleting_and_creating_again(api: Api) -> None:
    """What a deleted client had is free at once: identifiers, references, e-mail addresses."""
    given: dict[str, Any] = {
        "country": "FR",
        "reference": "CLI-1",
        "externalReference": "ERP-1",
        "email": "compta@ganymede.fr",
        "identifiers": [SIRET],
        "contacts": [{"lastName": "Roux", "email": "ada@ganymede.fr"}],
    }
    wrong = await api.new_client("Ganimède", "mainContact { id }", **given)
    person = wrong["mainContact"]["id"]
    again = await api.do("clientCreate", {"name": "Ganymède", **given})
    taken = [(error["path"][1], error["code"], error["recordId"]) for error in again["userErrors"]]
    assert sorted(taken) == [
        ("contacts", "TAKEN", person),
        ("email", "TAKEN", wrong["id"]),
        ("externalReference", "TAKEN", wrong["id"]),
        ("identifiers", "IDENTIFIER_TAKEN", wrong["id"]),
        ("reference", "TAKEN", wrong["id"]),
    ]
    await api.done("clientDelete", {"id": wrong["id"]})
    right = await api.new_client("Ganymède", "name reference", **given)
    assert right["id"] != wrong["id"]
    found = await api(
        "query($by: ClientKey!) { client(by: $by) { id name reference } }",
        {"by": {"identifier": SIRET}},
    )
    assert found["client"] == {"id": right["id"], "name": "Ganymède", "reference": "CLI-1"}


async def test_j20_an_invoiced_clients_data_is_kept(
    invoiced_workspace: Workspace, invoicing: Invoicing
) -> None:
    """Neither a refused deletion nor deactivation takes anything from an invoiced client."""
    api = invoiced_workspace.api()
    client = await api.new_client(
        "Ganymède",
        email="compta@ganymede.fr",
        phone="01 42 68 53 00",
        identifiers=[SIRET],
        addresses=[ADDRESS],
        contacts=[{"firstName": "Ada", "lastName": "Roux", "email": "ada@ganymede.fr"}],
    )
    invoicing.issue(client["id"])
    before = await shown(api, client["id"], WHOLE)
    assert await mistakes(api, "clientDelete", {"id": client["id"]}) == [("id", "HAS_INVOICES")]
    assert await shown(api, client["id"], WHOLE) == before
    await api.done("clientDeactivate", {"id": client["id"]})
    kept = await shown(api, client["id"], WHOLE)
    assert kept == {**before, "status": "INACTIVE", "version": before["version"] + 1}
    assert await mistakes(api, "clientDelete", {"id": client["id"]}) == [("id", "HAS_INVOICES")]


async def test_j21_a_client_without_invoice_can_be_corrected_or_deleted(
    invoiced_workspace: Workspace, invoicing: Invoicing
) -> None:
    """Where invoices are known, a client in none of them is free to be corrected and to go."""
    api = invoiced_workspace.api()
    invoicing.issue((await api.new_client("Io"))["id"])
    new = await api.new_client("Ganimède")
    fixed = await api.done(
        "clientUpdate", {"id": new["id"], "name": "Ganymède"}, "client { name version }"
    )
    assert fixed["client"] == {"name": "Ganymède", "version": new["version"] + 1}
    assert await shown(api, new["id"], DELETABILITY) == {
        "deletability": {
            "allowed": True,
            "reasons": [],
        }
    }
    await api.done("clientDelete", {"id": new["id"]})
    assert (await api(NAMES))["clients"] == {"totalCount": 1, "nodes": [{"name": "Io"}]}


async def test_j19_deleting_and_creating_again_fit_in_one_request(api: Api) -> None:
    """A front end can correct a client by deletion and creation in a single request."""
    wrong = await api.new_client("Ganimède", identifiers=[SIRET])
    done = await api(
        """mutation($old: ClientDeleteInput!, $new: ClientCreateInput!) {
        clientDelete(input: $old) { deletedId userErrors { code } }
        clientCreate(input: $new) { client { name } userErrors { code } } }""",
        {"old": {"id": wrong["id"]}, "new": {"name": "Ganymède", "identifiers": [SIRET]}},
    )
    assert done == {
        "clientDelete": {"deletedId": wrong["id"], "userErrors": []},
        "clientCreate": {"client": {"name": "Ganymède"}, "userErrors": []},
    }


async def test_j20_nothing_is_deleted_while_invoicing_cannot_be_asked(
    settings: Settings, workspace: Workspace
) -> None:
    """As long as nobody can tell whether a client was invoiced, it stays."""
    sentence = "The plugin 'invoicing' did not answer, so nothing was changed. Try again later."
    async with running(settings, with_plugin("invoicing", Unreachable())) as client:
        api = replace(workspace, client=client).api()
        kept = await api.new_client("Ganymède")
        assert await shown(api, kept["id"], DELETABILITY) == {
            "deletability": {
                "allowed": False,
                "reasons": [
                    {
                        "code": "PLUGIN_UNAVAILABLE",
                        "message": sentence,
                        "count": 1,
                        "source": "invoicing",
                    }
                ],
            }
        }
        refused = (await api.do("clientDelete", {"id": kept["id"]}))["userErrors"][0]
        assert (refused["path"], refused["code"]) == (["input", "id"], "PLUGIN_UNAVAILABLE")
        assert refused["message"] == sentence
        assert await shown(api, kept["id"], "name") == {"name": "Ganymède"}
