"""The public face of exports."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from clientgraph.clients.graphql.fields import ClientList, ClientSortType
from clientgraph.clients.graphql.inputs import ClientFilter
from clientgraph.clients.lists import ClientSort
from clientgraph.exports import models, service
from clientgraph.exports.models import ExportFormat
from clientgraph.fields.graphql.sorting import CustomFieldSort
from clientgraph.files.graphql import File
from clientgraph.files.service import files_by_id
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, given, loaded, mutation, query
from clientgraph.graphql.mutations import MutationInput, Payload, answer
from clientgraph.graphql.nodes import RecordNode, record, row_id
from clientgraph.graphql.paging import (
    After,
    Before,
    Connection,
    First,
    Last,
    connection,
    page_arguments,
)
from clientgraph.jobs.graphql import Job
from clientgraph.jobs.service import jobs_by_id
from clientgraph.lists import search_for
from clientgraph.organisations.graphql import Member
from clientgraph.organisations.service import member_by_id
from clientgraph.permissions import Permission

_READ = Permission.CLIENTS_READ
ExportFormatType = described(
    ExportFormat,
    "What an export is written as.",
    XLSX="A workbook; the columns are those that imports take.",
    CSV="Text in UTF-8, with the same columns.",
    JSON_LINES="A line of JSON for each client, with the names of this API.",
    VCARD="A vCard 4.0 for each contact, or for the client where it has none.",
)


@record(models.Export, "Clients of a list, written to a file in the background.")
class Export(RecordNode):
    """Columns of an export."""

    format: ExportFormatType = column("What it is written as.")  # type: ignore[valid-type]
    total: int = column("How many clients were listed when it was asked for.")
    file: File | None = loaded(
        "The file, once it is written; it is kept for a day, and seen by whoever asked for it.",
        files_by_id,
        key="file_id",
    )
    job: Job | None = loaded("The job that writes it.", jobs_by_id, key="job_id")
    author: Member | None = loaded(
        "The member who asked for it; null where a token of the workspace did.",
        member_by_id,
        key="member_id",
    )


@query(_READ, "An export by its id; null when there is none that the caller may see.")
async def export(
    info: Info, id: Annotated[strawberry.ID, argument("The export.")]
) -> Export | None:
    """As `node` finds it."""
    return await info.context.load(service.exports_by_id, row_id("Export", id))


@query(
    _READ,
    "Exports that the caller asked for, the last first; owners and admins see all of the "
    "workspace. They are kept for 30 days, their files for one.",
)
async def exports(
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[Export]:
    """A page of exports."""
    actor = info.context.require(_READ)
    return await connection(
        info, service.listing(actor), page_arguments(first, after, last, before)
    )


@strawberry.input(description="Which clients to write, and how. The list is that of `clients`.")
class ExportCreateInput(MutationInput):
    """What the arguments of `clients` say, and a format."""

    format: ExportFormatType = strawberry.field(  # type: ignore[valid-type]
        description="What to write."
    )
    columns: list[str] | None = given(
        "Keys of fields, of `importFields`, for XLSX and CSV; all of them when absent."
    )
    view: strawberry.ID | None = given("A saved view of `clients`, as its argument takes it.")
    search: str | None = given("Words that must all be found.")
    filter: ClientFilter | None = given("Which to write.")
    sort: list[ClientSortType] | None = given("The order.")
    sort_by_custom_field: CustomFieldSort | None = given("A custom field to sort by first.")
    include_inactive: bool | None = strawberry.field(
        default=False, description="Also inactive clients."
    )


@strawberry.type(description="The export that is being written.")
class ExportCreatePayload(Payload):
    """The export, or what was wrong."""

    export: Export | None = column("The export; its `file` is there once its `job` has ended.")


@mutation(
    _READ,
    "Write the clients of a list to a file, in the background. Which clients these are is settled "
    "now; what they are like, when they are written.",
)
async def export_create(
    info: Info, input: Annotated[ExportCreateInput, argument("Which clients.")]
) -> ExportCreatePayload | None:
    """The export's job tells how far it is."""
    wanted = ClientList(
        search=input.search or None,
        filter=input.filter or None,
        sort=[ClientSort(each) for each in input.sort or ()],
        sort_by_custom_field=input.sort_by_custom_field or None,
        include_inactive=bool(input.include_inactive),
        view=input.view or None,
    )
    kind, columns = ExportFormat(input.format), input.columns or None

    async def run() -> Any:
        text, found = await wanted.found(info)
        listing = found(search_for(info.context, "client", text))
        return await service.export_clients(info.context, listing, kind, columns)

    return await answer(info, ExportCreatePayload, "export", run)


QUERIES = [export, exports]
MUTATIONS = [export_create]
