"""Tables of plugins' own: made by migrations that can touch nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final

from clientgraph.contract.operation import OwnTable, PluginMigration
from clientgraph.storage.ddl import record_table, walls
from clientgraph.storage.migrations import CORE
from clientgraph.storage.migrator import Migration
from clientgraph.storage.named_tables import named_tables
from clientgraph.storage.session import Dialect

DIALECTS: Final[tuple[Dialect, ...]] = ("sqlite", "postgres")
LONGEST_TABLE: Final = 48
_TABLE: Final = re.compile(r"[a-z][a-z0-9_]*")
_STEP: Final = re.compile(r"[a-z0-9][a-z0-9_]{0,79}")
_NAMESPACE: Final = CORE[0].namespace
# What may be done besides making tables; the groups are the tables and indexes that it is done to.
_ALLOWED: Final = re.compile(
    r"\s*(?:ALTER\s+TABLE\s+(?P<table>\w+)\s+(?:ADD|DROP|RENAME)\s+COLUMN\s"
    r"|CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?P<made>\w+)\s+ON\s+(?P<on>\w+)\s*\("
    r"|DROP\s+INDEX\s+(?P<gone>\w+)\s*$)",
    re.IGNORECASE,
)
_WRITTEN: Final = re.compile(
    r'\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?(?!\s*\.)',
    re.IGNORECASE,
)


def prefix_of(plugin: str) -> str:
    """What the names of a plugin's tables begin with."""
    return plugin.replace("-", "_") + "_"


def steps(plugin: str, declared: Iterable[PluginMigration]) -> tuple[Migration, ...]:
    """A plugin's migrations as they are applied; raises `ValueError` or `TypeError`."""
    known: list[str] = []
    tables: set[str] = set()
    made = []
    for each in declared:
        if not isinstance(each, PluginMigration):
            raise TypeError(f"{type(each).__name__} is not a PluginMigration")
        if not _STEP.fullmatch(each.name) or (known and each.name <= known[-1]):
            raise ValueError(
                f"migration {each.name!r}: names must be in lower snake case and in order, such as "
                "0001_invoices"
            )
        known.append(each.name)
        for table in each.tables:
            _check_table(plugin, table, tables)
            tables.add(table.name)
        step = Migration(plugin, each.name, partial(_statements, plugin, each))
        for dialect in DIALECTS:
            for statement in each.statements(dialect):
                _check_statement(plugin, statement, tables)
            step.checksum(dialect)
        made.append(step)
    if made and plugin == _NAMESPACE:
        raise ValueError(f"a plugin with tables cannot be called '{_NAMESPACE}'")
    return tuple(made)


def table_names(declared: Iterable[PluginMigration]) -> frozenset[str]:
    """The tables that migrations make."""
    return frozenset(table.name for each in declared for table in each.tables)


def check_written(plugin: str, tables: frozenset[str], sql: str) -> None:
    """Raises `PermissionError` where a statement does not write a table of the plugin's own."""
    found = _WRITTEN.match(sql)
    if found is None:
        raise PermissionError(
            f"the plugin '{plugin}' can execute INSERT INTO, UPDATE and DELETE FROM; what reads "
            "goes to select, what makes tables into migrations"
        )
    if found[1].lower() not in tables:
        raise PermissionError(
            f"the plugin '{plugin}' cannot write the table '{found[1]}', only {_own(tables)}"
        )
    check_named(plugin, tables, sql)


def check_named(plugin: str, tables: frozenset[str], sql: str) -> None:
    """Raises `PermissionError` where a statement names a table that is not the plugin's own."""
    if others := sorted(named_tables(sql) - tables):
        raise PermissionError(
            f"the plugin '{plugin}' cannot read the table '{others[0]}', only "
            f"{_own(tables)}. Ask for records of the service by context.graphql"
        )


def _own(tables: frozenset[str]) -> str:
    return f"its own: {', '.join(sorted(tables)) or 'it declares none'}"


def _check_table(plugin: str, table: Any, known: set[str]) -> None:
    if not isinstance(table, OwnTable):
        raise TypeError(f"{type(table).__name__} is not an OwnTable")
    if not _TABLE.fullmatch(table.name) or not table.name.startswith(prefix_of(plugin)):
        raise ValueError(f"table {table.name!r}: the name must begin with '{prefix_of(plugin)}'")
    if len(table.name) > LONGEST_TABLE:
        raise ValueError(f"table {table.name}: the name may have {LONGEST_TABLE} characters")
    if table.name in known:
        raise ValueError(f"table {table.name} is declared twice")
    if table.name in _core_tables():
        raise ValueError(f"table {table.name} is one of the service's own")
    for part in (table.columns, *table.indexes):
        if re.search(r";|--|/\*|\bREFERENCES\b", part, re.IGNORECASE):
            raise ValueError(f"table {table.name}: no REFERENCES and no comments")


def _check_statement(plugin: str, statement: str, tables: set[str]) -> None:
    shown = " ".join(statement.split())[:80]
    found = _ALLOWED.match(statement)
    if found is None or re.search(r";|--|/\*|\b(?:REFERENCES|SELECT)\b", statement, re.IGNORECASE):
        raise ValueError(
            f"'{shown}': only one ALTER TABLE … ADD, DROP or RENAME COLUMN, CREATE INDEX or DROP "
            "INDEX is possible"
        )
    table = found["table"] or found["on"]
    if table is not None and table.lower() not in tables:
        raise ValueError(f"'{shown}': {table} is no table that this plugin made")
    index = found["made"] or found["gone"]
    if index is not None and not index.lower().startswith(prefix_of(plugin)):
        raise ValueError(f"'{shown}': names of indexes must begin with '{prefix_of(plugin)}'")


def _statements(plugin: str, declared: PluginMigration, dialect: Dialect) -> Sequence[str]:
    names = [table.name for table in declared.tables]
    return [
        *(record_table(table.name, table.columns, dialect) for table in declared.tables),
        *(index for table in declared.tables for index in _indexes(table)),
        *walls(dialect, names),
        *(f"INSERT INTO plugin_table VALUES ('{name}', '{plugin}')" for name in names),
        *declared.statements(dialect),
    ]


def _indexes(table: OwnTable) -> list[str]:
    made = []
    for number, declared in enumerate(table.indexes, 1):
        columns = re.sub(r"^\s*UNIQUE\s+", "", declared, flags=re.IGNORECASE)
        unique = "" if columns == declared else "UNIQUE "
        made.append(f"CREATE {unique}INDEX {table.name}_{number} ON {table.name} ({columns})")
    return made


def _core_tables() -> frozenset[str]:
    text = "\n".join(each for step in CORE for each in step.statements("sqlite"))
    return frozenset(re.findall(r"CREATE (?:VIRTUAL )?TABLE (\w+)", text))
