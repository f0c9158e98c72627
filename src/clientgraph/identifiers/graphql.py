"""The public face of identifiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import strawberry

from clientgraph.context import Context
from clientgraph.graphql.fields import Info, argument, column, computed, query
from clientgraph.graphql.scalars import CountryCode, known_country
from clientgraph.identifiers.kinds import Pair, parsed, printed
from clientgraph.permissions import Permission
from clientgraph.requirements import FRENCH


@strawberry.type(description="A kind of identifier, such as the French SIRET.")
class IdentifierKind:
    """Declared by a plugin."""

    key: str = column("Stable name, such as FR_SIRET.")
    label: str = column("What a form shows, in the caller's language.")
    country: CountryCode | None = column("The country that issues it; null when international.")
    example: str | None = column("A well-formed value.")
    is_tax: bool = column("Whether it is a tax number (EN 16931 BT-48) or a register's number.")


@strawberry.type(description="An identifier of a client.")
class Identifier:
    """A stored value, shown by its kind."""

    value: str = column("The stored form: no blanks, no separators.")

    @computed("The kind.")
    def kind(self: Any, info: Info) -> IdentifierKind:
        """As its plugin declares it; bare where the plugin is gone."""
        return _kind(info, self.kind)

    @computed("The printed form, such as 732 829 320 00074.")
    async def formatted(self: Any, info: Info) -> str:
        """The kind's way of printing; the stored form where the plugin is gone."""
        found: str = await info.context.load(_printed, (self.kind, self.value))
        return found

    @computed("Whether the kind's rules and check digits accept it today.")
    async def is_valid(self: Any, info: Info) -> bool:
        """False where the plugin is gone: nobody can tell."""
        return bool(await info.context.load(_parsed, (self.kind, self.value)) == self.value)

    @computed("The key of the kind that it follows from; null when it was given.")
    def derived_from(self: Any) -> str | None:
        """Such as FR_SIRET for a SIREN that was not typed."""
        found: str | None = self.derived_from
        return found


@strawberry.input(description="An identifier: a kind and a value as people type it.")
class IdentifierInput:
    """Separators, blanks and lower case are fine."""

    kind: str = strawberry.field(description="A key from `identifierKinds`, such as FR_SIRET.")
    value: str = strawberry.field(description="The number in any usual form.")


async def _printed(context: Context, pairs: Sequence[Pair]) -> Mapping[Pair, str]:
    return await printed(context.plugins, context.organisation_id, pairs)


async def _parsed(context: Context, pairs: Sequence[Pair]) -> Mapping[Pair, Any]:
    return await parsed(context.plugins, context.organisation_id, pairs)


def _kind(info: Info, key: str) -> IdentifierKind:
    kind = info.context.plugins.identifier_kind(key)
    if kind is None:
        return IdentifierKind(key=key, label=key, country=None, example=None, is_tax=False)
    return IdentifierKind(
        key=key,
        label=kind.label.get(info.context.language) or kind.label["en"],
        country=CountryCode(kind.country) if kind.country else None,
        example=kind.example,
        is_tax=kind.is_tax,
    )


@query(
    Permission.PUBLIC,
    "The identifier kinds that are understood: those of a country and international ones.",
    size=20,
)
def identifier_kinds(
    info: Info,
    country: Annotated[
        CountryCode | None, argument("Only kinds that concern this country.")
    ] = strawberry.UNSET,
) -> list[IdentifierKind]:
    """Those of the country first."""
    kinds = info.context.plugins.kinds.values()
    if country:
        known_country(country)
    # Companies overseas are in the register of France (INSEE, Sirene).
    issuer = "FR" if country in FRENCH else country
    wanted = [kind for kind in kinds if not country or kind.country in (issuer, None)]
    wanted.sort(key=lambda kind: (kind.country is None, kind.key))
    return [_kind(info, kind.key) for kind in wanted]


QUERIES = [identifier_kinds]
