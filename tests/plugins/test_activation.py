"""A workspace that switches a plugin off asks it for blockers alone; what it declared stays."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from clientgraph import (
    BatchField,
    Company,
    CompanyCandidate,
    CompanyRegistry,
    DeletionBlocker,
    IdentifierKind,
    Info,
    Permission,
    PluginContext,
    hookimpl,
    mutation,
    query,
    subscription,
)
from clientgraph.config import Settings
from clientgraph.testing import Api, Workspace, running
from tests.invoicing import with_plugin

pytestmark = pytest.mark.anyio

INACTIVE = ["PLUGIN_INACTIVE"]
NUMBER = [{"kind": "CLUB", "value": "7"}]


class Club:
    """A plugin that takes part wherever it can, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    @hookimpl
    def identifier_kinds(self) -> list[IdentifierKind]:
        """One kind."""
        facts: dict[str, Any] = {"key": "CLUB", "label": {"en": "Club"}, "country": None}
        return [IdentifierKind(**facts, example="12", parse=str.strip, format="No {}".format)]

    @hookimpl
    def company_registries(self) -> list[CompanyRegistry]:
        """One that knows one company."""

        async def search(*_: Any) -> list[CompanyCandidate]:
            self.asked.append("search")
            return [CompanyCandidate(name="Chess", identifiers={"CLUB": "12"})]

        async def lookup(*_: Any) -> Company:
            self.asked.append("lookup")
            return Company(name="Chess", country="LU", identifiers={})

        found = CompanyRegistry(
            key="CLUBS",
            label={"en": "Clubs"},
            attribution="The clubs",
            search=search,
            countries=frozenset({"LU"}),
            lookup=lookup,
            kinds=frozenset({"CLUB"}),
        )
        return [found]

    @hookimpl(version=1)
    def deletion_blockers(
        self, client_ids: Sequence[UUID]
    ) -> Mapping[UUID, Sequence[DeletionBlocker]]:
        """Nobody leaves the club."""
        self.asked.append("blockers")
        blocker = DeletionBlocker(code="MEMBER_OF_CLUB", count=1, message={"en": "A member."})
        return {client_id: [blocker] for client_id in client_ids}

    @hookimpl
    def batch_fields(self) -> list[BatchField]:
        """A field that promises never to be null."""

        async def load(_context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, str]:
            self.asked.append("field")
            return dict.fromkeys(ids, "Chess")

        description = "The club."
        return [
            BatchField(
                type_name="Client", name="club", description=description, result=str, load=load
            )
        ]

    @hookimpl
    def graphql_fields(self) -> Mapping[str, Sequence[Any]]:
        """One field of each kind."""

        async def ahead(_context: Any) -> str:
            self.asked.append("ahead")
            return "asked ahead"

        @query(Permission.PUBLIC, "Asks ahead.", ahead=ahead)
        async def club_news(info: Info) -> str:
            return str(info.context.answer(info.path.key))

        @query(Permission.PUBLIC, "Answers at once.")
        def club_size(info: Info) -> int:
            return 12

        @mutation(Permission.PUBLIC, "Greets.")
        async def club_greet(info: Info) -> str | None:
            return "Hello"

        @subscription(Permission.PUBLIC, "Tells one thing.")
        async def club_told(info: Info) -> AsyncIterator[str]:
            yield "told"

        return {
            "Query": [club_news, club_size],
            "Mutation": [club_greet],
            "Subscription": [club_told],
        }


async def switch(api: Api, *, on: bool) -> None:
    """Switch the plugin on or off."""
    done = await api.done(
        "pluginConfigure", {"name": "club", "isActive": on}, "plugin { name isActive }"
    )
    assert done["plugin"] == {"name": "club", "isActive": on}


async def streamed(api: Api) -> str:
    """What a subscription answers, as an event stream."""
    response = await api.client.post(
        "/graphql",
        json={"query": "subscription { clubTold }"},
        headers={"Authorization": f"Bearer {api.token}", "Accept": "text/event-stream"},
    )
    return response.text


