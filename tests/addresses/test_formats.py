"""Printing addresses, restoring postal codes, and what a country objects to."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clientgraph.addresses import formats_templates
from clientgraph.addresses.formats import (
    AddressProblem,
    address_problems,
    country_name,
    format_address,
    normalise_postal_code,
    print_components,
)

CASES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("data").joinpath("opencage_cases.json").read_bytes()
)
COUNTRIES = sorted(c for c in formats_templates.template_data()["countries"] if len(c) == 2)
FIELDS = ("line1", "line2", "street_number", "box", "postal_code", "city", "region")


def printed(country: str, language: str = "en", **given: Any) -> list[str]:
    """The lines of an address of which only some fields are given."""
    options = {"with_country": given.pop("with_country", False)}
    if "recipient" in given:
        options["recipient"] = given.pop("recipient")
    fields = dict.fromkeys(FIELDS) | given
    return format_address(**fields, country=country, language=language, **options)


def required(*fields: str) -> list[AddressProblem]:
    """The problems of fields that are missing."""
    return [AddressProblem(field, "REQUIRED", {}) for field in fields]


def test_every_opencage_case_prints_as_expected() -> None:
    """All 469 published cases match; the list names those that do not."""
    different = [
        case["id"]
        for case in CASES
        if print_components(
            case["components"],
            case["components"].get("country_code", ""),
            abbreviate=case["id"].startswith("abbreviations/"),
        ).split("\n")
        != case["expected"]
    ]
    assert len(CASES) == 469
    assert different == []


def test_values_are_not_templates() -> None:
    """What looks like a template inside a value is printed as it is."""
    parts = {"road": "{{{country}}}", "city": "{{{road}}}", "postcode": "10117", "country": "D"}
    assert print_components(parts, "DE") == "{{{country}}}\n10117 {{{road}}}\nD"


def test_unusable_components_are_left_out() -> None:
    """Web addresses, blank values and lists of postal codes are no part of an address."""
    parts = {"road": "Main", "house": "https://example.org", "city": " ", "postcode": "1;2"}
    assert print_components(parts, "XX") == "Main"


STREETS = [
    ("FR", {"line1": "rue de la Paix", "street_number": "12"}, ["12 rue de la Paix"]),
    ("FR", {"line1": "12 rue de la Paix", "street_number": "12"}, ["12 rue de la Paix"]),
    ("FR", {"line1": "Rue du 8 Mai 1945", "street_number": "8"}, ["8 Rue du 8 Mai 1945"]),
    ("FR", {"line1": "12 rue X", "line2": "Bât. B"}, ["12 rue X", "Bât. B"]),
    ("DE", {"line1": "Domplatz", "line2": "Hof", "street_number": "7"}, ["Domplatz 7", "Hof"]),
    ("GB", {"line1": "Downing Street", "street_number": "10"}, ["10 Downing Street"]),
    ("ES", {"line1": "Calle Mayor", "street_number": "5"}, ["Calle Mayor, 5"]),
    ("IN", {"line1": "MG Road", "street_number": "5"}, ["5, MG Road"]),
    ("HU", {"line1": "Kossuth tér", "street_number": "1"}, ["Kossuth tér 1."]),
    ("HU", {"line1": "Kossuth tér 1. II. em."}, ["Kossuth tér 1. II. em."]),
    ("BE", {"street_number": "7"}, ["7"]),
    ("FR", {"line2": "Le Bourg"}, ["Le Bourg"]),
    ("AQ", {"line1": "Station", "street_number": "4"}, ["Station 4"]),
]


@pytest.mark.parametrize(("country", "given", "lines"), STREETS)
def test_street_and_number_follow_the_country(
    country: str, given: dict[str, str], lines: list[str]
) -> None:
    """The number stands on the country's side of the street, once, and line 2 comes next."""
    assert printed(country, **given) == lines


