"""Rows N3, N18, D1 and D19 of the contract: where clients are reached from, and which."""

from __future__ import annotations

import pytest

from clientgraph.testing import Api, Workspace, Workspaces
from tests.contract.answers import mistakes, names, shown
from tests.invoicing import Invoicing

pytestmark = pytest.mark.anyio

MENU = "{ viewer { role permissions organisation { name } } clients { totalCount } }"
ROWS = """{ viewer { permissions } clients { nodes {
    id version name deletability { allowed reasons { code count } } } } }"""
BILLED = """name reference currency vatRegime paymentTerms { days endOfMonth }
    billingAddress { formatted } invoiceContact { email } identifier(kind: "FR_VAT") { value }"""


async def test_n3_the_module_has_its_tab_of_clients(workspaces: Workspaces) -> None:
    """The firm's module names the firm and counts its clients, and no other firm's."""
    nord = await workspaces.make(name="Atelier Nord")
    sud = await workspaces.make(name="Atelier Sud")
    await nord.api().new_client("Io")
    for firm, name, count in ((nord, "Atelier Nord", 1), (sud, "Atelier Sud", 0)):
        found = await firm.api("MEMBER")(MENU)
        assert found["viewer"]["organisation"] == {"name": name}
        assert found["clients"] == {"totalCount": count}


async def test_d1_the_menu_knows_whom_to_show_clients(workspace: Workspace) -> None:
    """One query tells a menu that the caller may see clients, and whether also change them."""
    may = ["clients:delete", "clients:read", "clients:write"]
    for role, wanted in (("OWNER", may), ("MEMBER", may), ("VIEWER", ["clients:read"])):
        found = await workspace.api(role)(MENU)
        held = [name for name in found["viewer"]["permissions"] if name.startswith("clients:")]
        assert (found["viewer"]["role"], sorted(held)) == (role, wanted)
        assert found["clients"] == {"totalCount": 0}


async def test_n18_a_row_is_edited(api: Api) -> None:
    """A row's id and version are enough to edit its client, and only as it was seen."""
    await api.new_client("Io")
    row = (await api(ROWS))["clients"]["nodes"][0]
    seen = {"id": row["id"], "expectedVersion": row["version"]}
    edited = await api.done("clientUpdate", {**seen, "name": "Europa"}, "client { name version }")
    assert edited["client"] == {"name": "Europa", "version": 2}
    assert await mistakes(api, "clientUpdate", {**seen, "name": "Callisto"}) == [
        ("expectedVersion", "VERSION_CONFLICT")
    ]


async def test_n18_a_row_is_invoiced(api: Api) -> None:
    """A row's id hands over to invoicing, which reads by it all that it puts on the invoice."""
    await api.new_client(
        "Ganymède",
        paymentTerms={"days": 45, "endOfMonth": True},
        identifiers=[{"kind": "FR_SIREN", "value": "732829320"}],
        addresses=[{"line1": "10 rue de la Paix", "postalCode": "75002", "city": "Paris"}],
        contacts=[{"lastName": "Roux", "email": "ada@ganymede.fr", "isInvoiceRecipient": True}],
    )
    row = (await api(ROWS))["clients"]["nodes"][0]
    assert await shown(api, row["id"], BILLED) == {
        "name": "Ganymède",
        "reference": "C00001",
        "currency": "EUR",
        "vatRegime": "TAXABLE",
        "paymentTerms": {"days": 45, "endOfMonth": True},
        "billingAddress": {"formatted": ["10 rue de la Paix", "75002 Paris"]},
        "invoiceContact": {"email": "ada@ganymede.fr"},
        "identifier": {"value": "FR44732829320"},
    }


async def test_n18_a_row_is_deleted_where_it_says_so(
    invoiced_workspace: Workspace, invoicing: Invoicing
) -> None:
    """Each row says whether "delete" works, and why not; it then does what it said."""
    api = invoiced_workspace.api()
    invoicing.issue((await api.new_client("Europa"))["id"], 3)
    await api.new_client("Io")
    rows = (await api(ROWS))["clients"]["nodes"]
    assert [(row["name"], row["deletability"]) for row in rows] == [
        ("Europa", {"allowed": False, "reasons": [{"code": "HAS_INVOICES", "count": 3}]}),
        ("Io", {"allowed": True, "reasons": []}),
    ]
    done = [
        await mistakes(api, "clientDelete", {"id": row["id"], "expectedVersion": row["version"]})
        for row in rows
    ]
    assert done == [[("id", "HAS_INVOICES")], []]
    assert await names(api, "") == ["Europa"]


async def test_d19_clients_are_classified_by_place(api: Api) -> None:
    """A postcode, its first digits, a city, or a country each find the clients that are there."""
    places = {
        "Io": ("FR", "75002", "Paris"),
        "Europa": ("FR", "75 011", "PARIS"),
        "Callisto": ("FR", "13001", "Marseille"),
        "Ganymède": ("NL", "1011ab", "Amsterdam"),
        "Amalthée": ("DE", "10117", "Berlin"),
    }
    for name, (country, code, city) in places.items():
        address = {"line1": "1 rue", "postalCode": code, "city": city}
        await api.new_client(name, country=country, addresses=[address])
    await api.new_client("Thébé")
    wanted: dict[str, list[str]] = {
        '{postalCode: {eq: "75002"}}': ["Io"],
        '{postalCode: {startsWith: "75"}}': ["Europa", "Io"],
        '{postalCode: {startsWith: "101"}}': ["Amalthée", "Ganymède"],
        '{postalCode: {startsWith: "101"}, country: ["NL"]}': ["Ganymède"],
        '{postalCode: {eq: "1011 AB"}}': ["Ganymède"],
        '{city: {eq: "paris"}}': ["Europa", "Io"],
        '{not: {postalCode: {startsWith: "75"}}, country: ["FR"]}': ["Callisto", "Thébé"],
    }
    found = {condition: await names(api, f"(filter: {condition})") for condition in wanted}
    assert found == wanted


async def test_d19_clients_are_counted_by_place(api: Api) -> None:
    """The clients of each area are counted, whatever else is on their addresses."""
    for name, code, street in (
        ("Io", "75002", "1"),
        ("Europa", "75011", "2"),
        ("Callisto", "13001", "3"),
    ):
        await api.new_client(name, addresses=[{"line1": street, "postalCode": code, "city": "X"}])
    areas = await api(
        """{ paris: clients(filter: {postalCode: {startsWith: "75"}}) { totalCount }
        south: clients(filter: {postalCode: {startsWith: "13"}}) { totalCount }
        north: clients(filter: {postalCode: {startsWith: "59"}}) { totalCount } }"""
    )
    assert areas == {
        "paris": {"totalCount": 2},
        "south": {"totalCount": 1},
        "north": {"totalCount": 0},
    }
