"""What sheets can hold, and the sheet that is handed out: the public face."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from clientgraph.columns.fields import sheet_fields
from clientgraph.columns.presets import presets
from clientgraph.context import Context
from clientgraph.files.graphql import File
from clientgraph.graphql.fields import Info, argument, column, given, mutation, query
from clientgraph.graphql.mutations import MutationInput, Payload, answer
from clientgraph.imports.templates import keep_sheet, make_sheet
from clientgraph.permissions import Permission

_READ = Permission.CLIENTS_READ
_USUAL_NUMBER = 100
# In points: a workbook is made.
COST = 20


@strawberry.type(description="A field that a column of a sheet can be.")
class ImportField:
    """Of a client, of its contacts or of its addresses."""

    key: str = column(
        "Its key, such as name or contacts.email; that of the second is contacts.2.email."
    )
    label: str = column("What its column is called, in the caller's language.")
    is_required: bool = column("Whether a record without it is refused.")
    options: list[str] = column(
        "What its cells can be, in the caller's language; none for anything.", size=1, cost=0
    )
    example: str | None = column("What a cell may hold.")


@strawberry.type(description="The sheet of a product whose columns are known.")
class ImportPreset:
    """A product."""

    key: str = column("Its key, to be given to `importPreview`.")
    title: str = column("The product.")
    headers: list[str] = column("The columns of its sheet.", size=1, cost=0)


@query(
    _READ, "The fields that columns of a sheet can be, in the order of a sheet.", size=_USUAL_NUMBER
)
async def import_fields(info: Info) -> list[ImportField]:
    """With the workspace's custom fields and all kinds of identifiers."""
    language = info.context.language
    return [
        ImportField(
            key=each.key,
            label=each.label(language),
            is_required=each.is_required,
            options=list((each.options or {}).get(language) or ()),
            example=each.example or None,
        )
        for each in await sheet_fields(info.context)
    ]


@query(_READ, "Products whose sheets are known by their columns, by key.", size=20)
async def import_presets(info: Info) -> list[ImportPreset]:  # noqa: ARG001 - asked for permission
    """The same in all workspaces."""
    return [
        ImportPreset(key=each.key, title=each.title, headers=[header for header, _ in each.columns])
        for _, each in sorted(presets().items())
    ]


@strawberry.input(description="Which sheet to make.")
class ImportTemplateCreateInput(MutationInput):
    """The workspace's own, or a product's."""

    preset: str | None = given(
        "The key of a product, of `importPresets`; the workspace's own if absent."
    )


@strawberry.type(description="The sheet to be filled in.")
class ImportTemplateCreatePayload(Payload):
    """The file, or what was wrong."""

    file: File | None = column("The workbook; its `url` opens it.")


async def _make(context: Context, input: Mapping[str, Any]) -> Any:
    return await make_sheet(context, input.get("preset"))


@mutation(
    _READ,
    "Make the sheet that is filled in to be imported: a workbook with the workspace's fields in "
    "the caller's language, required ones with a star, lists to choose from and an example. No "
    "record is changed.",
    ahead=_make,
    cost=COST,
)
async def import_template_create(
    info: Info,
    input: Annotated[ImportTemplateCreateInput, argument("Which sheet.")],  # noqa: ARG001
) -> ImportTemplateCreatePayload | None:
    """Made before the transaction was opened, and given a row in it."""

    async def keep() -> Any:
        return await keep_sheet(info.context, info.context.answer(str(info.path.key)))

    return await answer(info, ImportTemplateCreatePayload, "file", keep)


QUERIES = [import_fields, import_presets]
MUTATIONS = [import_template_create]