BOXES = [
    ("BE", "fr", {"line1": "Rue de la Loi", "street_number": "16"}, ["Rue de la Loi 16 bte 3"]),
    ("BE", "nl-BE", {"line1": "Wetstraat", "street_number": "16"}, ["Wetstraat 16 bus 3"]),
    ("BE", "de", {"line1": "Gesetzstraße 16"}, ["Gesetzstraße 16 box 3"]),
    ("BE", "nl", {"line1": "Rue de la Loi 16 boîte 3"}, ["Rue de la Loi 16 boîte 3"]),
    ("BE", "fr", {"line1": "Rue X 16 bte 3", "street_number": "16"}, ["Rue X 16 bte 3"]),
    ("BE", "fr", {"line1": "Rue du Bus 5"}, ["Rue du Bus 5 bte 3"]),
    ("BE", "fr", {"line1": "Rue X 1", "line2": "Étage 2"}, ["Rue X 1 bte 3", "Étage 2"]),
    ("BE", "fr", {}, ["bte 3"]),
    ("DE", "de", {}, ["Postfach 3"]),
    ("CH", "fr", {"line1": "Rue du Lac 1"}, ["Rue du Lac 1", "Case postale 3"]),
    ("CH", "de", {"line1": "Seestrasse 1"}, ["Seestrasse 1", "Postfach 3"]),
    ("FR", "en", {"line1": "1 rue X"}, ["1 rue X", "BP 3"]),
    ("GB", "fr", {}, ["PO Box 3"]),
    ("CA", "fr", {}, ["CP 3"]),
]


@pytest.mark.parametrize(("country", "language", "given", "lines"), BOXES)
def test_box_is_labelled_by_country_and_language(
    country: str, language: str, given: dict[str, str], lines: list[str]
) -> None:
    """A Belgian letter box ends the street line; any other has a line and its customary word."""
    assert printed(country, language, box="3", **given) == lines


@pytest.mark.parametrize("box", ["BP 45", "Postfach 45", "bte A45", "BP45"])
def test_box_that_has_its_label_stays(box: str) -> None:
    """A label that was typed is not doubled."""
    assert printed("FR", box=box) == [box]


LOCALITIES = [
    ("FR", ("75002", "Paris", "Île-de-France"), ["75002 Paris"]),
    ("BE", ("1000", "Bruxelles", None), ["1000 Bruxelles"]),
    ("GB", ("SW1A 2AA", "London", "Greater London"), ["London", "SW1A 2AA"]),
    ("IE", ("D02 X285", "Dublin", "Co. Dublin"), ["Dublin", "Co. Dublin", "D02 X285"]),
    ("IT", ("00186", "Roma", "Roma"), ["00186 Roma RM"]),
    ("ES", ("28013", "Madrid", "Madrid"), ["28013 Madrid"]),
    ("ES", ("08902", "L'Hospitalet", "Barcelona"), ["08902 L'Hospitalet", "Barcelona"]),
    ("US", ("10118", "New York", "New York"), ["New York, NY 10118"]),
    ("US", (None, None, "CA"), ["CA"]),
    ("CA", ("H3H 2T4", "Montréal", "Québec"), ["Montréal, QC H3H 2T4"]),
    ("BR", ("01310-100", "São Paulo", "São Paulo"), ["São Paulo - SP", "01310-100"]),
    ("HK", (None, "Central", "Hong Kong Island"), ["Central", "Hong Kong Island"]),
    ("SG", ("238824", "Singapore", None), ["Singapore 238824"]),
    ("PR", ("00901", "San Juan", None), ["San Juan, PR 00901"]),
    ("RE", ("97400", "Saint-Denis", None), ["97400 Saint-Denis"]),
    ("PF", ("98714", "Papeete", "Tahiti"), ["98714 Papeete", "Tahiti"]),
    ("MC", ("98000", "Monaco", None), ["98000 Monaco"]),
    ("JE", ("JE2 3AB", "St Helier", None), ["St Helier", "JE2 3AB"]),
    ("XX", ("12345", "Nowhere", None), ["12345 Nowhere"]),
]


@pytest.mark.parametrize(("country", "parts", "lines"), LOCALITIES)
def test_locality_lines_follow_the_country(
    country: str, parts: tuple[str | None, ...], lines: list[str]
) -> None:
    """Postal code, city and region stand in the country's order, the region only where used."""
    postal_code, city, region = parts
    assert printed(country, postal_code=postal_code, city=city, region=region) == lines


def test_canadian_french_layout() -> None:
    """In French, Canada puts the province in brackets and a comma after the number."""
    given = {"line1": "rue Guy", "street_number": "1250", "city": "Montréal", "region": "QC"}
    assert printed("CA", "fr-CA", **given) == ["1250, rue Guy", "Montréal (QC)"]


