"""The custom fields of a draft once they are checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from clientgraph.drafts import Checked, Draft

FIELD: Final = "custom_fields"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A draft whose custom fields are to be checked.

    ``known`` is the record that it changes, None for a new record, which gets defaults.
    ``required`` says whether required fields must be filled; ``country`` reads phone numbers;
    ``exclusive`` whether the record is seen by everybody, and so claims values that are unique.
    ``index`` is its place among the parts of a record, ``position`` the record's in the call.
    """

    draft: Draft
    country: str
    known: UUID | None = None
    required: bool = True
    exclusive: bool = True
    index: int = 0
    position: int = 0


@dataclass
class Given:
    """The custom fields of one draft, and by definition the rows of the new value.

    ``asked`` is where they come from; ``checked`` has the mistakes in what was given, ``missing``
    what is required and was not.
    """

    asked: Asked
    checked: Checked = field(default_factory=Checked)
    missing: Checked = field(default_factory=Checked)
    rows: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)
    places: dict[UUID, str] = field(default_factory=dict)

    def path(self, definition_id: UUID) -> tuple[str, ...]:
        """Where in the draft the value stands."""
        return (FIELD, self.places[definition_id], "value")

    def tell(self, checked: Checked) -> None:
        """Note the mistakes, and what is missing as one of them."""
        checked.include(self.checked)
        checked.include(self.missing)
