"""Mutations of imports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from clientgraph.clients.graphql.inputs import ClientMatchInput
from clientgraph.clients.matching import MatchKey
from clientgraph.graphql.fields import Info, argument, column, given, mutation
from clientgraph.graphql.mutations import (
    ChangeInput,
    MutationInput,
    Payload,
    answer,
    deleted,
    expected,
)
from clientgraph.graphql.nodes import row_id
from clientgraph.imports import service
from clientgraph.imports.graphql import Import, ImportDecisionType
from clientgraph.imports.models import ImportDecision
from clientgraph.imports.options import Options
from clientgraph.imports.service import Decision
from clientgraph.jobs.graphql import Job
from clientgraph.permissions import Permission

_WRITE, _DELETE = Permission.CLIENTS_WRITE, Permission.CLIENTS_DELETE


@strawberry.input(description="Which field a column is taken for.")
class ImportColumnInput:
    """A column by its place."""

    index: int = strawberry.field(description="Its place, from 0.")
    field: str | None = given("The key of a field, of `importFields`; null to leave it out.")


@strawberry.input(description="A file of clients, and how it is read.")
class ImportPreviewInput(MutationInput):
    """An uploaded file."""

    file_id: strawberry.ID = strawberry.field(description="The file, as `POST /files` told its id.")
    sheet: str | None = given(
        "The name of the sheet; the first that is shown and has something in it when absent."
    )
    preset: str | None = given(
        "The key of a preset, of `importPresets`: whose columns these are. It is told by the "
        "headers when absent."
    )
    columns: list[ImportColumnInput] | None = given(
        "Columns that are taken for other fields than their headers say."
    )
    match_by: ClientMatchInput | None = given(
        "What tells which client a record means; every record then has one. When absent, the first "
        "of these that a client has: external reference, reference, an identifier that is one "
        "client's alone, e-mail address."
    )
    template: strawberry.ID | None = given(
        "The configuration template of new clients whose rows name none."
    )
    use_registries: bool | None = strawberry.field(
        default=False,
        description="Ask registries of companies for what records lack, by their numbers, at the "
        "rate that each registry allows.",
    )


@strawberry.input(description="What is to be done with one record.")
class ImportDecisionInput:
    """A record by its position."""

    position: int = strawberry.field(description="The record's `position`.")
    action: ImportDecisionType = strawberry.field(description="What is to be done.")
    client_id: strawberry.ID | None = given("The client that is changed, for UPDATE.")


@strawberry.input(description="What is to be written of an import.")
class ImportRunInput(ChangeInput):
    """An import that was previewed."""

    skip_invalid: bool | None = strawberry.field(
        default=False,
        description="Write all records without mistakes. Otherwise nothing is written as long as "
        "there is one, and what was written is taken back when one turns up meanwhile.",
    )
    conflicts: ImportDecisionType | None = given(
        "What is done with conflicts that nobody decided: CREATE makes new clients of them, SKIP "
        "leaves them out."
    )
    decisions: list[ImportDecisionInput] | None = given("What is done with single records.")


@strawberry.input(description="Which import to take back.")
class ImportUndoInput(ChangeInput):
    """An import that was written."""


@strawberry.input(description="Which import to forget.")
class ImportDeleteInput(ChangeInput):
    """An import."""


@strawberry.input(description="Of which import to make the sheet with remarks.")
class ImportRemarksInput(MutationInput):
    """An import that was read."""

    id: strawberry.ID = strawberry.field(description="The import.")


@strawberry.type(description="The import that is being read.")
class ImportPreviewPayload(Payload):
    """The import, or what was wrong."""

    import_: Import | None = strawberry.field(
        name="import", description="The import.", metadata={"column": True}
    )


@strawberry.type(description="The import that is being written.")
class ImportRunPayload(Payload):
    """The import, or what was wrong."""

    import_: Import | None = strawberry.field(
        name="import", description="The import as it is now.", metadata={"column": True}
    )


@strawberry.type(description="The import that is being taken back.")
class ImportUndoPayload(Payload):
    """The import, or what was wrong."""

    import_: Import | None = strawberry.field(
        name="import", description="The import as it is now.", metadata={"column": True}
    )


@strawberry.type(description="The import that was forgotten.")
class ImportDeletePayload(Payload):
    """The id, or what was wrong."""

    deleted_id: strawberry.ID | None = column("The id of the import that is gone.")
    import_: Import | None = strawberry.field(
        name="import",
        description="The import as it stands, when it was not forgotten.",
        metadata={"column": True},
    )


@strawberry.type(description="The job that makes a sheet with remarks.")
class ImportRemarksPayload(Payload):
    """The job, or what was wrong."""

    job: Job | None = column("The job; its `result` has the `fileId` of the sheet.")


def _options(given: ImportPreviewInput) -> Options:
    key = given.match_by or None
    field = key.field.value if key and key.field else None
    identifier = key.identifier.value if key and key.identifier else None
    return Options(
        sheet=given.sheet or None,
        preset=given.preset or None,
        columns={each.index: each.field or None for each in given.columns or ()},
        match_by=MatchKey.of(field, identifier) if key else None,
        registries=bool(given.use_registries),
        template=str(row_id("ClientTemplate", given.template)) if given.template else None,
    )


@mutation(
    _WRITE,
    "Read a file of clients in the background: every record with what would be done and all its "
    "mistakes. Nothing is written to clients.",
)
async def import_preview(
    info: Info, input: Annotated[ImportPreviewInput, argument("Which file.")]
) -> ImportPreviewPayload | None:
    """The import says what was found."""
    file_id, options = row_id("File", input.file_id), _options(input)
    columns = [(each.index, each.field or None) for each in input.columns or ()]
    return await answer(
        info,
        ImportPreviewPayload,
        "import_",
        lambda: service.preview_import(info.context, file_id, options, columns),
    )


@mutation(
    _WRITE,
    "Write what was previewed, in the background: every record once, whatever happens meanwhile.",
)
async def import_run(
    info: Info, input: Annotated[ImportRunInput, argument("Which import.")]
) -> ImportRunPayload | None:
    """The import's job tells how far it is."""
    import_id = row_id("Import", input.id)
    options: Mapping[str, Any] = {
        "skip_invalid": bool(input.skip_invalid),
        "conflicts": input.conflicts.value if input.conflicts else None,
    }
    decisions = [
        Decision(
            position=each.position,
            action=ImportDecision(each.action),
            client_id=row_id("Client", each.client_id) if each.client_id else None,
        )
        for each in input.decisions or ()
    ]
    return await answer(
        info,
        ImportRunPayload,
        "import_",
        lambda: service.run_import(info.context, import_id, expected(input), options, decisions),
    )


