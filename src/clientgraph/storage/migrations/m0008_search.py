"""Search: for each client and contact a document of what finds it, and an index of its grams."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.ddl import typed, walls
from clientgraph.storage.session import Dialect

RECORDS: Final = ("client", "contact")

_DOCUMENTS: Final = """
    CREATE TABLE {record}_search (
        doc {counted},
        organisation_id {{uuid}} NOT NULL,
        {record}_id {{uuid}} NOT NULL,
        names TEXT NOT NULL,
        words TEXT NOT NULL,
        grams {numbers} NOT NULL,
        UNIQUE (organisation_id, {record}_id),
        FOREIGN KEY (organisation_id, {record}_id)
            REFERENCES {record} (organisation_id, id) ON DELETE CASCADE
    )"""
_TYPES: Final = {
    "sqlite": {"counted": "INTEGER PRIMARY KEY AUTOINCREMENT", "numbers": "TEXT"},
    "postgres": {
        "counted": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "numbers": "INTEGER[]",
    },
}

# Row-level security lets none but leakproof operators use an index, and those of arrays are not.
# Therefore numbers stand apart, where all may read them: they say nothing without the documents.
# Entries go to the index at once: a list of pending ones would be read by every workspace.
_POSTGRES: Final = (
    """CREATE TABLE {record}_search_gram (
        doc BIGINT PRIMARY KEY REFERENCES {record}_search (doc) ON DELETE CASCADE,
        grams INTEGER[] NOT NULL
    )""",
    "CREATE INDEX {record}_search_grams ON {record}_search_gram USING gin (grams)"
    " WITH (fastupdate = off)",
    "ALTER TABLE {record}_search_gram ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE {record}_search_gram FORCE ROW LEVEL SECURITY",
    "CREATE POLICY workspace ON {record}_search_gram USING ({own}) WITH CHECK ({own})",
    "CREATE POLICY numbers ON {record}_search_gram FOR SELECT USING (true)",
    """CREATE FUNCTION {record}_search_index() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO {record}_search_gram (doc, grams) VALUES (NEW.doc, NEW.grams)
            ON CONFLICT (doc) DO UPDATE SET grams = excluded.grams;
        RETURN NULL;
    END $$""",
    "CREATE TRIGGER {record}_search_kept AFTER INSERT OR UPDATE OF grams ON {record}_search"
    " FOR EACH ROW EXECUTE FUNCTION {record}_search_index()",
)
_OWN: Final = "EXISTS (SELECT 1 FROM {record}_search s WHERE s.doc = {record}_search_gram.doc)"

# An index without content: an entry is taken out by naming what was put in.
_SQLITE: Final = (
    "CREATE VIRTUAL TABLE {record}_search_gram USING fts5"
    " (grams, content='', detail=none, columnsize=0, tokenize='ascii')",
    """CREATE TRIGGER {record}_search_added AFTER INSERT ON {record}_search BEGIN
        INSERT INTO {record}_search_gram (rowid, grams) VALUES (NEW.doc, NEW.grams);
    END""",
    """CREATE TRIGGER {record}_search_changed AFTER UPDATE OF grams ON {record}_search BEGIN
        INSERT INTO {record}_search_gram ({record}_search_gram, rowid, grams)
            VALUES ('delete', OLD.doc, OLD.grams);
        INSERT INTO {record}_search_gram (rowid, grams) VALUES (NEW.doc, NEW.grams);
    END""",
    """CREATE TRIGGER {record}_search_removed AFTER DELETE ON {record}_search BEGIN
        INSERT INTO {record}_search_gram ({record}_search_gram, rowid, grams)
            VALUES ('delete', OLD.doc, OLD.grams);
    END""",
)


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    index = _POSTGRES if dialect == "postgres" else _SQLITE
    made: list[str] = []
    for record in RECORDS:
        documents = _DOCUMENTS.format(record=record, **_TYPES[dialect])
        own = _OWN.format(record=record)
        made += [
            typed(documents, dialect),
            *walls(dialect, [f"{record}_search"]),
            *(each.format(record=record, own=own) for each in index),
            f"ALTER TABLE {record} DROP COLUMN search_text",
        ]
    return made
