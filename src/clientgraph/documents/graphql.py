"""The public face of documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON

from clientgraph.context import Context
from clientgraph.documents import service
from clientgraph.documents.links import Link
from clientgraph.documents.making import MadeDocument
from clientgraph.documents.service import Offered
from clientgraph.graphql.fields import Info, argument, column, computed, given, mutation, query
from clientgraph.graphql.mutations import MutationInput, Payload, answer
from clientgraph.graphql.nodes import row_id
from clientgraph.permissions import Permission

# In points: a token can have twenty documents made at once, and then one a second.
COST = 100
_USUAL_NUMBER = 5


@strawberry.type(description="A kind of document that can be made about clients.")
class DocumentTemplate:
    """Declared by a plugin."""

    offered: strawberry.Private[Offered]

    @computed("Stable name, such as BANK_DETAILS.")
    def key(self) -> str:
        """The template's key."""
        return self.offered.template.key

    @computed("What a button shows, in the caller's language.")
    def label(self, info: Info) -> str:
        """English where the plugin lacks the language."""
        texts = self.offered.template.label
        return texts.get(info.context.language) or texts["en"]

    @computed("Media types that it can be had in, the usual one first.", size=2)
    def formats(self) -> list[str]:
        """The template's."""
        return list(self.offered.template.formats)

    @computed("JSON Schema (2020-12) of `options`, for a form.")
    def options_schema(self) -> JSON:
        """The template's."""
        return JSON(dict(self.offered.template.options))

    @computed("How many clients one document can be about.")
    def most_clients(self) -> int:
        """The template's, within the service's."""
        return min(self.offered.template.most, service.MOST_CLIENTS)

    @computed("Whether the workspace has it.")
    def is_available(self) -> bool:
        """No feature that it takes is off."""
        return self.offered.lacks is None

    @computed("Why the workspace does not have it, in the operator's words.")
    def reason(self) -> str | None:
        """Of the feature that is off."""
        return self.offered.lacks.reason if self.offered.lacks else None


@strawberry.type(description="A file that was rendered.")
class Document:
    """What there is to know before fetching it."""

    id: strawberry.ID = column("Its id.")
    template: str = column("The key of the template that it was made by.")
    filename: str = column("The name that a browser saves it by.")
    media_type: str = column("What it is, such as application/pdf.")
    size: int = column("Bytes.")
    sha256: str = column("Fingerprint of the bytes; the same input makes the same bytes.")
    url: str = column(
        "Where to fetch it: a path on this service. The link works without a token, as often as "
        "wanted, until `expiresAt`; with `validateOnly` there is nothing behind it."
    )
    expires_at: datetime = column("Until when it can be fetched.")


@query(
    Permission.CLIENTS_READ,
    "The kinds of documents that can be made about clients, by key.",
    size=_USUAL_NUMBER,
)
async def document_templates(info: Info) -> list[DocumentTemplate]:
    """Those that the workspace lacks too, with the reason."""
    found = await service.offered_templates(info.context)
    return [DocumentTemplate(offered=each) for each in found]


@strawberry.input(description="Which document to make.")
class DocumentRenderInput(MutationInput):
    """Template, clients and choices."""

    template: str = strawberry.field(description="A key from `documentTemplates`.")
    client_id: strawberry.ID | None = given("The client that it is about.")
    client_ids: list[strawberry.ID] | None = given(
        "The clients that it is about, in this order, where a template takes several."
    )
    language: str | None = given(
        "en, fr, nl or de. By default that of the one client, or else the caller's."
    )
    format: str | None = given("One of the template's media types; the first by default.")
    options: JSON | None = given("As the template's `optionsSchema` has them.")
    date: date | None = given("The day that the document bears; today (UTC) by default.")


@strawberry.type(description="The file that was made.")
class DocumentRenderPayload(Payload):
    """The document, or what was wrong."""

    document: Document | None = column("The document.")


async def _make(context: Context, input: Mapping[str, Any]) -> MadeDocument:
    one = input.get("clientId")
    several = [*([one] if one else []), *(input.get("clientIds") or ())]
    draft = {
        "template": input["template"],
        "client_ids": [row_id("Client", each) for each in several],
        "language": input.get("language"),
        "format": input.get("format"),
        "options": input.get("options"),
        "date": input.get("date"),
    }
    return await service.make_document(context, draft, datetime.now(UTC).date())


@mutation(
    Permission.CLIENTS_READ,
    "Make a document about clients, to be fetched for a quarter of an hour. No record is changed.",
    ahead=_make,
    cost=COST,
)
async def document_render(
    info: Info,
    input: Annotated[DocumentRenderInput, argument("Which document.")],  # noqa: ARG001
) -> DocumentRenderPayload | None:
    """Made before the transaction was opened, and stored in it."""

    async def keep() -> Document:
        made: MadeDocument = info.context.answer(str(info.path.key))
        row = await service.keep_document(info.context, made)
        link = Link(row.organisation_id, row.id, row.expires_at)
        return Document(
            id=strawberry.ID(row.id.hex),
            template=row.template,
            filename=row.filename,
            media_type=row.media_type,
            size=row.size,
            sha256=row.sha256,
            url=link.path(info.context.signer),
            expires_at=row.expires_at,
        )

    return await answer(info, DocumentRenderPayload, "document", keep)


QUERIES = [document_templates]
MUTATIONS = [document_render]
