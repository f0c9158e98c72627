"""The schema of guests: described throughout, and shut to all but invitations."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import is_introspection_type, is_specified_scalar_type

from clientgraph.invitations.guest_schema import GuestSchema
from clientgraph.permissions import INVITED, PERMISSIONS, Permission

SCHEMA = GuestSchema().core


def test_everything_is_described() -> None:
    """Every type, field, argument and value says what it is."""
    found: dict[str, str | None] = {}
    for kind in SCHEMA.type_map.values():
        if is_introspection_type(kind) or is_specified_scalar_type(kind):
            continue
        each: Any = kind
        found[each.name] = each.description
        for name, field in {**getattr(each, "fields", {}), **getattr(each, "values", {})}.items():
            found[f"{each.name}.{name}"] = field.description
            for key, argument in getattr(field, "args", {}).items():
                found[f"{each.name}.{name}({key})"] = argument.description
    assert [place for place, text in found.items() if not (text or "").strip()] == []
    assert SCHEMA.description


@pytest.mark.parametrize("root", ["Query", "Mutation"])
def test_every_way_in_takes_an_invitation(root: str) -> None:
    """Each root field names the one permission that invitations carry, and no role does."""
    kind: Any = SCHEMA.get_type(root)
    for name, field in kind.fields.items():
        metadata = field.extensions["strawberry-definition"].metadata
        opens = name == "invitationOpen"
        wanted = Permission.INVITATION_OPEN if opens else Permission.INVITATION_ANSWER
        assert metadata["permission"] is wanted, name
    assert frozenset({Permission.PUBLIC, Permission.INVITATION_ANSWER}) == INVITED
    assert all(Permission.INVITATION_ANSWER not in each for each in PERMISSIONS.values())
