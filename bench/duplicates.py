"""Precision and recall of finding duplicates, on labelled pairs: python -m bench.duplicates DATA

DATA holds `names/nomenklatura/cases.csv` and `dedupe/` as docs/duplicates.md names them; what is
absent is skipped. `--threshold` may be given several times; the default one is used otherwise.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from clientgraph.duplicates.blocks import Blocks
from clientgraph.duplicates.candidates import Candidate
from clientgraph.duplicates.evidence import compare
from clientgraph.duplicates.profiles import profile_of
from clientgraph.duplicates.service import DEFAULT

Row = Mapping[str, str]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Case:
    """Records, which pairs of them are the same, and which pairs are judged; None for all."""

    records: list[Candidate]
    same: set[Pair]
    judged: set[Pair] | None = None


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, with headers and values trimmed."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return [
            {key.strip(): (value or "").strip() for key, value in row.items() if key}
            for row in csv.DictReader(file, skipinitialspace=True)
        ]


def together(keys: Iterable[str]) -> set[Pair]:
    """The pairs of places that have the same key."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        groups[key].append(place)
    return {pair for group in groups.values() for pair in combinations(group, 2)}


def company_names(data: Path) -> Case:
    """Pairs of names of companies (nomenklatura); no more is known of them than the name."""
    found = rows(data / "names/nomenklatura/cases.csv")
    firms = [row for row in found if row["schema"] in ("Company", "Organization", "LegalEntity")]
    records = [
        Candidate(position=0, name=name) for row in firms for name in (row["name1"], row["name2"])
    ]
    judged = [(2 * place, 2 * place + 1) for place in range(len(firms))]
    same = {pair for pair, row in zip(judged, firms, strict=True) if row["is_match"] == "true"}
    return Case(records, same, set(judged))


def fake_1000(data: Path) -> Case:
    """People with a city and an e-mail address (Splink); about 3,000 pairs were judged."""
    found = rows(data / "dedupe/splink/fake_1000.csv")
    places = {row["unique_id"]: place for place, row in enumerate(found)}
    records = [
        Candidate(
            position=0,
            name=f"{row['first_name']} {row['surname']}",
            email=row["email"],
            city=row["city"],
        )
        for row in found
    ]
    labels = rows(data / "dedupe/splink/fake_1000_labels.csv")
    judged = {}
    for row in labels:
        a, b = places[row["unique_id_l"]], places[row["unique_id_r"]]
        judged[min(a, b), max(a, b)] = float(row["clerical_match_score"]) >= 0.5
    return Case(records, {pair for pair, same in judged.items() if same}, set(judged))


def febrl(*names: str) -> Callable[[Path], Case]:
    """People with addresses, mistyped on purpose (FEBRL), from these files."""

    def read(data: Path) -> Case:
        found = [row for name in names for row in rows(data / f"dedupe/splink/febrl/{name}.csv")]
        records = [
            Candidate(
                position=0,
                name=f"{row['given_name']} {row['surname']}",
                street=f"{row['street_number']} {row['address_1']}",
                postal_code=row["postcode"],
                city=row["suburb"],
            )
            for row in found
        ]
        return Case(records, together(row["rec_id"].split("-")[1] for row in found))

    return read


def day_care(data: Path) -> Case:
    """Sites of day care with addresses and phones (csv_example of dedupe)."""
    found = rows(data / "dedupe/dedupe-examples/csv_example/csv_example_input_with_true_ids.csv")
    records = [
        Candidate(
            position=0,
            name=row["Site name"],
            street=row["Address"],
            postal_code=row["Zip"],
            phone=row["Phone"],
        )
        for row in found
    ]
    return Case(records, together(row["True Id"] for row in found))


def patents(data: Path) -> Case:
    """Applicants of patents by their names alone (PATSTAT, of the examples of dedupe)."""
    folder = data / "dedupe/dedupe-examples/patent_example"
    known = {row["person_id"]: row["leuven_id"] for row in rows(folder / "patstat_reference.csv")}
    found = rows(folder / "patstat_input.csv")
    records = [Candidate(position=0, name=row["Name"]) for row in found]
    return Case(records, together(known[row["person_id"]] for row in found))


CASES: Mapping[str, Callable[[Path], Case]] = {
    "nomenklatura, companies": company_names,
    "splink fake_1000": fake_1000,
    "FEBRL 3": febrl("dataset3"),
    "FEBRL 4": febrl("dataset4a", "dataset4b"),
    "dedupe csv_example": day_care,
    "PATSTAT": patents,
}


def scores(case: Case) -> Iterator[tuple[Pair, float]]:
    """The score of each pair that is judged, or else of each that shares a block."""
    profiles = [profile_of(record) for record in case.records]
    if case.judged is not None:
        for a, b in case.judged:
            yield (a, b), compare(profiles[a], profiles[b]).score
        return
    blocks = Blocks()
    for place, profile in enumerate(profiles):
        for other in blocks.own(profile) | {*blocks.near(profile)}:
            yield (other, place), compare(profiles[other], profile).score
        blocks.add(place, profile)


def line(name: str, case: Case, found: Mapping[Pair, float], threshold: float) -> str:
    """One row of the table; the last column is of records that have any same one."""
    told = {pair for pair, score in found.items() if score >= threshold}
    right = len(told & case.same)
    precision, recall = right / max(1, len(told)), right / max(1, len(case.same))
    known = {place for pair in case.same for place in pair}
    found_any = len({place for pair in told & case.same for place in pair}) / max(1, len(known))
    counts = f"{len(case.records):,} | {len(case.same):,}"
    figures = f"{precision:.3f} | {recall:.3f} | {found_any:.3f}"
    return f"| {name} | {counts} | {threshold} | {figures} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--threshold", type=float, action="append")
    given = parser.parse_args()
    print("| data | records | pairs | threshold | precision | recall | records found |")
    print("|---|---|---|---|---|---|---|")
    for name, read in CASES.items():
        try:
            case = read(given.data)
        except FileNotFoundError:
            continue
        found = dict(scores(case))
        for threshold in given.threshold or [DEFAULT]:
            print(line(name, case, found, threshold))


if __name__ == "__main__":
    main()
