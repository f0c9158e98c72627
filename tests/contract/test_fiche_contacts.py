"""Rows F19 to F29, F43, F44 and F46 of the contract: the contacts of a client."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientgraph.testing import Api
from tests.contract.answers import mistakes, names, shown

pytestmark = pytest.mark.anyio

GALILEI = {"lastName": "Galilei", "email": "galilei@example.org"}
MARIUS = {"lastName": "Marius", "email": "marius@example.org"}
CONTACTS = "contacts { nodes { id version lastName email isMain } }"


@pytest.fixture
async def fiche(api: Api) -> Api:
    """The API of a workspace with the requirements of a client page."""
    await api.done("organisationUpdate", {"requirements": "fiche"})
    return api


async def a_contact(api: Api, **fields: Any) -> Any:
    """A new client's one contact with these fields, and those fields as they are answered."""
    selection = f"mainContact {{ {' '.join(fields)} }}"
    return (await api.new_client(contacts=[fields], selection=selection))["mainContact"]


async def listed(api: Api, client_id: str) -> Any:
    """The contacts of a client in the order they were added."""
    return (await shown(api, client_id, CONTACTS))["contacts"]["nodes"]


async def test_f19_a_main_contact_is_mandatory(fiche: Api) -> None:
    """Without a contact there is no client; forms know it beforehand."""
    for given in ({}, {"contacts": []}, {"contacts": None}):
        found = await mistakes(fiche, "clientCreate", {"name": "Io", **given})
        assert found == [("contacts", "REQUIRED")]
    assert await names(fiche, "") == []
    required = (await fiche("{ requiredFields { path } }"))["requiredFields"]
    assert [field["path"] for field in required] == [
        ["name"],
        ["mainContact"],
        ["contacts", "email"],
    ]


async def test_f19_the_first_contact_is_the_main_one(fiche: Api) -> None:
    """A client made with contacts has exactly one main contact: the first, unless told."""
    first = await fiche.new_client(contacts=[GALILEI, MARIUS], selection=CONTACTS)
    assert [each["isMain"] for each in first["contacts"]["nodes"]] == [True, False]
    marius = {"lastName": "Marius", "email": "simon@example.org", "isMain": True}
    galilei = {"lastName": "Galilei", "email": "galileo@example.org"}
    told = await fiche.new_client(contacts=[galilei, marius], selection=CONTACTS)
    assert [each["isMain"] for each in told["contacts"]["nodes"]] == [False, True]


async def test_f19_the_main_contact_cannot_be_taken_away(fiche: Api) -> None:
    """The only contact of an active client stays, and stays the main one."""
    made = await fiche.new_client(contacts=[GALILEI], selection="mainContact { id }")
    person = made["mainContact"]["id"]
    assert await mistakes(fiche, "contactDelete", {"id": person}) == [("id", "MAIN_CONTACT")]
    demoted = {"id": person, "isMain": False}
    assert await mistakes(fiche, "contactUpdate", demoted) == [("isMain", "MAIN_CONTACT")]
    assert [each["lastName"] for each in await listed(fiche, made["id"])] == ["Galilei"]


async def test_f20_a_contact_is_addressed_by_a_civility(api: Api) -> None:
    """Madame, Monsieur, Professeur, Maître and Docteur are offered, each with a stable key."""
    french = Api(api.client, api.token, "fr")
    offered = (await french("{ civilities { key label } }"))["civilities"]
    assert offered == [
        {"key": "MADAME", "label": "Madame"},
        {"key": "MONSIEUR", "label": "Monsieur"},
        {"key": "PROFESSEUR", "label": "Professeur"},
        {"key": "MAITRE", "label": "Maître"},
        {"key": "DOCTEUR", "label": "Docteur"},
    ]
    for each in offered:
        person = {"lastName": "Galilei", "civility": each["key"]}
        made = await french.new_client(
            contacts=[person], selection="mainContact { civility { key label } }"
        )
        assert made["mainContact"]["civility"] == each
    unknown = {"name": "Io", "contacts": [{"lastName": "Galilei", "civility": "SIR"}]}
    found = await mistakes(french, "clientCreate", unknown)
    assert found == [("contacts.0.civility", "UNKNOWN_CIVILITY")]


