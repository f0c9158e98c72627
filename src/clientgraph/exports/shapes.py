"""What the clients of an export are written as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol
from uuid import UUID

import orjson

from clientgraph import global_ids
from clientgraph.addresses.formats import format_address
from clientgraph.columns.fields import SheetField, SheetFields
from clientgraph.columns.writing import ClientRows
from clientgraph.exports.models import ExportFormat
from clientgraph.sheets.card_writing import VCardWriter
from clientgraph.sheets.csv_writing import CsvWriter
from clientgraph.sheets.writing import TableWriter
from clientgraph.sheets.xlsx_writing import XlsxWriter
from clientgraph.spelling import camel_case

_REFERENCES: Final = {"type": "ClientType", "template": "ClientTemplate", "parent_id": "Client"}
_LISTED: Final = {"categories": "Category", "assignees": "Member"}

# Column of a card (`sheets.card_columns`) → where its value is.
_CARD: Final = {
    "X-CLIENTGRAPH-REFERENCE": ("client", "reference"),
    "KIND": ("client", "is"),
    "N.family": ("contact", "last_name"),
    "N.given": ("contact", "first_name"),
    "ORG": ("client", "name"),
    "TITLE": ("contact", "position"),
    "EMAIL": ("contact", "email"),
    "EMAIL.client": ("client", "email"),
    "TEL": ("client", "phone"),
    "TEL.work": ("contact", "phone"),
    "TEL.cell": ("contact", "mobile"),
    "ADR.po_box": ("address", "box"),
    "ADR.street": ("address", "street"),
    "ADR.number": ("address", "street_number"),
    "ADR.street_name": ("address", "street_name"),
    "ADR.extended": ("address", "line2"),
    "ADR.city": ("address", "city"),
    "ADR.region": ("address", "region"),
    "ADR.postal_code": ("address", "postal_code"),
    "ADR.country": ("address", "country"),
    "URL": ("client", "website"),
}


class Shape(Protocol):
    """Something that clients are written to, one by one."""

    def open(self, path: Path) -> None:
        """Begin a file."""

    def write(self, client_id: UUID, draft: Mapping[str, Any]) -> None:
        """One more client, as `exports.drafts` has it."""

    def close(self) -> None:
        """End the file."""


class _Table:
    """A sheet whose columns are fields; clients with several contacts take several rows."""

    def __init__(
        self,
        writer: type[XlsxWriter] | type[CsvWriter],
        fields: SheetFields,
        chosen: Sequence[SheetField],
        language: str,
    ) -> None:
        self._new, self._rows = writer, ClientRows(fields, chosen, language)
        self._header = [each.label(language) for each in chosen]
        self._writer: TableWriter

    def open(self, path: Path) -> None:
        self._writer = self._new(path)
        self._writer.write_header(self._header)

    def write(self, _client_id: UUID, draft: Mapping[str, Any]) -> None:
        for cells in self._rows.of(draft):
            self._writer.write_row(cells)

    def close(self) -> None:
        self._writer.close()


class _Lines:
    """A line of JSON for each client, with the names of the API."""

    def __init__(self) -> None:
        self._file: BinaryIO

    def open(self, path: Path) -> None:
        self._file = path.open("wb")

    def write(self, client_id: UUID, draft: Mapping[str, Any]) -> None:
        told = {"id": global_ids.encode("Client", client_id), **_named(draft)}
        self._file.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        self._file.close()


def _named(draft: Any) -> Any:
    """A draft with the names of the API, and global ids."""
    if isinstance(draft, list):
        return [_named(each) for each in draft]
    if not isinstance(draft, Mapping):
        return draft
    made: dict[str, Any] = {}
    for name, value in draft.items():
        if name in _REFERENCES:
            key = "parent" if name == "parent_id" else name
            made[key] = global_ids.encode(_REFERENCES[name], UUID(str(value)))
        elif name in _LISTED:
            made[name] = [global_ids.encode(_LISTED[name], each) for each in value]
        elif name == "source":
            made[name] = global_ids.encode("ContactSource", value)
        elif name == "custom_fields":
            made["customFields"] = {each["key"]: each["value"] for each in value}
        else:
            made[camel_case(name)] = _named(value)
    return made


class _Cards:
    """A vCard for each contact; one for the client where it has none.

    What is the client's own stands on its first card, its name and reference on all.
    """

    def __init__(self) -> None:
        self._writer: VCardWriter

    def open(self, path: Path) -> None:
        self._writer = VCardWriter(path)
        self._writer.write_header(list(_CARD))

    def write(self, _client_id: UUID, draft: Mapping[str, Any]) -> None:
        address = _on_card(next(iter(draft.get("addresses") or ()), {}))
        own: Mapping[str, Any] = draft if draft.get("contacts") else {**draft, "is": "org"}
        for contact in draft.get("contacts") or [{}]:
            of = {"client": own, "contact": contact, "address": address}
            self._writer.write_row([of[part].get(name) for part, name in _CARD.values()])
            own = {name: draft.get(name) for name in ("name", "reference")}

    def close(self) -> None:
        self._writer.close()


def _on_card(address: Mapping[str, Any]) -> Mapping[str, Any]:
    """An address with its street as letters have it, beside the name and number of the street."""
    line, number = address.get("line1"), address.get("street_number")
    if not line or not number:
        return {**address, "street": line}
    country = address["country"]
    printed = format_address(
        line, None, number, None, None, None, None, country, language="en", with_country=False
    )
    return {**address, "street": printed[0], "street_name": line}


def shape_of(
    kind: ExportFormat, fields: SheetFields, chosen: Sequence[SheetField], language: str
) -> Shape:
    """What an export of this format is written as; of the chosen fields, if it has columns."""
    if kind is ExportFormat.JSON_LINES:
        return _Lines()
    if kind is ExportFormat.VCARD:
        return _Cards()
    return _Table(XlsxWriter if kind is ExportFormat.XLSX else CsvWriter, fields, chosen, language)