@mutation(
    _DELETE,
    "Take back what an import wrote, in the background: clients that it made are deleted, those "
    "that it changed become what they were. What somebody changed since stays, record by record.",
)
async def import_undo(
    info: Info, input: Annotated[ImportUndoInput, argument("Which import.")]
) -> ImportUndoPayload | None:
    """The records say what stays, and why."""
    import_id = row_id("Import", input.id)
    return await answer(
        info,
        ImportUndoPayload,
        "import_",
        lambda: service.undo_import(info.context, import_id, expected(input)),
    )


@mutation(
    _WRITE,
    "Forget an import and what its sheet holds. What it wrote stays, and cannot be taken back.",
)
async def import_delete(
    info: Info, input: Annotated[ImportDeleteInput, argument("Which import.")]
) -> ImportDeletePayload | None:
    """Sheets hold what is personal."""
    import_id = row_id("Import", input.id)
    return await deleted(
        info,
        ImportDeletePayload,
        "import_",
        input,
        lambda: service.forget_import(info.context, import_id, expected(input)),
    )


@mutation(
    _WRITE,
    "Make the sheet again, in the background, with a column of remarks: to be corrected and sent "
    "once more.",
)
async def import_remarks(
    info: Info, input: Annotated[ImportRemarksInput, argument("Which import.")]
) -> ImportRemarksPayload | None:
    """The job answers the file's id."""
    import_id = row_id("Import", input.id)
    return await answer(
        info,
        ImportRemarksPayload,
        "job",
        lambda: service.make_remarks(info.context, import_id),
    )


MUTATIONS = [import_preview, import_run, import_undo, import_delete, import_remarks]
