"""``clientgraph token``: API tokens of a workspace."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from clientgraph.commands.problems import Problem
from clientgraph.commands.running import ConfigFile, run, workbench
from clientgraph.commands.tables import table
from clientgraph.config import Settings, load
from clientgraph.organisations.access import end_token, make_token, tokens
from clientgraph.organisations.models import ApiToken
from clientgraph.organisations.opening import operator
from clientgraph.organisations.service import members
from clientgraph.permissions import Role
from clientgraph.storage.scope import Scope

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
Slug = Annotated[str, typer.Option("--organisation", metavar="SLUG", help="The workspace.")]


@app.callback()
def token() -> None:
    """API tokens: what programs and people present to use a workspace."""


@app.command()
def create(
    organisation: Slug,
    name: Annotated[str, typer.Option(help="What it is for.")],
    role: Annotated[Role, typer.Option(help="What it may do.", case_sensitive=False)] = Role.VIEWER,
    days: Annotated[int, typer.Option(help="How long it works, 1 to 365 days.")] = 90,
    member: Annotated[
        str | None,
        typer.Option(metavar="EMAIL", help="Who it acts for. [default: the workspace itself]"),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Make a token and print it. It is shown now and never again.

    VIEWER reads; MEMBER also writes clients; ADMIN also manages members and tokens; OWNER owns.
    The token alone goes to standard output.

    \b
    Examples:
      clientgraph token create --organisation atelier-nord --name "Invoicing" --role MEMBER
      TOKEN=$(clientgraph token create --organisation atelier-nord --name "Report")
    """
    settings = load(file=config)
    draft = {"name": name, "role": role.value, "expires_in_days": days}
    text = run(settings, _create(settings, organisation, draft, member))
    typer.echo("The token, shown only now:", err=True)
    typer.echo(text)


async def _create(settings: Settings, slug: str, draft: dict[str, Any], email: str | None) -> str:
    async with workbench(settings) as bench:
        context = bench.context(operator((await bench.organisation(slug)).id))
        async with context.writing() as session:
            if email is not None:
                found = [each for each in await members(context) if each.email == email]
                if not found:
                    raise Problem(f"'{slug}' has no member with the e-mail address {email}.")
                draft = {**draft, "member_id": str(found[0].id)}
            _, text = await make_token(session, bench.signer, draft, highest=Role.OWNER)
    return text


@app.command("list")
def list_tokens(organisation: Slug, config: ConfigFile = None) -> None:
    """List a workspace's tokens, newest first; their texts are kept nowhere.

    \b
    Example:
      clientgraph token list --organisation atelier-nord
    """
    settings = load(file=config)
    found = run(settings, _all(settings, organisation))
    rows = [(str(each.id), each.name, each.role, f"…{each.hint}", _state(each)) for each in found]
    typer.echo(table(("ID", "NAME", "ROLE", "ENDS IN", "STATE"), rows))


async def _all(settings: Settings, slug: str) -> list[ApiToken]:
    async with workbench(settings) as bench:
        scope = Scope(organisation=(await bench.organisation(slug)).id)
        async with bench.database.read(scope) as session:
            return list(await tokens(session))


def _state(found: ApiToken) -> str:
    if found.revoked_at is not None:
        return f"revoked {found.revoked_at:%Y-%m-%d}"
    if found.expires_at is None:
        return "works"
    past = found.expires_at <= datetime.now(UTC)
    return f"{'expired' if past else 'works until'} {found.expires_at:%Y-%m-%d}"


@app.command()
def revoke(
    organisation: Slug,
    token_id: Annotated[UUID, typer.Argument(metavar="ID", help="From 'clientgraph token list'.")],
    config: ConfigFile = None,
) -> None:
    """End a token within seconds; open subscriptions of it end within a minute.

    \b
    Example:
      clientgraph token revoke --organisation atelier-nord 0197a1d2-…
    """
    settings = load(file=config)
    ended = run(settings, _revoke(settings, organisation, token_id))
    typer.echo(f"The token '{ended.name}' no longer works.")


async def _revoke(settings: Settings, slug: str, token_id: UUID) -> ApiToken:
    async with workbench(settings) as bench:
        context = bench.context(operator((await bench.organisation(slug)).id))
        async with context.writing() as session:
            if all(each.id != token_id for each in await tokens(session)):
                raise Problem(
                    f"'{slug}' has no token {token_id}. 'clientgraph token list' shows them all."
                )
            return await end_token(context, token_id)
