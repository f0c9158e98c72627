"""Managed lists: categories, client types, contact sources, civilities; languages offered."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from clientgraph.storage.ddl import record_table, typed, walls
from clientgraph.storage.session import Dialect

LISTS: Final = ("category", "client_type", "contact_source", "civility")
Shipped = Sequence[tuple[str, Mapping[str, str]]]

# What every workspace begins with: key → name by language. Also read by clientgraph.nomenclature,
# which gives the same to new workspaces. As part of a migration it is never edited.
CLIENT_TYPES: Final[Shipped] = (
    ("COMPANY", {"en": "Company", "fr": "Société", "nl": "Bedrijf", "de": "Unternehmen"}),
    ("ASSOCIATION", {"en": "Association", "fr": "Association", "nl": "Vereniging", "de": "Verein"}),
    (
        "PUBLIC_BODY",
        {
            "en": "Public body",
            "fr": "Organisme public",
            "nl": "Overheidsinstelling",
            "de": "Öffentliche Einrichtung",
        },
    ),
    (
        "SOLE_TRADER",
        {
            "en": "Sole trader",
            "fr": "Entreprise individuelle",
            "nl": "Eenmanszaak",
            "de": "Einzelunternehmen",
        },
    ),
    ("PARTNER", {"en": "Partner", "fr": "Partenaire", "nl": "Partner", "de": "Partner"}),
    ("PROSPECT", {"en": "Prospect", "fr": "Prospect", "nl": "Prospect", "de": "Interessent"}),
)
CONTACT_SOURCES: Final[Shipped] = (
    ("WEBSITE", {"en": "Website", "fr": "Site web", "nl": "Website", "de": "Website"}),
    (
        "RECOMMENDATION",
        {
            "en": "Recommendation",
            "fr": "Recommandation",
            "nl": "Aanbeveling",
            "de": "Empfehlung",
        },
    ),
    ("TRADE_FAIR", {"en": "Trade fair", "fr": "Salon", "nl": "Beurs", "de": "Messe"}),
    (
        "PHONE_CALL",
        {
            "en": "Phone call",
            "fr": "Appel téléphonique",
            "nl": "Telefoongesprek",
            "de": "Telefonat",
        },
    ),
    (
        "EMAIL_CAMPAIGN",
        {
            "en": "E-mail campaign",
            "fr": "Campagne e-mail",
            "nl": "E-mailcampagne",
            "de": "E-Mail-Kampagne",
        },
    ),
    (
        "SOCIAL_NETWORK",
        {
            "en": "Social network",
            "fr": "Réseau social",
            "nl": "Sociaal netwerk",
            "de": "Soziales Netzwerk",
        },
    ),
    ("OTHER", {"en": "Other", "fr": "Autre", "nl": "Andere", "de": "Sonstiges"}),
)
CIVILITIES: Final[Shipped] = (
    ("MADAME", {"en": "Ms", "fr": "Madame", "nl": "Mevrouw", "de": "Frau"}),
    ("MONSIEUR", {"en": "Mr", "fr": "Monsieur", "nl": "De heer", "de": "Herr"}),
    (
        "PROFESSEUR",
        {"en": "Professor", "fr": "Professeur", "nl": "Professor", "de": "Professor"},
    ),
    ("MAITRE", {"en": "Maître", "fr": "Maître", "nl": "Meester", "de": "Maître"}),
    ("DOCTEUR", {"en": "Doctor", "fr": "Docteur", "nl": "Dokter", "de": "Doktor"}),
)

ENTRY: Final = """
        key TEXT NOT NULL,
        name TEXT NOT NULL,
        sort_name TEXT{binary} NOT NULL,
        translations TEXT NOT NULL,
        position INTEGER NOT NULL,
        archived_at {time}"""
CLIENT_CATEGORY: Final = """
    CREATE TABLE client_category (
        organisation_id {uuid} NOT NULL,
        client_id {uuid} NOT NULL,
        category_id {uuid} NOT NULL,
        PRIMARY KEY (organisation_id, client_id, category_id),
        FOREIGN KEY (organisation_id, client_id)
            REFERENCES client (organisation_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, category_id) REFERENCES category (organisation_id, id)
    )"""
COLUMNS: Final = (
    "ALTER TABLE client ADD COLUMN type_id {uuid}",
    "ALTER TABLE contact ADD COLUMN source_id {uuid}",
    "ALTER TABLE organisation ADD COLUMN languages TEXT NOT NULL DEFAULT ''",
)
INDEXES: Final = (
    *(f"CREATE UNIQUE INDEX {name}_key ON {name} (organisation_id, key)" for name in LISTS),
    *(
        f"CREATE UNIQUE INDEX {name}_name ON {name} (organisation_id, sort_name)"
        " WHERE archived_at IS NULL"
        for name in LISTS
    ),
    "CREATE INDEX client_category_clients ON client_category"
    " (organisation_id, category_id, client_id)",
    "CREATE INDEX client_by_type ON client (organisation_id, type_id)",
    "CREATE INDEX contact_by_source ON contact (organisation_id, source_id, client_id)",
    "CREATE INDEX contact_by_civility ON contact (organisation_id, civility, client_id)",
)
# SQLite adds no composite foreign key to a table that exists; its one writer checks in time.
_REFERENCES: Final = (
    ("client", "client_type_known", "type_id", "client_type", "id"),
    ("contact", "contact_source_known", "source_id", "contact_source", "id"),
    ("contact", "contact_civility_known", "civility", "civility", "key"),
)
_ID: Final[Mapping[Dialect, str]] = {
    "postgres": "gen_random_uuid()",
    "sqlite": "lower(hex(randomblob(4))||'-'||hex(randomblob(2))||'-4'"
    "||substr(hex(randomblob(2)),2)||'-a'||substr(hex(randomblob(2)),2)||'-'||hex(randomblob(6)))",
}
_NOW: Final[Mapping[Dialect, str]] = {
    "postgres": "now()",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f+00:00', 'now')",
}


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    known = {"client_type": CLIENT_TYPES, "contact_source": CONTACT_SOURCES, "civility": CIVILITIES}
    seeds = [
        _seed(table, place, key, names, dialect)
        for table, shipped in known.items()
        for place, (key, names) in enumerate(shipped)
    ]
    # PostgreSQL shows workspaces to their operator only; the wall comes after the rows.
    operator = "SELECT set_config('clientgraph.operator', 'on', true)"
    return [
        *(record_table(name, ENTRY, dialect) for name in LISTS),
        typed(CLIENT_CATEGORY, dialect),
        *(typed(column, dialect) for column in COLUMNS),
        *INDEXES,
        *([operator] if dialect == "postgres" else []),
        *seeds,
        *walls(dialect, [*LISTS, "client_category"]),
        *([_reference(*each) for each in _REFERENCES] if dialect == "postgres" else []),
    ]


def _reference(table: str, name: str, column: str, target: str, key: str) -> str:
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (organisation_id, {column})"
        f" REFERENCES {target} (organisation_id, {key})"
    )


def _seed(table: str, place: int, key: str, names: Mapping[str, str], dialect: Dialect) -> str:
    """One shipped value for every workspace there is, named in its language."""
    translations = json.dumps(names, ensure_ascii=False, separators=(",", ":"))
    return (
        f"INSERT INTO {table} (id, organisation_id, version, created_at, updated_at, key, name,"
        f" sort_name, translations, position) SELECT {_ID[dialect]}, o.id, 1, {_NOW[dialect]},"
        f" {_NOW[dialect]}, '{key}', {_by_language(names, str)}, {_by_language(names, _plain)},"
        f" {_quoted(translations)}, {place} FROM organisation o"
    )


def _by_language(names: Mapping[str, str], form: Callable[[str], str]) -> str:
    cases = " ".join(f"WHEN '{code}-' THEN {_quoted(form(name))}" for code, name in names.items())
    return f"CASE substr(o.locale, 1, 3) {cases} ELSE {_quoted(form(names['en']))} END"


def _plain(name: str) -> str:
    # How names were folded for sorting when this migration was made.
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = (c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
