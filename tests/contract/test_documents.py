"""Bank details to hand to a client (J22–J29), and the documents of a client (F52)."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest

from clientgraph.testing import Api, Workspace, Workspaces
from tests.attachments.keeping import PDF, kept
from tests.attachments.keeping import fetched as fetched_file
from tests.documents.asking import fetched, made, refused
from tests.policies.switching import switch

pytestmark = pytest.mark.anyio

OWN = "FR1420041010050500013M02606"
KEPT = "FR7630006000011234567890189"
OTHER = "BE68539007547034"


async def account(api: Api, iban: str, **given: Any) -> None:
    """An account of the firm."""
    asked = {"label": iban, "holder": "Observatoire SAS", "iban": iban, "bic": "PSSTFRPPPAR"}
    await api.done("bankAccountCreate", {**asked, "bank": "La Banque Postale", **given})


async def text_of(api: Api, document: Any) -> str:
    """What the pages of a document say, its blanks folded."""
    answer = await fetched(api, document)
    assert answer.status_code == 200
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def grouped(iban: str) -> str:
    """As it is printed."""
    return " ".join(iban[place : place + 4] for place in range(0, len(iban), 4))


async def test_j22_j23_bank_details_are_a_pdf_to_download(api: Api) -> None:
    """One request for a client's page, one for the file, which a browser saves under its name."""
    await account(api, OWN)
    client = await api.new_client("Ganymède", locale="fr-FR")
    document = await made(api, "BANK_DETAILS", client["id"])
    assert document["mediaType"] == "application/pdf"
    assert document["filename"] == "RIB Firm Ganymède.pdf"
    answer = await fetched(api, document)
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment; ")


async def test_j24_they_are_the_firms_own(api: Api) -> None:
    """Holder, bank, IBAN, BIC and the French parts of the firm's account; not the client's."""
    await account(api, OWN)
    client = await api.new_client("Ganymède", iban=KEPT, locale="fr-FR")
    text = await text_of(api, await made(api, "BANK_DETAILS", client["id"]))
    for told in ("Observatoire SAS", "La Banque Postale", grouped(OWN), "PSSTFRPPPAR"):
        assert told in text
    for part in ("20041", "01005", "0500013M026", "06"):
        assert part in text
    assert grouped(KEPT) not in text


async def test_j25_they_can_be_downloaded_as_often_as_needed(api: Api) -> None:
    """Fetching changes nothing; making them again makes the same bytes."""
    await account(api, OWN)
    client = await api.new_client("Ganymède")
    document = await made(api, "BANK_DETAILS", client["id"], date="2026-11-22")
    files = {(await fetched(api, document)).content for _ in range(5)}
    again = await made(api, "BANK_DETAILS", client["id"], date="2026-11-22")
    assert len(files) == 1
    assert again["sha256"] == document["sha256"]
    assert (await fetched(api, again)).content in files


@pytest.mark.parametrize("country", ["FR", "BE", "DE"])
async def test_j26_european_clients_have_an_iban_of_their_own(api: Api, country: str) -> None:
    """Their bank details show that one, in place of the firm's usual account."""
    await account(api, OWN)
    client = await api.new_client("Ganymède", country=country)
    await account(api, KEPT, clientId=client["id"])
    text = await text_of(api, await made(api, "BANK_DETAILS", client["id"]))
    assert grouped(KEPT) in text
    assert grouped(OWN) not in text


async def test_j27_no_other_client_is_told_of_it(api: Api) -> None:
    """Others get the general account, whatever they ask; so does one that moved overseas."""
    await account(api, OWN)
    mine, other = await api.new_client("Ganymède"), await api.new_client("Leda")
    await account(api, KEPT, clientId=mine["id"])
    await account(api, OTHER, clientId=other["id"])
    text = await text_of(api, await made(api, "BANK_DETAILS", other["id"]))
    assert grouped(OTHER) in text
    assert grouped(KEPT) not in text
    asked = {"template": "BANK_DETAILS", "clientId": other["id"], "options": {"iban": KEPT}}
    assert [code for _, code, _ in await refused(api, asked)] == ["UNKNOWN_BANK_ACCOUNT"]
    await api.done("clientUpdate", {"id": mine["id"], "country": "US"})
    text = await text_of(api, await made(api, "BANK_DETAILS", mine["id"]))
    assert grouped(OWN) in text
    assert grouped(KEPT) not in text


