"""``clientgraph organisation``: workspaces, as the operator makes and sees them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from clientgraph.commands.problems import Problem
from clientgraph.commands.running import ConfigFile, run, workbench
from clientgraph.commands.tables import table
from clientgraph.config import Settings, load
from clientgraph.organisations.features import FEATURES, Switched, switched
from clientgraph.organisations.models import Organisation
from clientgraph.organisations.opening import (
    open_workspace,
    operator,
    slug_of,
    usual_currency,
    usual_locale,
)
from clientgraph.organisations.service import (
    all_organisations,
    find_organisation,
    switch_feature,
)
from clientgraph.storage.ids import uuid7
from clientgraph.storage.scope import Scope

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def organisation() -> None:
    """Workspaces: each has its own clients, members and tokens, and never sees another's."""


@app.command()
def create(
    name: Annotated[str, typer.Option(help="The firm's name.")],
    country: Annotated[str, typer.Option(help="Its country, two letters: FR.")],
    slug: Annotated[
        str | None, typer.Option(help="Short name for commands. [default: made of the name]")
    ] = None,
    owner_email: Annotated[
        str | None, typer.Option(help="Who owns it; the token then acts for that person.")
    ] = None,
    owner_name: Annotated[
        str | None, typer.Option(help="The owner's name. [default: the e-mail address]")
    ] = None,
    locale: Annotated[
        str | None, typer.Option(help="Language and country: fr-BE. [default: the country's]")
    ] = None,
    currency: Annotated[
        str | None, typer.Option(help="Three letters: EUR. [default: the country's]")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Make a workspace with its owner, and print its first token.

    The token alone goes to standard output. It is shown now and never again; it works for 90
    days and may do everything in the workspace.

    \b
    Examples:
      clientgraph organisation create --name "Atelier Nord" --country FR
      clientgraph organisation create --name "Studio Zuid" --country BE \\
          --slug zuid --locale nl-BE --owner-email els@zuid.example
    """
    settings = load(file=config)
    draft = {"name": name, "slug": slug or slug_of(name), "country": country}
    draft["locale"] = locale or usual_locale(country) or ""
    draft["currency"] = currency or usual_currency(country) or ""
    owner = {"email": owner_email, "name": owner_name or owner_email} if owner_email else None
    made, token = run(settings, _create(settings, draft, owner))
    typer.echo(f"Made the workspace '{made.slug}'. Its token, shown only now:", err=True)
    typer.echo(token)


async def _create(
    settings: Settings, draft: dict[str, Any], owner: dict[str, Any] | None
) -> tuple[Organisation, str]:
    async with workbench(settings) as bench:
        async with bench.database.read(Scope(operator=True)) as session:
            if await find_organisation(session, draft["slug"]) is not None:
                raise Problem(
                    f"There is a workspace '{draft['slug']}' already. Choose another --slug."
                )
        context = bench.context(operator(uuid7()))
        async with context.writing():
            return await open_workspace(context, draft, owner)


@app.command()
def features(
    slug: Annotated[str, typer.Argument(help="The workspace's short name.")],
    enable: Annotated[str | None, typer.Option(help="A feature to switch on: its key.")] = None,
    disable: Annotated[str | None, typer.Option(help="A feature to switch off: its key.")] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why it is off; the workspace's users read it.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """List the features of a workspace, and switch them by its plan.

    What is off is refused in the API with the reason, and front ends can ask for it beforehand.

    \b
    Examples:
      clientgraph organisation features studio-zuid
      clientgraph organisation features studio-zuid --disable CLIENT_CREATE \\
          --reason "Complete your company profile first"
      clientgraph organisation features studio-zuid --enable CLIENT_CREATE
    """
    if (disable is None) != (reason is None):
        raise Problem("Give --disable and --reason together: whoever misses a feature asks why.")
    if enable is not None and enable == disable:
        raise Problem(f"{enable} cannot be switched on and off at once.")
    switches = [(key, on) for key, on in ((enable, True), (disable, False)) if key is not None]
    for key, _ in switches:
        if key not in FEATURES:
            raise Problem(f"There is no feature '{key}'. Known ones: {', '.join(FEATURES)}.")
    settings = load(file=config)
    found = run(settings, _switched(settings, slug, switches, reason))
    rows = [
        (
            each.feature.key,
            "on" if each.is_enabled else "off",
            each.reason or "",
            each.feature.description,
        )
        for each in found
    ]
    typer.echo(table(("FEATURE", "IS", "REASON", "WHAT IT IS"), rows))


async def _switched(
    settings: Settings, slug: str, switches: list[tuple[str, bool]], reason: str | None
) -> list[Switched]:
    async with workbench(settings) as bench:
        organisation = await bench.organisation(slug)
        context = bench.context(operator(organisation.id))
        async with context.writing():
            for key, on in switches:
                organisation = await switch_feature(
                    context, key, is_enabled=on, reason=None if on else reason
                )
    return switched(organisation.features)


@app.command("list")
def list_organisations(config: ConfigFile = None) -> None:
    """List the workspaces.

    \b
    Example:
      clientgraph organisation list
    """
    settings = load(file=config)
    found = run(settings, _all(settings))
    rows = [(each.slug, each.name, each.country, f"{each.created_at:%Y-%m-%d}") for each in found]
    typer.echo(table(("SLUG", "NAME", "COUNTRY", "MADE"), rows))


async def _all(settings: Settings) -> list[Organisation]:
    async with (
        workbench(settings) as bench,
        bench.database.read(Scope(operator=True)) as session,
    ):
        return await all_organisations(session)
