"""Portfolios enter PostgreSQL fast.

Documents enter the index of grams some forty at a time: one by one, each gram of each of them is a
change of the index. The list of those that wait is as short as PostgreSQL has it (64 kB), since
every search reads it.

`refresh_statistics` has PostgreSQL look again at tables that have grown to twice their size. Until
it does, it takes them for as small as it knew them and reads all of a workspace for each row that
a key leads to. It looks by itself once a minute, within which thousands of clients are written.
"""

from __future__ import annotations

from typing import Final

from clientgraph.storage.migrations.m0008_search import RECORDS
from clientgraph.storage.session import Dialect

# Only the owner may have a table looked at. Sizes are in pages; those of a few rows do not matter.
_REFRESH: Final = """
    CREATE FUNCTION refresh_statistics() RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE grown regclass;
    BEGIN
        FOR grown IN SELECT c.oid FROM pg_class c
            WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
            AND pg_has_role(c.relowner, 'USAGE')
            AND pg_relation_size(c.oid) / current_setting('block_size')::int
                > 2 * greatest(c.relpages, 2)
        LOOP
            EXECUTE format('ANALYZE %s', grown);
        END LOOP;
    END $$"""


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    if dialect == "sqlite":
        return []
    lists = [
        f"ALTER INDEX {record}_search_grams SET (fastupdate = on, gin_pending_list_limit = 64)"
        for record in RECORDS
    ]
    return [*lists, _REFRESH]