def test_native_script_has_the_order_of_the_country() -> None:
    """A Japanese address goes from the large to the small in kanji, not in Latin letters."""
    kanji = {
        "line1": "千代田1-1",
        "city": "千代田区",
        "region": "東京都",
        "postal_code": "100-0001",
    }
    latin = {"line1": "1-1 Chiyoda", "city": "Chiyoda-ku", "region": "Tokyo"}
    assert printed("JP", recipient="会社", **kanji) == [
        *("100-0001", "東京都", "千代田区", "千代田1-1", "会社")
    ]
    assert printed("JP", "ja", recipient="KK", **latin) == [
        *("KK", "1-1 Chiyoda", "Chiyoda-ku, Tokyo")
    ]


def test_latin_address_of_a_large_first_country_begins_with_the_person() -> None:
    """Belarus prints from the country down, which a reader of Latin letters would not follow."""
    given = {"line1": "vul. Lenina", "street_number": "12", "line2": "kv. 5", "city": "Minsk"}
    lines = ["OOO X", "vul. Lenina, 12", "kv. 5", "220050 Minsk"]
    assert printed("BY", recipient="OOO X", postal_code="220050", **given) == lines


def test_recipient_and_country_frame_the_address() -> None:
    """Each line of the recipient comes first and the country, in capitals, last."""
    given = {"line1": "12 rue X", "postal_code": "75002", "city": "Paris"}
    lines = printed("FR", "de", recipient="ACME SAS\nAchats", with_country=True, **given)
    assert lines == ["ACME SAS", "Achats", "12 rue X", "75002 Paris", "FRANKREICH"]


def test_typed_values_are_not_corrected() -> None:
    """The corrections meant for map data leave what a person typed alone, blanks excepted."""
    given = {"line1": "County  House, , x", "line2": " Town of Z ", "city": "City of Westminster"}
    lines = ["County House, , x", "Town of Z", "City of Westminster"]
    assert printed("GB", **given) == lines


@pytest.mark.parametrize("city", ["Villa", "Вилла"])
def test_no_country_loses_a_part(city: str) -> None:
    """In every country each field given is printed exactly once, without stray punctuation."""
    given = {"line1": "Road", "line2": "Second", "street_number": "77", "box": "88"}
    for country in COUNTRIES:
        lines = printed(country, recipient="Person", postal_code="99999", city=city, **given)
        text = "\n".join(lines)
        for value in (*given.values(), "Person", "99999", city):
            assert text.count(value) == 1, (country, value, lines)
        assert all(line == line.strip(" ,-") for line in lines), (country, lines)


def test_nothing_given_prints_nothing() -> None:
    """An empty address has no lines, in any country."""
    assert {tuple(printed(country)) for country in COUNTRIES} == {()}


def test_region_alone_is_printed_once() -> None:
    """A region without a city is not also printed in the city's place."""
    for country in COUNTRIES:
        assert printed(country, region="Region") in ([], ["Region"]), country


@pytest.mark.parametrize(
    ("language", "name"),
    [("fr", "Belgique"), ("nl-BE", "België"), ("de_DE", "Belgien"), ("x", "Belgium")],
)
def test_country_name_in_a_language(language: str, name: str) -> None:
    """Names come in the language asked for, in English where it is unknown."""
    assert country_name("BE", language) == name


POSTAL_CODES = [
    ("GB", "sw1a1aa", "SW1A 1AA"),
    ("GB", "BFPO 58", "BFPO 58"),
    ("NL", "1234ab", "1234 AB"),
    ("SE", "11122", "111 22"),
    ("SE", "se-111 22", "111 22"),
    ("CZ", "10000", "100 00"),
    ("GR", "15124", "151 24"),
    ("SK", "1001", "010 01"),
    ("PL", "00950", "00-950"),
    ("PL", "80\u2013336", "80-336"),
    ("PT", "2725079", "2725-079"),
    ("CA", "h3z2y7", "H3Z 2Y7"),
    ("IE", "a65f4e2", "A65 F4E2"),
    ("BR", "1310100", "01310-100"),
    ("JP", "600000", "060-0000"),
    ("FR", "75 001", "75001"),
    ("FR", "1000", "01000"),
    ("FR", "100", None),
    ("FR", "0100", None),
    ("FR", "75001 CEDEX", None),
    ("FR", "", None),
    ("DE", "1067", "01067"),
    ("IT", "144", "00144"),
    ("ES", "8001", "08001"),
    ("US", "501", "00501"),
    ("US", "221621010", "22162-1010"),
    ("US", "10011234", "01001-1234"),
    ("US", "\uff11\uff10\uff10\uff10\uff11", "10001"),
    ("EG", "\u0661\u0662\u0664\u0661\u0661", "12411"),
    ("BE", "1000", "1000"),
    ("BE", "999", None),
    ("BE", "B-1000", "1000"),
    ("FR", "F-75001", "75001"),
    ("LU", "L-1234", "1234"),
    ("CH", "CH-8000", "8000"),
    ("DE", "D-10115", "10115"),
    ("LV", "1010", "LV-1010"),
    ("AD", "500", "AD500"),
    ("RE", "F-97400", "97400"),
    ("RE", "75001", None),
    ("GP", "97100", "97100"),
    ("MQ", "97200", "97200"),
    ("GF", "97300", "97300"),
    ("YT", "97600", "97600"),
    ("PM", "97500", "97500"),
    ("BL", "97133", "97133"),
    ("MF", "97150", "97150"),
    ("NC", "98800", "98800"),
    ("PF", "98714", "98714"),
    ("WF", "98600", "98600"),
    ("MC", "MC-98000", "98000"),
    ("JE", "je23ab", "JE2 3AB"),
    ("GG", "gy11aa", "GY1 1AA"),
    ("IM", "im991ps", "IM99 1PS"),
    ("HK", "999077", "999077"),
    ("XX", "anything", "ANYTHING"),
    ("XX", "x" * 20, "X" * 20),
    ("XX", "x" * 21, None),
    ("all", "x", "X"),
]


