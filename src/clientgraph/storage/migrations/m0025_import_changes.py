"""Private events of others stand against taking an import back, which may not see them.

Where one is written, changed or deleted, the records that made or changed its client lose what
tells that nothing has changed since.
"""

from __future__ import annotations

from typing import Final

from clientgraph.storage.session import Dialect

INDEX: Final = (
    "CREATE INDEX client_import_row_by_client ON client_import_row (organisation_id, client_id)"
)
_FORGET: Final = (
    "UPDATE client_import_row SET after = NULL WHERE organisation_id = {row}.organisation_id"
    " AND client_id = {row}.client_id AND after IS NOT NULL"
)
_FUNCTION: Final = f"""
    CREATE FUNCTION forget_import_state() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' THEN
            {_FORGET.format(row="OLD")};
        ELSE
            {_FORGET.format(row="NEW")};
        END IF;
        RETURN NULL;
    END $$"""
_ACTIONS: Final = {"insert": "NEW", "update": "NEW", "delete": "OLD"}


def _trigger(dialect: Dialect, action: str, row: str) -> str:
    body = "EXECUTE FUNCTION forget_import_state()"
    if dialect == "sqlite":
        body = f"BEGIN {_FORGET.format(row=row)}; END"
    return (
        f"CREATE TRIGGER private_event_{action} AFTER {action.upper()} ON event FOR EACH ROW"
        f" WHEN ({row}.visibility <> 'ORGANISATION') {body}"
    )


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        INDEX,
        *([_FUNCTION] if dialect == "postgres" else []),
        *(_trigger(dialect, action, row) for action, row in _ACTIONS.items()),
    ]
