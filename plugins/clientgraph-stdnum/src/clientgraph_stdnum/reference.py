"""The tables as Markdown: what the README shows. ``python -m clientgraph_stdnum.reference``."""

from __future__ import annotations

import sys

from clientgraph_stdnum.derive import FOLLOWS
from clientgraph_stdnum.excluded import EXCLUDED
from clientgraph_stdnum.kinds import ROWS, kind


def kinds_table() -> str:
    """One line per kind: key, label, country, tax, example, stored form, what follows, check."""
    lines = [
        "| key | label | country | tax | example | stored as | gives | checked by |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in ROWS.values():
        offered = kind(row)
        cells = (
            f"`{row.key}`",
            offered.label["en"],
            offered.country or "",
            "yes" if offered.is_tax else "",
            f"`{row.example}`",
            f"`{offered.parse(row.example)}`",
            " ".join(f"`{key}`" for key in FOLLOWS.get(row.key, {})),
            f"`{row.module}`" if row.module else "own rule",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def excluded_table() -> str:
    """One line per reason and the modules that it leaves out."""
    lines = ["| why | modules of python-stdnum |", "|---|---|"]
    for reason, modules in EXCLUDED.items():
        names = " ".join(f"`{name}`" for line in modules for name in line.split())
        lines.append(f"| {reason} | {names} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(f"{kinds_table()}\n\n{excluded_table()}\n")