async def test_j28_j29_bank_details_depend_on_the_plan(
    api: Api, workspace: Workspace, workspaces: Workspaces
) -> None:
    """Announced as coming soon, and refused, until the plan has them."""
    await account(api, OWN)
    client = await api.new_client("Ganymède")
    wanted = "{ documentTemplates { key isAvailable reason } }"
    await switch(workspaces, workspace, "BANK_DETAILS_DOCUMENT", "Prochainement disponible")
    found = {each["key"]: each for each in (await api(wanted))["documentTemplates"]}
    assert found["BANK_DETAILS"] == {
        "key": "BANK_DETAILS",
        "isAvailable": False,
        "reason": "Prochainement disponible",
    }
    assert found["CLIENT_SHEET"]["isAvailable"] is True
    body = await api.answer(
        "mutation($id: ID!) { documentRender(input: {template: "
        '"BANK_DETAILS", clientId: $id}) { document { url } } }',
        {"id": client["id"]},
    )
    assert [each["extensions"]["code"] for each in body["errors"]] == ["FORBIDDEN"]
    await switch(workspaces, workspace, "BANK_DETAILS_DOCUMENT")
    found = {each["key"]: each for each in (await api(wanted))["documentTemplates"]}
    assert found["BANK_DETAILS"]["isAvailable"] is True
    await made(api, "BANK_DETAILS", client["id"])


async def test_f52_the_tab_with_a_clients_documents(workspace: Workspace) -> None:
    """One query tells what can be had, in the caller's language; each is then made."""
    api = workspace.api("OWNER", "fr")
    await account(api, OWN)
    address = {"line1": "10 rue de la Paix", "postalCode": "75002", "city": "Paris"}
    client = await api.new_client("Ganymède", addresses=[address])
    found = (await api("{ documentTemplates { key label formats mostClients } }"))[
        "documentTemplates"
    ]
    labels = {each["key"]: each["label"] for each in found}
    assert list(labels) == sorted(labels)
    assert labels.items() >= {
        ("ADDRESS_LABELS", "Étiquettes d'adresse"),
        ("BANK_DETAILS", "Relevé d'identité bancaire (RIB)"),
        ("CLIENT_SHEET", "Fiche client"),
    }
    for each in found:
        text = await text_of(api, await made(api, each["key"], client["id"]))
        assert "Ganymède" in text
        assert "10 rue de la Paix" in text


async def test_f52_the_tab_has_the_files_that_were_kept(workspace: Workspace) -> None:
    """One query lists the client's own files, those of its contacts and of what happened."""
    api = workspace.api("MEMBER")
    client = await api.new_client("Io", "mainContact { id }", contacts=[{"lastName": "Marius"}])
    note = {"clientId": client["id"], "title": "Visit"}
    event = (await api.done("eventCreate", note, "event { id }"))["event"]["id"]
    await kept(api, clientId=client["id"], title="Terms")
    await kept(api, contactId=client["mainContact"]["id"], title="Card")
    await kept(api, eventId=event, title="Minutes")
    tab = """query($id: ID!) { client(by: {id: $id}) { attachments { nodes { title url } }
        contacts(first: 5) { nodes { attachments(first: 5) { nodes { title url } } } }
        events(first: 5) { nodes { attachments(first: 5) { nodes { title url } } } } } }"""
    found = (await api(tab, {"id": client["id"]}))["client"]
    (contact,), (event,) = found["contacts"]["nodes"], found["events"]["nodes"]
    files = [each["attachments"]["nodes"] for each in (found, contact, event)]
    assert [[each["title"] for each in one] for one in files] == [["Terms"], ["Card"], ["Minutes"]]
    for (each,) in files:
        assert (await fetched_file(api, each["url"])).content == PDF
