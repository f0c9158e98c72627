"""Each type passes what the service's test kit asks of types, through the API."""

from __future__ import annotations

from typing import Any, ClassVar

from clientgraph.testing import Api, FieldTypeConformance, RemovalConformance


class TestIban(FieldTypeConformance):
    """In the order of their letters: by country first."""

    key = "IBAN"
    values = ("BE68539007547034", "DE89370400440532013000", "FR1420041010050500013M02606")
    refused = (("BE68 5390 0754 7035", "INVALID_IBAN"), (7, "WRONG_JSON"), (" ", "REQUIRED"))
    shown = (
        "BE68 5390 0754 7034",
        "DE89 3704 0044 0532 0130 00",
        "FR14 2004 1010 0505 0001 3M02 606",
    )
    textual: ClassVar = {
        ("STARTS_WITH", "be68 5"): {0},
        ("STARTS_WITH", "DE"): {1},
        ("STARTS_WITH", "XX"): set(),
    }


class TestRating(FieldTypeConformance):
    """Ten is more than nine."""

    key = "RATING"
    values = (1, 9, 10)
    refused = ((0, "OUT_OF_RANGE"), (11, "OUT_OF_RANGE"), (True, "WRONG_JSON"))
    shown = ("1/10", "9/10", "10/10")
    options: ClassVar = {"max": 10}


class TestGeoPoint(FieldTypeConformance):
    """By cells of the geohash, which are found by their beginning."""

    key = "GEO_POINT"
    # Brussels, its neighbour across the canal, and Sydney.
    values = (
        {"latitude": -33.8688, "longitude": 151.2093},
        {"latitude": 50.8466, "longitude": 4.3528},
        {"latitude": 50.8503, "longitude": 4.3517},
    )
    refused = (
        ({"latitude": 91, "longitude": 0}, "INVALID_LATITUDE"),
        ({"latitude": 0, "longitude": -180.5}, "INVALID_LONGITUDE"),
        ([50.8, 4.3], "WRONG_JSON"),
    )
    shown = ("33.8688° S, 151.2093° E", "50.8466° N, 4.3528° E", "50.8503° N, 4.3517° E")
    textual: ClassVar = {
        ("STARTS_WITH", "u151"): {1, 2},
        ("STARTS_WITH", "U1"): {1, 2},
        ("STARTS_WITH", "r3gx"): {0},
        ("STARTS_WITH", "%"): set(),
    }


class TestColour(FieldTypeConformance):
    """Written in one way."""

    key = "COLOUR"
    values = ("#000000", "#0a7d5c", "#ffffff")
    refused = (("#12345", "INVALID_COLOUR"), (0, "WRONG_JSON"))
    shown = ("#000000", "#0a7d5c", "#ffffff")


class TestPercentage(FieldTypeConformance):
    """Exact, below zero where the field says so."""

    key = "PERCENTAGE"
    values = ("-10", "2.5", "12.5", "250")
    refused = (
        ("250.01", "OUT_OF_RANGE"),
        ("1.005", "TOO_MANY_DECIMALS"),
        ("=1+1", "WRONG_JSON"),
        ("1e2", "WRONG_JSON"),
    )
    shown = ("-10%", "2.5%", "12.5%", "250%")
    options: ClassVar = {"min": -10, "max": 250}


class TestRemoval(RemovalConformance):
    """Values of all types stay when the types are gone."""

    plugin = "fields-extra"

    async def fill(self, api: Api) -> None:
        """A client with a value of each type."""
        values: dict[str, Any] = {
            "IBAN": "BE68539007547034",
            "RATING": 4,
            "GEO_POINT": {"latitude": 50.8466, "longitude": 4.3528},
            "COLOUR": "#0a7d5c",
            "PERCENTAGE": "12.5",
        }
        entries = []
        for kind, value in values.items():
            key = kind.lower().replace("_", "")
            labels = [{"language": "en", "text": kind}]
            given = {"on": "CLIENT", "key": key, "type": kind, "labels": labels}
            await api.done("customFieldDefinitionCreate", given)
            entries.append({"key": key, "value": value})
        await api.new_client("Io", customFields=entries)
