"""What is read, as SQL for PostgreSQL: one statement for each sort of part."""

from __future__ import annotations

from typing import Final

_OF_CLIENT: Final = "id, reference, name, trading_name, kind, status, country, email, phone,"
_CLIENT: Final = f"{_OF_CLIENT} website, version, updated_at, sort_name"
CLIENT: Final = f"SELECT {_CLIENT} FROM client WHERE organisation_id = $1 AND id = $2"
PAGE: Final = f"""SELECT {_CLIENT} FROM client
    WHERE organisation_id = $1 AND (sort_name, id) > ($2, $3) ORDER BY sort_name, id LIMIT $4"""
DROPDOWN: Final = """SELECT id, reference, name, country FROM client
    WHERE organisation_id = $1 ORDER BY sort_name, id LIMIT 100"""
SEARCH: Final = """SELECT id, reference, name, email FROM client WHERE organisation_id = $1
    AND sort_name LIKE '%' || $2 || '%' ORDER BY sort_name, id LIMIT 20"""
CONTACTS: Final = """SELECT client_id, id, first_name, last_name, email, phone, position, is_main
    FROM contact WHERE organisation_id = $1 AND client_id = ANY($2) ORDER BY sort_name, id"""
ADDRESSES: Final = """SELECT client_id, id, kind, line1, postal_code, city, country
    FROM address WHERE organisation_id = $1 AND client_id = ANY($2) ORDER BY id"""
VALUES: Final = """SELECT v.record_id AS client_id, d.key, v.value FROM client_custom_value v
    JOIN custom_field_definition d
    ON d.organisation_id = v.organisation_id AND d.id = v.definition_id
    WHERE v.organisation_id = $1 AND v.record_id = ANY($2) ORDER BY d.position"""
EVENTS: Final = """SELECT id, title, body, occurred_at FROM event
    WHERE organisation_id = $1 AND client_id = $2
    ORDER BY occurred_at DESC, id DESC LIMIT 10"""
