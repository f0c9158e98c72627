"""API tokens as the API shows and takes them."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from clientgraph.graphql.fields import Info, argument, column, given, mutation, query
from clientgraph.graphql.mutations import MutationInput, Payload, answer, draft
from clientgraph.graphql.nodes import row_id
from clientgraph.organisations import access
from clientgraph.organisations.graphql.types import ApiToken, RoleType
from clientgraph.permissions import Permission


@query(Permission.TOKENS_WRITE, "API tokens of the workspace, newest first.", size=50)
async def api_tokens(info: Info) -> list[ApiToken]:
    """Revoked ones too."""
    rows: Any = await access.tokens(info.context.session)
    return rows


@strawberry.input(description="A new API token.")
class ApiTokenCreateInput(MutationInput):
    """What the token is for and may do."""

    name: str = strawberry.field(description="What it is for.")
    role: RoleType = strawberry.field(  # type: ignore[valid-type]
        description="What it may do: at most the caller's role and the member's."
    )
    member_id: strawberry.ID | None = given("The member that it acts for.")
    expires_in_days: int | None = given("1 to 365 days; 90 by default.")


@strawberry.type(description="The new token.")
class ApiTokenCreatePayload(Payload):
    """The token, or what was wrong."""

    api_token: ApiToken | None = column("The token.")
    text: str | None = column("The token's text `cgp_…`. It is shown now and never again.")


@mutation(Permission.TOKENS_WRITE, "Make an API token.")
async def api_token_create(
    info: Info, input: Annotated[ApiTokenCreateInput, argument("The token.")]
) -> ApiTokenCreatePayload | None:
    """Owner and admins."""
    made = draft(input)
    if made.get("member_id") is not None:
        made["member_id"] = str(row_id("Member", made["member_id"]))

    async def create() -> dict[str, object]:
        token, text = await access.create_token(info.context, made)
        info.context.secrets.append(text)
        return {"api_token": token, "text": text}

    return await answer(info, ApiTokenCreatePayload, None, create)


@strawberry.input(description="The token to end.")
class ApiTokenRevokeInput(MutationInput):
    """One token."""

    id: strawberry.ID = strawberry.field(description="The token.")


@strawberry.type(description="The ended token.")
class ApiTokenRevokePayload(Payload):
    """The token, or what was wrong."""

    api_token: ApiToken | None = column("The token as it is now.")


@mutation(Permission.TOKENS_WRITE, "End an API token at once.")
async def api_token_revoke(
    info: Info, input: Annotated[ApiTokenRevokeInput, argument("The token.")]
) -> ApiTokenRevokePayload | None:
    """Owner and admins."""
    token_id = row_id("ApiToken", input.id)
    return await answer(
        info,
        ApiTokenRevokePayload,
        "api_token",
        lambda: access.end_token(info.context, token_id),
    )


QUERIES = [api_tokens]
MUTATIONS = [api_token_create, api_token_revoke]
