"""The public face of imports."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import orjson
import strawberry

from clientgraph.clients.graphql.types import Client
from clientgraph.clients.service import clients_by_id
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed, loaded, loaded_by, query
from clientgraph.graphql.nodes import RecordNode, record, row_id
from clientgraph.graphql.paging import (
    After,
    Before,
    Connection,
    First,
    Last,
    connection,
    connections_by,
    page_arguments,
)
from clientgraph.imports import models, service
from clientgraph.imports.models import ImportAction, ImportDecision, ImportOutcome, ImportStage
from clientgraph.imports.options import SheetFacts
from clientgraph.imports.packing import Problem, unpacked_problems, unpacked_rows
from clientgraph.imports.sheets import matching_of
from clientgraph.imports.similar import unpacked_matches
from clientgraph.jobs.graphql import Job
from clientgraph.jobs.service import jobs_by_id
from clientgraph.organisations.graphql import Member
from clientgraph.organisations.service import member_by_id
from clientgraph.permissions import Permission

_READ = Permission.CLIENTS_READ
ImportStageType = described(
    ImportStage,
    "How far an import is. Its `job` says whether that goes on, has failed or was cancelled.",
    READING="The file is read, and its records are checked. Nothing is written to clients.",
    READY="The preview is there. `importRun` writes it.",
    RUNNING="Records are written. Where the job has failed, `importRun` goes on with the rest.",
    DONE="All that was to be written is written. `importUndo` takes it back.",
    UNDOING="What was written is taken back.",
    UNDONE="What nobody changed since was taken back.",
)
ImportActionType = described(
    ImportAction,
    "What would be done with a record.",
    CREATE="A new client is made.",
    UPDATE="The client that there is changes.",
    UNCHANGED="The client is already so.",
    CONFLICT="It is much like a client that there is, or like another record: see `similar`. "
    "Nothing is done with it unless somebody decides.",
    INVALID="It has mistakes: see `problems`. Nothing of it is written.",
)
ImportDecisionType = described(
    ImportDecision,
    "What somebody decided of a record.",
    CREATE="A new client is made.",
    UPDATE="A client that there is changes.",
    SKIP="Nothing is done with it.",
)
ImportOutcomeType = described(
    ImportOutcome,
    "What became of a record.",
    CREATED="A client was made.",
    UPDATED="The client was changed.",
    UNCHANGED="The client was already so.",
    SKIPPED="Nothing was done, as it was decided.",
    FAILED="It has mistakes; nothing of it was written.",
    UNDONE="What it had written was taken back.",
    KEPT="What it had written stays: somebody changed the client since, see `problems`.",
)


@strawberry.type(description="A sheet of a file.")
class ImportSheet:
    """As the file has it."""

    name: str = column("Its name.")
    is_hidden: bool = column("Whether it is hidden.")
    rows: int = column("Rows with something in them.")
    columns: int = column("Columns.")


@strawberry.type(description="A column of a sheet, and the field that it was taken for.")
class ImportColumn:
    """As it was matched."""

    index: int = column("Its place, from 0.")
    header: str = column("What stands above it.")
    field: str | None = column(
        "The key of the field, of `importFields`; null where it is left out."
    )
    how: str = column("Why: GIVEN, PRESET, HEADER, SYNONYM, CONTENT or NONE.")
    samples: list[str] = column("Some of its values.", size=3)


@strawberry.type(description="A row of a sheet that was taken for no client.")
class ImportPassedRow:
    """Where it stands, and what it says."""

    row: int = column("Its number, as spreadsheet programs count.")
    text: str = column("What its cells say, 100 characters at most.")


@strawberry.type(description="How many records there are of each action and outcome.")
class ImportCounts:
    """Numbers of records."""

    create: int = column("Records whose action is CREATE.")
    update: int = column("Records whose action is UPDATE.")
    unchanged: int = column("Records whose action is UNCHANGED.")
    conflict: int = column("Records whose action is CONFLICT.")
    invalid: int = column("Records whose action is INVALID.")
    created: int = column("Clients that were made.")
    updated: int = column("Clients that were changed.")
    left: int = column("Clients that were already so.")
    skipped: int = column("Records of which nothing was done.")
    failed: int = column("Records that were not written because of mistakes.")
    undone: int = column("Records that were taken back.")
    kept: int = column("Records that were not taken back, because somebody changed them since.")


@strawberry.type(description="A mistake in a sheet, or something to look at.")
class ImportProblem:
    """Where, what, and how to mend it."""

    row: int | None = column("The row, as spreadsheet programs number them.")
    place: int | None = column(
        "The column, from 0; null where it is about the whole record.", name="column"
    )
    header: str | None = column("What stands above the column.")
    value: str | None = column("What stands in the cell.")
    code: str = column("A stable code, see the table of codes in the documentation.")
    message: str = column("What is wrong and how to fix it, in the caller's language.")
    suggestion: str | None = column("What may have been meant.")
    record_id: strawberry.ID | None = column("The record that stands in the way, if there is one.")
    is_warning: bool = column("Whether it is something to look at, which stops nothing.")


@strawberry.type(description="A client or another record that a record is much like.")
class ImportSimilar:
    """How alike, and in what."""

    client_id: strawberry.Private[UUID | None]
    name: str = column("What it is called.")
    row: int | None = column("The row of the other record, where it is in the same sheet.")
    score: float = column("From 0 to 1: how likely it is that both are the same.")
    reasons: list[str] = column("What agrees, such as NAME, ADDRESS, EMAIL.", size=3)

    @computed("The client; null for another record of the same sheet.")
    async def client(self, info: Info) -> Client | None:
        """Loaded with those of other records."""
        if self.client_id is None:
            return None
        return await info.context.load(clients_by_id, self.client_id)


@record(models.ImportRow, "A record of a sheet: one client, of one row or of several.")
class ImportRow:
    """Columns of a record."""

    position: int = column("Its place among the records, from 0; decisions name it.")
    first_row: int = column("The row where it begins, as spreadsheet programs number them.")
    name: str | None = column("What the client is called.")
    action: ImportActionType = column("What would be done.")  # type: ignore[valid-type]
    matched_by: str | None = column(
        "By what its client was found: a field, or a kind of identifier."
    )
    client: Client | None = loaded(
        "The client that it is about; null where there is none.", clients_by_id, key="client_id"
    )

    @computed("What somebody decided of it.")
    def decision(self: Any) -> ImportDecisionType | None:  # type: ignore[valid-type]
        """By the stored name."""
        return ImportDecision(self.decision) if self.decision else None

    @computed("What became of it; null as long as nothing did.")
    def outcome(self: Any) -> ImportOutcomeType | None:  # type: ignore[valid-type]
        """By the stored name."""
        return ImportOutcome(self.outcome) if self.outcome else None

    @computed("All its mistakes, and what to look at. Free of points.", size=1, cost=0)
    def problems(self: Any, info: Info) -> list[ImportProblem]:
        """In the caller's language."""
        return [_problem(info, each) for each in unpacked_problems(self.problems)]

    @computed(
        "Clients and other records that it is much like, the likeliest first. Free of points.",
        size=1,
        cost=0,
    )
    def similar(self: Any) -> list[ImportSimilar]:
        """As they were found when it was read."""
        return [
            ImportSimilar(
                client_id=UUID(each["client"]) if each["client"] else None,
                name=each["name"],
                row=each["row"],
                score=each["score"],
                reasons=each["reasons"],
            )
            for each in unpacked_matches(self.candidates)
        ]

    @computed(
        "The cells of its rows, as texts; null where a cell is empty. Free of points.",
        size=1,
        cost=0,
    )
    def cells(self: Any) -> list[list[str | None]]:
        """Row by row."""
        return [
            [None if cell is None else str(cell) for cell in row.cells]
            for row in unpacked_rows(self.lines)
        ]