async def test_a_plugin_that_is_switched_off(
    settings: Settings, workspace: Workspace, other: Workspace
) -> None:
    """It is asked for blockers alone there, in others for everything; and then again here, too."""
    club = Club()
    known = '{ company(kind: "CLUB", value: "12") { status } }'
    found = '{ companySearch(query: "chess", country: "LU") { status } }'
    async with running(settings, with_plugin("club", club)) as client:
        api, beside = (replace(each, client=client).api() for each in (workspace, other))
        selection = "deletability { allowed } identifiers { kind { key } value formatted }"
        ids = [(await each.new_client(identifiers=NUMBER))["id"] for each in (api, beside)]
        await switch(api, on=False)
        club.asked.clear()
        assert (await api(known))["company"]["status"] == "UNAVAILABLE"
        assert (await api(found))["companySearch"]["status"] == "UNAVAILABLE"
        for field in ("clubNews", "clubSize"):
            assert await api.codes(f"{{ {field} }}") == INACTIVE
        assert await api.codes("mutation { clubGreet }") == INACTIVE
        assert "PLUGIN_INACTIVE" in await streamed(api)
        read = await api(f"{{ clients {{ nodes {{ club {selection} }} }} }}")
        assert read["clients"]["nodes"] == [
            {
                "club": None,
                "deletability": {"allowed": False},
                "identifiers": [{"kind": {"key": "CLUB"}, "value": "7", "formatted": "No 7"}],
            }
        ]
        refused = await api.do("clientDelete", {"id": ids[0]})
        assert refused["userErrors"][0]["code"] == "MEMBER_OF_CLUB"
        assert set(club.asked) == {"blockers"}

        assert (await beside(known))["company"]["status"] == "FOUND"
        both = await beside("{ clubNews clubSize }")
        assert both == {"clubNews": "asked ahead", "clubSize": 12}
        assert (await beside.do("clientDelete", {"id": ids[1]}, "deletedId"))["deletedId"] is None

        await switch(api, on=True)
        assert await api("{ clubSize }") == {"clubSize": 12}
        assert await api("mutation { clubGreet }") == {"clubGreet": "Hello"}
        assert '{"clubTold":"told"}' in await streamed(api)


async def test_the_next_mutation_of_a_document_knows(
    settings: Settings, workspace: Workspace
) -> None:
    """Each mutation of a document sees what the one before it switched."""
    async with running(settings, with_plugin("club", Club())) as client:
        api = replace(workspace, client=client).api()
        body = await api.answer(
            'mutation { a: clubGreet off: pluginConfigure(input: {name: "club", isActive: false})'
            " { plugin { isActive } } b: clubGreet }"
        )
        checked = await api.do("pluginConfigure", {"name": "club", "isActive": True, **VALIDATE})
        assert checked["userErrors"] == []
        assert await api.codes("{ clubSize }") == INACTIVE
    assert body["data"] == {"a": "Hello", "off": {"plugin": {"isActive": False}}, "b": None}
    assert [error["extensions"]["code"] for error in body["errors"]] == INACTIVE
    assert [error["extensions"]["plugin"] for error in body["errors"]] == ["club"]


VALIDATE = {"validateOnly": True}


async def test_a_field_of_one_application_is_not_owned_in_another(
    settings: Settings, workspace: Workspace
) -> None:
    """What one application adds to a plugin's fields, the plugin's own objects do not keep."""

    @query(Permission.PUBLIC, "Shared.")
    def shared(info: Info) -> int:
        return 1

    before = (list(shared.extensions), dict(shared.metadata))
    declared = SimpleNamespace(graphql_fields=hookimpl(lambda: {"Query": [shared]}))
    for _ in range(2):
        async with running(settings, with_plugin("club", declared)) as client:
            api = replace(workspace, client=client).api()
            assert await api("{ shared }") == {"shared": 1}
    assert (list(shared.extensions), dict(shared.metadata)) == before
