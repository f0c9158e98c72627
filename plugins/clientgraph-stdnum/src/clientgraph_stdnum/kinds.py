"""The tables turned into the identifier kinds of the plugin contract."""

from __future__ import annotations

from functools import partial

from clientgraph import IdentifierError, IdentifierKind
from clientgraph_stdnum import derive, european_union, world
from clientgraph_stdnum.labels import labels
from clientgraph_stdnum.reading import parse, print_form
from clientgraph_stdnum.row import Row

ROWS = {row.key: row for row in (*european_union.ROWS, *world.ROWS)}


def kind(row: Row) -> IdentifierKind:
    """The identifier kind that a row of the tables describes."""
    return IdentifierKind(
        key=row.key,
        label=labels(row),
        country=row.territory,
        example=row.example,
        parse=partial(parse, row),
        format=partial(print_form, row),
        derive=partial(followers, row.key),
        unique=row.unique,
        is_tax=row.nature.is_tax,
    )


def followers(key: str, stored: str) -> dict[str, str]:
    """Stored forms of the kinds that follow from the stored form of ``key``."""
    found = {}
    for other, build in derive.FOLLOWS.get(key, {}).items():
        try:
            found[other] = parse(ROWS[other], build(stored))
        except IdentifierError:
            continue
    return found
