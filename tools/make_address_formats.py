"""Compile the OpenCage address templates (MIT) into the one JSON file that clientgraph ships.

Usage: python tools/make_address_formats.py CONF_FOLDER [--tests TESTCASES_FOLDER]

CONF_FOLDER is `conf/` of the address-formatting repository. With `--tests`, its test cases are
also copied, compactly, for our own test run. Needs PyYAML, which the product itself does not.
"""

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "src/clientgraph/addresses/data/address_formats.json"
CASES = ROOT / "tests/addresses/data/opencage_cases.json"
ATTRIBUTION = "OpenCage address-formatting, Copyright (c) 2020 Opencage GmbH, MIT License"


def read(path: Path) -> Any:
    """The single document of a YAML file, every scalar as text: NO is Norway, 01234 a code."""
    return yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506


def tidy(template: str) -> str:
    """A template without the indentation and blanks that the clean-up would drop anyway."""
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in template.splitlines())
    return "\n".join(line for line in lines if line)


def rewrites(rules: list[list[str]]) -> list[list[str]]:
    """[pattern, replacement] pairs with `$1` written as Python writes it."""
    return [[pattern, re.sub(r"\$(\d)", r"\\g<\1>", new)] for pattern, new in rules]


class Compiler:
    """Turns the country entries into flat ones that share their templates by index."""

    def __init__(self, conf: Path) -> None:
        self.conf = conf
        self.worldwide: dict[str, Any] = read(conf / "countries/worldwide.yaml")
        self.templates: list[str] = []

    def index(self, template: str) -> int:
        """The place of a template in the shared list."""
        text = tidy(template)
        if text not in self.templates:
            self.templates.append(text)
        return self.templates.index(text)

    def country(self, code: str) -> dict[str, Any]:
        """One country's rules, those of the country it borrows from included."""
        own = self.worldwide[code]
        base = own.get("use_country")
        used = self.worldwide[base] if base else own
        default = self.worldwide["default"]
        entry: dict[str, Any] = {
            "address": self.index(used["address_template"]),
            "fallback": self.index(used.get("fallback_template", default["fallback_template"])),
        }
        replace = used.get("replace", []) + (own.get("replace", []) if base else [])
        for key, rules in (("replace", replace), ("after", used.get("postformat_replace"))):
            if rules:
                entry[key] = rewrites(rules)
        if base:
            entry["base"] = base
        if "change_country" in own:
            entry["country"] = own["change_country"]
        if "add_component" in own:
            entry["add"] = own["add_component"].split("=", 1)
        return entry

    def countries(self) -> dict[str, Any]:
        """Every country, the language variants (`JP_ja`) and the default under `ZZ`."""
        codes = [code for code in self.worldwide if re.fullmatch(r"[A-Z]{2}(_[a-z]{2})?", code)]
        return {code: self.country(code) for code in sorted(codes)} | {
            "ZZ": self.country("default")
        }

    def components(self) -> list[list[str]]:
        """[name, alias, …] per component, smallest thing first."""
        text = (self.conf / "components.yaml").read_text(encoding="utf-8")
        documents = yaml.load_all(text, yaml.BaseLoader)
        return [[entry["name"], *entry.get("aliases", [])] for entry in documents]

    def codes(self, file: str) -> dict[str, dict[str, str]]:
        """Country to casefolded name, in any language given, to the code of that area."""
        return {country: dict(names(areas)) for country, areas in read(self.conf / file).items()}

    def abbreviations(self) -> dict[str, Any]:
        """Language to component to the long and short form of a word."""
        folder = self.conf / "abbreviations"
        return {path.stem: read(path) for path in sorted(folder.glob("*.yaml"))}

    def document(self) -> dict[str, Any]:
        """All that is shipped."""
        languages = read(self.conf / "country2lang.yaml")
        return {
            "source": ATTRIBUTION,
            "countries": self.countries(),
            "templates": self.templates,
            "components": self.components(),
            "state_codes": self.codes("state_codes.yaml"),
            "county_codes": self.codes("county_codes.yaml"),
            "languages": {country: text.split(",") for country, text in languages.items()},
            "abbreviations": self.abbreviations(),
        }


def names(areas: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(casefolded name, code) for each name of each area."""
    for code, name in areas.items():
        for spelling in name.values() if isinstance(name, dict) else [name]:
            yield spelling.casefold(), code


def cases(folder: Path) -> list[dict[str, Any]]:
    """The test cases with an id, the components as text, and the expected lines."""
    found = []
    for path in sorted(folder.glob("*/*.yaml")):
        documents = yaml.load_all(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        for number, case in enumerate((entry for entry in documents if entry), 1):
            found.append(
                {
                    "id": f"{path.parent.name}/{path.stem}/{number}",
                    "components": case["components"],
                    "expected": case["expected"].strip().split("\n"),
                }
            )
    return found


def write(path: Path, text: str) -> None:
    """Write a file, its folder first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


def compact(document: Any) -> str:
    """JSON on one line, the same from run to run."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    """Read the arguments and write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("conf", type=Path)
    parser.add_argument("--tests", type=Path)
    arguments = parser.parse_args()
    write(DATA, compact(Compiler(arguments.conf).document()))
    if arguments.tests:
        rows = ",\n".join(compact(case) for case in cases(arguments.tests))
        write(CASES, f"[\n{rows}\n]")


if __name__ == "__main__":
    main()
