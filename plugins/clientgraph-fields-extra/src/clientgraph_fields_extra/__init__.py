"""More types of custom fields: IBAN, RATING, GEO_POINT, COLOUR and PERCENTAGE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clientgraph import FieldType, hookimpl
from clientgraph_fields_extra.colour import COLOUR
from clientgraph_fields_extra.iban import IBAN
from clientgraph_fields_extra.percentage import PERCENTAGE
from clientgraph_fields_extra.place import GEO_POINT
from clientgraph_fields_extra.rating import RATING
from clientgraph_fields_extra.texts import MESSAGES


@hookimpl
def field_types() -> Iterable[FieldType]:
    """The five types."""
    return [IBAN, RATING, GEO_POINT, COLOUR, PERCENTAGE]


@hookimpl
def messages() -> Mapping[str, Mapping[str, str]]:
    """Sentences of the codes that core does not have."""
    return MESSAGES
