"""Documents of what finds a record, and searches in them through an index of grams.

``<record>_search`` holds the documents, walled like any table. ``<record>_search_gram`` is the
index: it gives numbers of documents for numbers that stand for grams, and says nothing else. The
database keeps it in step with the documents by triggers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from clientgraph.storage.bulk import execute_together
from clientgraph.storage.conditions import (
    EVERYTHING,
    NOTHING,
    Condition,
    all_of,
    any_of,
    compare,
    one_of,
)
from clientgraph.storage.rows import organisation_of, own
from clientgraph.storage.session import Dialect, Session
from clientgraph.turns import in_turns
from clientgraph.words import SHORTEST_INSIDE, grams_wanted, numbers, numbers_of, words_in

# Each word with the ways in which it may be spelled, the likeliest first.
Reading = Sequence[Sequence[str]]
# Readings of words of spellings, each as the numbers of its grams.
Numbered = Sequence[Sequence[Sequence[Sequence[int]]]]
# An array is worked out once, and first.
_ONE_OF: Final[Mapping[Dialect, str]] = {
    "postgres": "id = ANY(ARRAY({}))",
    "sqlite": "id IN ({})",
}
_AT_ONCE: Final = 500
_GRAMS: Final[Mapping[Dialect, str]] = {
    "postgres": "CAST(CAST(? AS TEXT) AS INT[])",
    "sqlite": "?",
}
# More would tell hardly any document apart, and cost more to look up.
_MOST_GRAMS: Final = 100
_WITHIN: Final[Mapping[Dialect, str]] = {"postgres": "strpos", "sqlite": "instr"}


@dataclass(frozen=True)
class Document:
    """What finds a record: its names, and all else (see `clientgraph.words.document`)."""

    record_id: UUID
    names: str
    words: str


@dataclass(frozen=True)
class Found:
    """Records that a search finds, and how relevant each of them is: 0 is most."""

    where: Condition
    relevance: Condition


async def store_documents(session: Session, by_record: Mapping[str, Sequence[Document]]) -> None:
    """Make these the documents of their records, which are ``client`` and ``contact``."""
    await execute_together(
        session,
        [
            await _storing(session, record, documents[start : start + _AT_ONCE])
            for record, documents in by_record.items()
            for start in range(0, len(documents), _AT_ONCE)
        ],
    )


async def _storing(session: Session, record: str, documents: Sequence[Document]) -> Condition:
    organisation = organisation_of(session)
    values: list[Any] = []
    async for each in in_turns(documents):
        grams = numbers_of(organisation, words_in(each.names + each.words))
        # As a text, which PostgreSQL's driver takes as it is: a list it would look through.
        listed = f"{{{','.join(map(str, grams))}}}" if session.dialect == "postgres" else grams
        values += [organisation, each.record_id, each.names, each.words, listed]
    rows = ", ".join([f"(?, ?, ?, ?, {_GRAMS[session.dialect]})"] * len(documents))
    return Condition(
        f"INSERT INTO {record}_search (organisation_id, {record}_id, names, words, grams)"
        f" VALUES {rows} ON CONFLICT (organisation_id, {record}_id) DO UPDATE SET"
        " names = excluded.names, words = excluded.words, grams = excluded.grams",
        tuple(values),
    )


async def remove_documents(session: Session, record: str, record_ids: Sequence[UUID]) -> None:
    """Take the documents of these records out, and out of the index."""
    chosen = any_of(session.dialect, f"{record}_id", record_ids)
    gone = own(session, chosen)
    await session.execute(f"DELETE FROM {record}_search WHERE {gone.sql}", gone.values)


def found(session: Session, record: str, readings: Sequence[Reading]) -> Found:
    """The records in whose documents all words of one of the readings are."""
    if not readings:
        return Found(NOTHING, Condition("0"))
    holds = _Holds(_WITHIN[session.dialect])
    grams = [[list(map(grams_wanted, word)) for word in reading] for reading in readings]
    in_text = one_of(all_of(holds.anywhere(word) for word in reading) for reading in readings)
    chosen = _documents(session, record, f"s.{record}_id", grams, in_text)
    rank = _relevance(holds, readings)
    return Found(
        Condition(_ONE_OF[session.dialect].format(chosen.sql), chosen.values, leads=True),
        Condition(
            f"SELECT {rank.sql} FROM {record}_search s"
            f" WHERE s.organisation_id = {record}.organisation_id"
            f" AND s.{record}_id = {record}.id",
            rank.values,
        ),
    )


def with_words(
    dialect: Dialect, record: str, organisation_id: UUID, words: Sequence[str]
) -> Condition:
    """Records in whose documents these may be, as the index says: a few that lack them, too.

    Each word has three letters or more, and may be within another.
    """
    wanted = set().union(*map(grams_wanted, words))
    grams = numbers(organisation_id, sorted(wanted)[:_MOST_GRAMS])
    picked = _picked(dialect, record, [[[grams]]])
    scope = compare("s.organisation_id", "=", organisation_id)
    chosen = f"SELECT s.{record}_id FROM {picked.sql} AND {scope.sql}"
    values = (*picked.values, *scope.values)
    return Condition(_ONE_OF[dialect].format(chosen), values, leads=True)


async def texts_with(
    session: Session, record: str, patterns: Sequence[Iterable[str]], limit: int
) -> list[str]:
    """The texts of documents that have all grams of one of the patterns, the oldest ones first."""
    choices = [[[pattern]] for pattern in patterns]
    chosen = _documents(session, record, "s.names || s.words AS text", choices, EVERYTHING)
    sql = f"{chosen.sql} ORDER BY s.doc LIMIT ?"
    return [row["text"] for row in await session.select(sql, (*chosen.values, limit))]


def _documents(
    session: Session,
    record: str,
    wanted: str,
    choices: Sequence[Sequence[Sequence[Iterable[str]]]],
    where: Condition,
) -> Condition:
    """A query for documents of the workspace that have the grams and meet a condition.

    ``choices`` are readings of words of spellings: of one reading, for each word, all grams of
    one spelling.
    """
    organisation = organisation_of(session)
    numbered = [
        [[numbers(organisation, spelling) for spelling in word] for word in reading]
        for reading in choices
    ]
    picked = _picked(session.dialect, record, numbered)
    scoped = all_of([compare("s.organisation_id", "=", organisation), where])
    sql = f"SELECT {wanted} FROM {picked.sql} AND {scoped.sql}"
    return Condition(sql, (*picked.values, *scoped.values))


def _picked(dialect: Dialect, record: str, readings: Numbered) -> Condition:
    """The documents that the index gives, as what follows FROM.

    The index comes first, whatever the planner thinks: SQLite keeps the order of CROSS, and
    PostgreSQL works an array out before it looks for what is in it. A plan that PostgreSQL made
    for no search in particular would rather read all documents of the workspace.
    """
    documents, index = f"{record}_search s", f"{record}_search_gram"
    if dialect == "sqlite":
        source = f"{index} CROSS JOIN {documents} ON s.doc = {index}.rowid"
        return Condition(f"{source} WHERE {index} MATCH ?", (_match(readings),))
    hits = [
        all_of(one_of(Condition("grams @> ?", (each,)) for each in word) for word in reading)
        for reading in readings
    ]
    # Each looks into the index by itself: many joined by OR seem dearer than reading all of it.
    listed = " UNION ALL ".join(f"SELECT doc FROM {index} WHERE {hit.sql}" for hit in hits)
    values = tuple(value for hit in hits for value in hit.values)
    return Condition(f"{documents} WHERE s.doc = ANY(ARRAY({listed}))", values)


def _match(readings: Numbered) -> str:
    """The same as a query of FTS5, where a blank stands for AND."""
    return " OR ".join(
        "(" + " AND ".join("(" + " OR ".join(map(_all, word)) + ")" for word in reading) + ")"
        for reading in readings
    )


def _all(grams: Sequence[int]) -> str:
    return "(" + " ".join(map(str, grams)) + ")"


@dataclass(frozen=True)
class _Holds:
    """Conditions on the texts of a document, made with the dialect's own function."""

    within: str

    def text(self, column: str, text: str) -> Condition:
        """The column holds this text."""
        return Condition(f"{self.within}(s.{column}, ?) > 0", (text,))

    def anywhere(self, word: Sequence[str]) -> Condition:
        """One of a word's spellings is found, a short one only where a word begins."""
        wanted = [each if len(each) >= SHORTEST_INSIDE else f" {each}" for each in word]
        return one_of(self.text(column, each) for each in wanted for column in ("names", "words"))

    def words(self, reading: Reading, before: str) -> Condition:
        """Every word is in the names, behind this."""
        return all_of(one_of(self.text("names", before + each) for each in w) for w in reading)


def _relevance(holds: _Holds, readings: Sequence[Reading]) -> Condition:
    """How good a hit is, by the record's own texts alone: the smaller, the better."""
    phrases = [" ".join(word[0] for word in reading) for reading in readings]
    tiers = [
        one_of(holds.text("names", f"\n {phrase} \n") for phrase in phrases),
        one_of(holds.text("names", f"\n {phrase}") for phrase in phrases),
        one_of(holds.words(reading, " ") for reading in readings),
        one_of(holds.text("words", f"\n {phrase} \n") for phrase in phrases),
        one_of(holds.words(reading, "") for reading in readings),
    ]
    cases = " ".join(f"WHEN {tier.sql} THEN {place}" for place, tier in enumerate(tiers))
    values = tuple(value for tier in tiers for value in tier.values)
    return Condition(f"CASE {cases} ELSE {len(tiers)} END", values)
