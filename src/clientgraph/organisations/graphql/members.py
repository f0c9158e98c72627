"""Mutations of members."""

from __future__ import annotations

from typing import Annotated

import strawberry

from clientgraph.graphql.fields import Info, argument, column, given, mutation
from clientgraph.graphql.mutations import (
    ChangeInput,
    MutationInput,
    Payload,
    answer,
    draft,
    expected,
)
from clientgraph.graphql.nodes import row_id
from clientgraph.graphql.scalars import EmailAddress
from clientgraph.organisations import service
from clientgraph.organisations.graphql.types import Member, RoleType
from clientgraph.permissions import Permission


@strawberry.input(description="Fields of a member.")
class MemberFields:
    """Shared by creation and change."""

    name: str | None = given("Full name.")
    email: EmailAddress | None = given("Unique in the workspace.")
    role: RoleType | None = given("At most the caller's own.")  # type: ignore[valid-type]
    is_active: bool | None = given("Whether the member's tokens work.")


@strawberry.input(description="A new member.")
class MemberCreateInput(MemberFields, MutationInput):
    """The member's fields."""


@strawberry.input(description="Changes of a member.")
class MemberUpdateInput(MemberFields, ChangeInput):
    """The member's fields; absent ones stay."""


@strawberry.type(description="The new member.")
class MemberCreatePayload(Payload):
    """The member, or what was wrong."""

    member: Member | None = column("The member.")


@strawberry.type(description="The member after a change.")
class MemberUpdatePayload(Payload):
    """The member, or what was wrong."""

    member: Member | None = column("The member as it is now.")


@mutation(Permission.MEMBERS_WRITE, "Add a member to the workspace.")
async def member_create(
    info: Info, input: Annotated[MemberCreateInput, argument("The member.")]
) -> MemberCreatePayload | None:
    """Owner and admins."""
    made = draft(input)
    return await answer(
        info, MemberCreatePayload, "member", lambda: service.create_member(info.context, made)
    )


@mutation(Permission.MEMBERS_WRITE, "Change a member; with `isActive: false`, lock one out.")
async def member_update(
    info: Info, input: Annotated[MemberUpdateInput, argument("The changes.")]
) -> MemberUpdatePayload | None:
    """Owner and admins."""
    member_id, changes = row_id("Member", input.id), draft(input)
    return await answer(
        info,
        MemberUpdatePayload,
        "member",
        lambda: service.update_member(info.context, member_id, changes, expected(input)),
    )


MUTATIONS = [member_create, member_update]
