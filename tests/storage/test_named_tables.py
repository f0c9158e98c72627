"""The tables that a statement names are read off its text, whatever else it holds."""

from __future__ import annotations

import pytest

from clientgraph.storage.named_tables import named_tables


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT name FROM clubs_player ORDER BY name", "clubs_player"),
        ("SELECT 1", ""),
        (
            "SELECT a, b FROM x, y z, LATERAL (SELECT 1 FROM w) q WHERE a IN (SELECT id FROM v)",
            "v w x y",
        ),
        ("SELECT EXTRACT(YEAR FROM issued_on), TRIM(BOTH ' ' FROM t) FROM x", "x"),
        ("SELECT a IS DISTINCT FROM b FROM x", "x"),
        ("SELECT a IS NOT DISTINCT FROM b FROM x", "x"),
        (
            "WITH c AS (SELECT * FROM x), d (k, l) AS MATERIALIZED (SELECT 1 FROM c)"
            " SELECT * FROM d JOIN c USING (k)",
            "x",
        ),
        ("SELECT * FROM (a JOIN b ON a.x = b.x) JOIN c ON TRUE", "a b c"),
        ("SELECT * FROM main.client", "client"),
        ('SELECT * FROM public . "Client" c', "client"),
        ("SELECT 'FROM client' -- FROM x\n FROM y /* FROM z */", "y"),
        ("SELECT * FROM json_each(?) j, x", "x"),
        ("TABLE client", "client"),
        ("SELECT 1 UNION ALL TABLE client", "client"),
        ("INSERT INTO x (a, b) SELECT a, b FROM client", "client x"),
        ("INSERT INTO x (a) VALUES (?) ON CONFLICT (a) DO UPDATE SET a = excluded.a", "x"),
        ("UPDATE x SET a = (SELECT MAX(n) FROM client), b = ? WHERE id = ?", "client x"),
        ("UPDATE x SET a = 1, b = 2 FROM client c WHERE c.id = x.id", "client x"),
        ("DELETE FROM x USING client WHERE 1 = 1", "client x"),
        ("WITH gone AS (DELETE FROM client RETURNING id) UPDATE x SET a = 'x'", "client x"),
        ("SELECT id FROM x WHERE a = 1 FOR UPDATE", "x"),
        ("SELECT id FROM x FOR UPDATE OF x SKIP LOCKED", "x"),
        ("SELECT event, client FROM x WHERE event = 'from'", "x"),
        ("SELECT * FROM [client]", "["),
        ("SELECT * FROM `client`", "`"),
        ("SELECT * FROM x LEFT OUTER JOIN y ON x.a = y.a, z", "x y z"),
        ("SELECT COUNT(*) FILTER (WHERE a > 1), b FROM x GROUP BY a, b", "x"),
        ("SELECT * FROM x WHERE EXISTS (SELECT 1 FROM client, y)", "client x y"),
        ("SELECT * FROM ((x JOIN y ON 1=1) JOIN client ON 1=1)", "client x y"),
        ("SELECT * FROM ((SELECT 1 FROM client)) q", "client"),
        ("SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b), c FROM x", "x"),
        ("SELECT * FROM x WINDOW w AS (PARTITION BY a), v AS (ORDER BY b)", "x"),
        ("SELECT (SELECT 1), client FROM x", "x"),
        ("INSERT INTO x (a) SELECT value FROM json_each(?)", "x"),
        ("INSERT INTO x (a) VALUES (?), (?)", "x"),
        ("SELECT 1 UNION TABLE client", "client"),
        ("SELECT CASE WHEN a THEN b ELSE c END, d FROM x", "x"),
    ],
)
def test_tables_are_told_from_everything_else(sql: str, tables: str) -> None:
    """From columns, functions, texts, comments and the statement's own queries."""
    assert sorted(named_tables(sql)) == tables.split()