async def test_f21_a_contact_has_a_first_name(api: Api) -> None:
    """The first name comes back as it was given."""
    assert await a_contact(api, firstName="Zoé") == {"firstName": "Zoé"}


async def test_f22_a_contact_has_a_last_name(api: Api) -> None:
    """The last name comes back as it was given, and follows the first in the full name."""
    assert await a_contact(api, lastName="d'Aubigné") == {"lastName": "d'Aubigné"}
    made = await api.new_client(
        contacts=[{"firstName": "Zoé", "lastName": "d'Aubigné"}], selection="mainContact {fullName}"
    )
    assert made["mainContact"]["fullName"] == "Zoé d'Aubigné"


@pytest.mark.parametrize(
    ("email", "code"), [(None, "REQUIRED"), ("", "REQUIRED"), ("galilei", "INVALID_EMAIL")]
)
async def test_f23_the_contacts_email_is_mandatory(
    fiche: Api, email: str | None, code: str
) -> None:
    """A main contact without an e-mail address is refused at its place, with one reason."""
    given = {"name": "Io", "contacts": [{"lastName": "Galilei", "email": email}]}
    assert await mistakes(fiche, "clientCreate", given) == [("contacts.0.email", code)]


async def test_f23_the_contacts_email_cannot_be_cleared(fiche: Api) -> None:
    """The main contact of an active client keeps an e-mail address."""
    made = await fiche.new_client(contacts=[GALILEI], selection="mainContact { id }")
    cleared = {"id": made["mainContact"]["id"], "email": None}
    assert await mistakes(fiche, "contactUpdate", cleared) == [("email", "REQUIRED")]
    assert [each["email"] for each in await listed(fiche, made["id"])] == ["galilei@example.org"]


async def test_f23_no_contact_is_without_email(fiche: Api) -> None:
    """Neither at creation, nor later, nor by choosing another main contact."""
    pair = [GALILEI, {"lastName": "Marius"}]
    found = await mistakes(fiche, "clientCreate", {"name": "Io", "contacts": pair})
    assert found == [("contacts.1.email", "REQUIRED")]
    made = await fiche.new_client(contacts=[GALILEI, MARIUS], selection=CONTACTS)
    person = made["contacts"]["nodes"][1]["id"]
    refused = [("email", "REQUIRED")]
    assert await mistakes(fiche, "contactUpdate", {"id": person, "email": None}) == refused
    for more in ({}, {"isMain": True}):
        new = {"clientId": made["id"], "lastName": "Kepler", **more}
        assert await mistakes(fiche, "contactCreate", new) == refused
    assert [each["isMain"] for each in await listed(fiche, made["id"])] == [True, False]


async def test_f23_a_contact_from_before_cannot_become_the_main_one(api: Api) -> None:
    """One that was there before e-mails were required stays, but not as the main contact."""
    made = await api.new_client(contacts=[GALILEI, {"lastName": "Marius"}], selection=CONTACTS)
    person = made["contacts"]["nodes"][1]["id"]
    await api.done("organisationUpdate", {"requirements": "banqup"})
    found = await mistakes(api, "contactMakeMain", {"id": person})
    assert ("email", "REQUIRED") in found
    await api.done("contactUpdate", {"id": person, "position": "Assistant"})


async def test_f24_a_contact_has_a_position(api: Api) -> None:
    """The position held comes back as it was given."""
    assert await a_contact(api, lastName="G", position="Directrice") == {
        "lastName": "G",
        "position": "Directrice",
    }


async def test_f25_a_contact_has_a_direct_phone(api: Api) -> None:
    """The direct line is typed as at home and stored in E.164."""
    assert await a_contact(api, phone="01 42 68 53 01") == {"phone": "+33142685301"}


async def test_f26_a_contact_has_a_mobile_phone(api: Api) -> None:
    """The mobile number is typed as at home and stored in E.164."""
    assert await a_contact(api, mobile="06 12 34 56 78") == {"mobile": "+33612345678"}


