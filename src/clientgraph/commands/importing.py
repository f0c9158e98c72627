"""``clientgraph import``: a file of clients, read, shown and written by a running service."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from clientgraph.commands.calling import Service, Url
from clientgraph.commands.problems import Problem
from clientgraph.commands.running import ConfigFile
from clientgraph.commands.tables import table
from clientgraph.config import load

# Jobs that ended before their end; `importRun` goes on.
STOPPED: Final = ("FAILED", "CANCELLED")
USAGE: Final = "Name a file to import, or --resume or --undo an import. See --help."
SHOWN: Final = 20
PAUSE_SECONDS: Final = 0.25
FIELDS: Final = {
    "external-reference": "EXTERNAL_REFERENCE",
    "reference": "REFERENCE",
    "email": "EMAIL",
}
JOB: Final = "job { id status done total result error { message } }"
COUNTS: Final = (
    "counts { create update unchanged conflict invalid created updated left skipped failed undone "
    "kept }"
)
IMPORT: Final = (
    "query($id: ID!) { import(id: $id) { id stage total columns { header how } missingFields "
    "passedOver { row } "
    f"{COUNTS} {JOB} }} }}"
)
PROBLEMS: Final = (
    "query($id: ID!, $n: Int!) { import(id: $id) { rows(hasProblems: true, first: $n) { totalCount"
    " nodes { firstRow problems { row header value message suggestion } } } } }"
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class Conflicts(Enum):
    """What is done with records that may be clients already."""

    SKIP = "skip"
    CREATE = "create"


File = Annotated[
    Path | None, typer.Argument(help="An .xlsx, .xls, .ods, .csv or .vcf file of clients.")
]
Sheet = Annotated[str | None, typer.Option(help="The sheet. [default: the first]")]
Preset = Annotated[str | None, typer.Option(help="Whose columns these are, if told.")]
MatchBy = Annotated[
    str | None,
    typer.Option(
        metavar="KEY",
        help="external-reference, reference, email or a kind of identifier such as FR_SIRET.",
    ),
]
Check = Annotated[bool, typer.Option("--check", help="Show what would be done, and end.")]
SkipInvalid = Annotated[
    bool, typer.Option("--skip-invalid", help="Write all records without mistakes.")
]
Undecided = Annotated[
    Conflicts | None, typer.Option(help="What becomes of records that may exist already.")
]
Registries = Annotated[
    bool, typer.Option("--registries", help="Ask registries for what records lack.")
]
Remarks = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the sheet with remarks there.")
]
Resume = Annotated[
    str | None, typer.Option(metavar="ID", help="Go on with an import that was stopped.")
]
Undo = Annotated[str | None, typer.Option(metavar="ID", help="Take back what an import wrote.")]


@app.command("import")
def import_clients(
    file: File = None,
    sheet: Sheet = None,
    preset: Preset = None,
    match_by: MatchBy = None,
    check: Check = False,
    skip_invalid: SkipInvalid = False,
    conflicts: Undecided = None,
    registries: Registries = False,
    remarks: Remarks = None,
    resume: Resume = None,
    undo: Undo = None,
    url: Url = None,
    config: ConfigFile = None,
) -> None:
    """Import a file of clients through a running service, whose jobs do the work.

    Mistakes are shown with their rows; as long as there are any, nothing is written, unless
    --skip-invalid says so. Ctrl-C leaves the import to the service. The token is read from
    CLIENTGRAPH_TOKEN.

    \b
    Examples:
      clientgraph import clients.xlsx --check
      clientgraph import clients.xlsx --skip-invalid --remarks to-correct.xlsx
      clientgraph import --undo import_01a203f1c58f70a8896f5e48b6102317
    """
    if sum(each is not None for each in (file, resume, undo)) != 1:
        raise Problem(USAGE)
    with Service(load(file=config), url) as service:
        if undo is not None:
            _undo(service, undo)
            return
        import_id = resume or ""
        if file is not None:
            import_id = _preview(service, file, sheet, preset, match_by, registries)
        found = _read(service, import_id, remarks)
        if not check:
            _write(service, found, skip_invalid, conflicts)


def _read(service: Service, import_id: str, remarks: Path | None) -> Any:
    """The import once it was read, which is shown; one that was being written, once it is."""
    found = _asked(service, import_id)
    is_read = found["stage"] != "READING"
    if not (is_read and found["job"] and found["job"]["status"] in STOPPED):
        found = _followed(service, import_id, "Writing" if is_read else "Reading")
    _show(service, found)
    if remarks is not None:
        _write_remarks(service, import_id, remarks)
    return found


def _preview(
    service: Service,
    file: Path,
    sheet: str | None,
    preset: str | None,
    match_by: str | None,
    registries: bool,
) -> str:
    given: dict[str, Any] = {"fileId": service.upload(file), "useRegistries": registries}
    given |= {name: value for name, value in (("sheet", sheet), ("preset", preset)) if value}
    if match_by is not None:
        field = FIELDS.get(match_by.lower())
        given["matchBy"] = {"field": field} if field else {"identifier": match_by}
    payload = service.done(
        "mutation($i: ImportPreviewInput!) { importPreview(input: $i) { import { id }"
        " userErrors { message } } }",
        {"i": given},
    )
    import_id = str(payload["import"]["id"])
    typer.echo(f"Import {import_id}", err=True)
    return import_id


def _asked(service: Service, import_id: str) -> Any:
    found = service.ask(IMPORT, {"id": import_id})["import"]
    if found is None:
        raise Problem(f"There is no import {import_id} that this token may see.")
    return found


def _followed(service: Service, import_id: str, label: str) -> Any:
    """The import once its job has ended; the bar shows how far it is."""
    with typer.progressbar(length=1, label=label, show_eta=True) as bar:
        while True:
            found = _asked(service, import_id)
            job = found["job"]
            if job is None:
                return found
            if job["total"]:
                bar.length = job["total"]
                bar.update(job["done"] - bar.pos)
            if job["status"] in STOPPED:
                why = job["error"]["message"] if job["error"] else "The job was cancelled."
                raise Problem(f"{why} (import {import_id})")
            if job["status"] == "SUCCEEDED":
                bar.length = bar.length or 1
                bar.update(bar.length - bar.pos)
                return found
            time.sleep(PAUSE_SECONDS)


def _show(service: Service, found: Mapping[str, Any]) -> None:
    """What would be done, and the first mistakes."""
    counts = found["counts"]
    names = ("create", "update", "unchanged", "conflict", "invalid")
    typer.echo(", ".join(f"{counts[name]} {name}" for name in names))
    unknown = [each["header"] for each in found["columns"] if each["how"] == "NONE"]
    if any(unknown):
        typer.echo(f"Left out, as no field is called so: {', '.join(filter(None, unknown))}")
    if found["missingFields"]:
        typer.echo(f"Required, and in no column: {', '.join(found['missingFields'])}")
    if found["passedOver"]:
        passed = ", ".join(str(each["row"]) for each in found["passedOver"])
        typer.echo(f"Passed over, as they are no clients: rows {passed}")
    told = service.ask(PROBLEMS, {"id": found["id"], "n": SHOWN})["import"]["rows"]
    lines: list[Sequence[str]] = [
        (
            str(problem["row"] or each["firstRow"]),
            problem["header"] or "",
            problem["value"] or "",
            problem["message"],
            problem["suggestion"] or "",
        )
        for each in told["nodes"]
        for problem in each["problems"]
    ]
    if lines:
        typer.echo(table(["Row", "Column", "Value", "What is wrong", "Suggestion"], lines))
    if told["totalCount"] > SHOWN:
        typer.echo(f"… and {told['totalCount'] - SHOWN} more records. --remarks writes them all.")


def _write(
    service: Service, found: Mapping[str, Any], skip_invalid: bool, conflicts: Conflicts | None
) -> None:
    if found["stage"] == "DONE":
        _tell_written(found)
    if found["stage"] not in ("READY", "RUNNING"):
        return
    given: dict[str, Any] = {"id": found["id"], "skipInvalid": skip_invalid}
    if conflicts is not None:
        given["conflicts"] = conflicts.name
    service.done(
        "mutation($i: ImportRunInput!) { importRun(input: $i) { userErrors { message } } }",
        {"i": given},
    )
    _tell_written(_followed(service, found["id"], "Writing"))


def _tell_written(found: Mapping[str, Any]) -> None:
    counts = found["counts"]
    names = ("created", "updated", "left", "skipped", "failed")
    words = {"left": "unchanged"}
    typer.echo(", ".join(f"{counts[name]} {words.get(name, name)}" for name in names))


def _undo(service: Service, import_id: str) -> None:
    service.done(
        "mutation($i: ImportUndoInput!) { importUndo(input: $i) { userErrors { message } } }",
        {"i": {"id": import_id}},
    )
    found = _followed(service, import_id, "Taking back")
    typer.echo(f"{found['counts']['undone']} taken back, {found['counts']['kept']} kept")
    if found["counts"]["kept"]:
        _show(service, found)


def _write_remarks(service: Service, import_id: str, path: Path) -> None:
    payload = service.done(
        "mutation($i: ImportRemarksInput!) { importRemarks(input: $i) { job { id }"
        " userErrors { message } } }",
        {"i": {"id": import_id}},
    )
    text = f"query($id: ID!) {{ node(id: $id) {{ ... on Job {{ {JOB[6:-2]} }} }} }}"
    while True:
        job = service.ask(text, {"id": payload["job"]["id"]})["node"]
        if job["status"] == "SUCCEEDED":
            break
        if job["error"]:
            raise Problem(job["error"]["message"])
        time.sleep(PAUSE_SECONDS)
    link = "query($id: ID!) { node(id: $id) { ... on File { url } } }"
    file = service.ask(link, {"id": job["result"]["fileId"]})["node"]
    service.download(file["url"], path)
    typer.echo(f"Written: {path}")