def _problem(info: Info, found: Problem) -> ImportProblem:
    context = info.context
    return ImportProblem(
        row=found.row,
        place=found.column,
        header=found.header,
        value=found.value,
        code=found.code,
        message=context.messages.text(found.error(), context.language),
        suggestion=found.suggestion,
        record_id=strawberry.ID(found.record) if found.record else None,
        is_warning=found.is_warning,
    )


def _rows(
    info: Info,
    action: Annotated[
        list[ImportActionType] | None,  # type: ignore[valid-type]
        argument("Only those of which one of these would be done."),
    ] = strawberry.UNSET,
    outcome: Annotated[
        list[ImportOutcomeType] | None,  # type: ignore[valid-type]
        argument("Only those that one of these became of."),
    ] = strawberry.UNSET,
    has_problems: Annotated[
        bool | None, argument("Only those with mistakes or warnings, or only those without.")
    ] = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[ImportRow]:
    """Pages of all asked imports together."""
    problems = has_problems if isinstance(has_problems, bool) else None
    wanted = service.Wanted(actions=action or (), outcomes=outcome or (), has_problems=problems)
    arguments = page_arguments(first, after, last, before)
    return connections_by(info, "import_id", service.row_listing(wanted), arguments)


@record(models.Import, "A sheet of clients that is read, checked, written and can be taken back.")
class Import(RecordNode):
    """Columns of an import."""

    filename: str = column("The file's name.")
    stage: ImportStageType = column("How far it is.")  # type: ignore[valid-type]
    total: int | None = column("How many records the sheet has; null until it was read.")
    job: Job | None = loaded(
        "The job that does what is done with it now, or did last.", jobs_by_id, key="job_id"
    )
    author: Member | None = loaded(
        "The member who began it; null where a token of the workspace did.",
        member_by_id,
        key="member_id",
    )
    rows: Connection[ImportRow] = loaded_by("Its records in the order of the sheet.", _rows)

    @computed("What the file is: xlsx, xls, xlsb, ods, csv or vcard; null until it was read.")
    def format(self: Any) -> str | None:
        """Told by its content."""
        facts = SheetFacts.unpacked(self.sheet)
        return facts.format if facts else None

    @computed("The sheet that was read; null where the file has none, or was not read yet.")
    def sheet(self: Any) -> str | None:
        """The first that is shown and has something in it, unless another was named."""
        facts = SheetFacts.unpacked(self.sheet)
        return facts.chosen if facts else None

    @computed("All sheets of the file.", size=3)
    def sheets(self: Any) -> list[ImportSheet]:
        """None until it was read."""
        facts = SheetFacts.unpacked(self.sheet)
        return [ImportSheet(**each) for each in facts.sheets] if facts else []

    @computed("The columns of the sheet, and the fields that they were taken for.", size=15)
    def columns(self: Any) -> list[ImportColumn]:
        """None until it was read."""
        if orjson.loads(self.matching) is None:
            return []
        return [
            ImportColumn(
                index=each.index,
                header=each.header,
                field=each.field,
                how=each.how,
                samples=list(each.samples),
            )
            for each in matching_of(self).columns
        ]

    @computed(
        "Keys of fields, of `importFields`, that have no column although the workspace requires "
        "them of new clients, or the product whose sheet it is has a star at them.",
        size=5,
    )
    def missing_fields(self: Any) -> list[str]:
        """None until it was read."""
        return [] if orjson.loads(self.matching) is None else list(matching_of(self).missing)

    @computed(
        "Rows below the header that were taken for no clients: sums and other footers, the header "
        "once more, the example of a template. The first 100, once the import is READY.",
        size=5,
    )
    def passed_over(self: Any) -> list[ImportPassedRow]:
        """Those with something in them."""
        facts = SheetFacts.unpacked(self.sheet)
        return [ImportPassedRow(row=row, text=text) for row, text in facts.passed] if facts else []

    @computed("How many records there are of each action and outcome.")
    async def counts(self: Any, info: Info) -> ImportCounts:
        """Counted with those of other imports."""
        found = await info.context.load(service.counts_by_import, self.id)

        def number(place: int, value: Any) -> int:
            return sum(count for values, count in found if values[place] == value.value)

        same = (ImportAction.UNCHANGED, ImportOutcome.UNCHANGED)
        return ImportCounts(
            **{each.value.lower(): number(0, each) for each in ImportAction if each not in same},
            **{each.value.lower(): number(1, each) for each in ImportOutcome if each not in same},
            unchanged=number(0, ImportAction.UNCHANGED),
            left=number(1, ImportOutcome.UNCHANGED),
        )


@query(_READ, "An import by its id; null when there is none that the caller may see.")
async def import_by_id(
    info: Info, id: Annotated[strawberry.ID, argument("The import.")]
) -> Import | None:
    """As `node` finds it."""
    return await info.context.load(service.imports_by_id, row_id("Import", id))


import_by_id.python_name = "import"


@query(
    _READ,
    "Imports that the caller began, the last first; owners and admins see all of the workspace. "
    "They are kept for 90 days.",
)
async def imports(
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[Import]:
    """A page of imports."""
    actor = info.context.require(_READ)
    return await connection(
        info, service.listing(actor), page_arguments(first, after, last, before)
    )


QUERIES = [import_by_id, imports]