async def test_f27_a_contact_has_a_switchboard_phone(api: Api) -> None:
    """The switchboard is kept beside the direct line and the mobile."""
    person = {"phone": "+33142685301", "switchboardPhone": "+33142685300"}
    assert await a_contact(api, **person) == person


async def test_f29_name_and_email_are_refused_together(fiche: Api) -> None:
    """Without company name and contact e-mail both are named at once and nothing is written."""
    given = {"contacts": [{"lastName": "Galilei"}]}
    assert await mistakes(fiche, "clientCreate", given) == [
        ("name", "REQUIRED"),
        ("contacts.0.email", "REQUIRED"),
    ]
    found = await fiche("{ clients { totalCount } contacts { totalCount } }")
    assert found == {"clients": {"totalCount": 0}, "contacts": {"totalCount": 0}}


async def test_f29_a_draft_waits_for_what_is_missing(fiche: Api) -> None:
    """A draft lacks name of contact and e-mail, and is activated once they are there."""
    made = await fiche.new_client("Io", isDraft=True, selection="status")
    assert made["status"] == "DRAFT"
    found = await mistakes(fiche, "clientActivate", {"id": made["id"]})
    assert found == [("contacts", "REQUIRED")]
    await fiche.done("contactCreate", {"clientId": made["id"], **GALILEI})
    payload = await fiche.done("clientActivate", {"id": made["id"]}, "client { status }")
    assert payload["client"] == {"status": "ACTIVE"}


async def test_f43_all_contacts_of_a_client_are_listed(api: Api) -> None:
    """Every contact is on the client's page, in pages of up to a hundred, oldest first."""
    people = [{"lastName": f"Person {n:02d}"} for n in range(30)]
    made = await api.new_client(contacts=people)
    page = "contacts(first: 100) { totalCount nodes { lastName } pageInfo { hasNextPage } }"
    found = (await shown(api, made["id"], page))["contacts"]
    assert found["totalCount"] == 30
    assert found["nodes"] == people
    assert found["pageInfo"] == {"hasNextPage": False}


async def test_f44_the_main_contact_is_marked_and_can_change(api: Api) -> None:
    """Exactly one contact has the star, and it moves at any time."""
    made = await api.new_client(contacts=[GALILEI, MARIUS], selection=CONTACTS)
    first, second = (each["id"] for each in made["contacts"]["nodes"])
    for chosen in (second, first, second):
        payload = await api.done("contactMakeMain", {"id": chosen}, "contact { isMain }")
        assert payload["contact"] == {"isMain": True}
        stars = [each["id"] for each in await listed(api, made["id"]) if each["isMain"]]
        assert stars == [chosen]


async def test_f44_choices_at_the_same_time_leave_one_star(api: Api) -> None:
    """Ten choices at once end with exactly one main contact."""
    people = [{"lastName": f"Person {n}"} for n in range(3)]
    made = await api.new_client(contacts=people, selection=CONTACTS)
    ids = [each["id"] for each in made["contacts"]["nodes"]]
    await asyncio.gather(*(api.done("contactMakeMain", {"id": ids[n % 3]}) for n in range(10)))
    assert sum(each["isMain"] for each in await listed(api, made["id"])) == 1


async def test_f44_two_main_contacts_are_refused(api: Api) -> None:
    """A new client with two stars is refused at the second."""
    people = [GALILEI | {"isMain": True}, MARIUS | {"isMain": True}]
    found = await mistakes(api, "clientCreate", {"name": "Io", "contacts": people})
    assert found == [("contacts.1.isMain", "DUPLICATE")]


async def test_f46_a_contact_is_added_later(api: Api) -> None:
    """A contact can be added on its own; the first of a client becomes the main one."""
    made = await api.new_client("Io")
    for person, main in ((GALILEI, True), (MARIUS, False)):
        given = {"clientId": made["id"], **person}
        payload = await api.done(
            "contactCreate", given, "contact { lastName isMain client { name } }"
        )
        assert payload["contact"] == {
            "lastName": person["lastName"],
            "isMain": main,
            "client": {"name": "Io"},
        }