@pytest.mark.parametrize(("country", "typed", "code"), POSTAL_CODES)
def test_postal_code_is_restored(country: str, typed: str, code: str | None) -> None:
    """A code gets its case, blanks and lost zeros back, or is none of that country."""
    assert normalise_postal_code(typed, country) == code


def test_restored_codes_are_stable() -> None:
    """Restoring a code a second time changes nothing."""
    restored = [(country, code) for country, _, code in POSTAL_CODES if code]
    assert [normalise_postal_code(code, country) for country, code in restored] == [
        code for _, code in restored
    ]


def test_missing_parts_are_reported_together() -> None:
    """A country's compulsory parts are all named, the street only in a complete address."""
    assert address_problems(None, " ", None, "", None, "FR") == required("postal_code", "city")
    missing = address_problems(None, None, None, None, None, "US", complete=True)
    assert missing == required("line1", "postal_code", "city", "region")
    assert address_problems(None, "Le Bourg", "01000", "Bourg", None, "FR", complete=True) == []
    assert address_problems("1 Main", None, None, "Hamilton", None, "BM") == []
    assert address_problems(None, None, None, None, None, "XX") == []


def test_wrong_postal_code_comes_with_an_example() -> None:
    """A code of another shape is refused with an example; one that can be restored is not."""
    problem = AddressProblem("postal_code", "INVALID_POSTAL_CODE", {"example": "4000"})
    assert address_problems("x", None, "75001", "Namur", None, "BE") == [problem]
    assert address_problems("x", None, "1000", "Bourg-en-Bresse", None, "FR") == []
    unknown = AddressProblem("postal_code", "INVALID_POSTAL_CODE", {"example": ""})
    assert address_problems("x", None, "x" * 21, "Nowhere", None, "XX") == [unknown]


REGIONS = [
    ("CA", "QC", True),
    ("CA", "quebec", True),
    ("CA", "Québec", True),
    ("CA", "CA-QC", True),
    ("CA", "Bavaria", False),
    ("ES", "Alava", True),
    ("IE", "County Dublin", True),
    ("IE", "Dublin", True),
    ("JP", "東京都", True),
    ("JP", "Tokyo", True),
    ("US", "Kent", False),
    ("FR", "Anything", True),
]


@pytest.mark.parametrize(("country", "region", "known"), REGIONS)
def test_region_is_one_of_those_listed(country: str, region: str, known: bool) -> None:
    """Keys and names count in any script, case and accent; countries without a list take all."""
    wrong = AddressProblem("region", "INVALID_REGION", {})
    problems = address_problems("x", None, None, "Town", region, country)
    assert (wrong not in problems) is known


def test_importing_reads_no_data() -> None:
    """The templates and postal rules are read when first needed, and stay small."""
    program = (
        "from clientgraph.addresses import formats_templates as t, formats, rules\n"
        "print(t.template_data.cache_info().currsize, rules.postal_rule.cache_info().currsize)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert run.stdout == "0 0\n"
    data = Path(formats_templates.__file__).with_name("data") / "address_formats.json"
    assert data.stat().st_size < 150_000
