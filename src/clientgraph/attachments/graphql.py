"""The public face of attachments."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import strawberry

from clientgraph.attachments import models, service
from clientgraph.attachments.lists import of_record
from clientgraph.clients.graphql.types import Client
from clientgraph.clients.service import clients_by_id
from clientgraph.contacts.graphql import Contact
from clientgraph.contacts.service import contact_by_id
from clientgraph.events.graphql import Event
from clientgraph.events.service import event_by_id
from clientgraph.files.service import PATH, link
from clientgraph.graphql.fields import (
    Info,
    argument,
    column,
    computed,
    given,
    loaded,
    loaded_by,
    mutation,
)
from clientgraph.graphql.mutations import (
    ChangeInput,
    MutationInput,
    Payload,
    answer,
    deleted,
    draft,
    expected,
)
from clientgraph.graphql.nodes import RecordNode, record, row_id
from clientgraph.graphql.paging import (
    After,
    Before,
    Connection,
    First,
    Last,
    connections_by,
    page_arguments,
)
from clientgraph.organisations.graphql import Member
from clientgraph.organisations.service import member_by_id
from clientgraph.permissions import Permission

_WRITE, _DELETE = Permission.CLIENTS_WRITE, Permission.CLIENTS_DELETE


@record(models.Attachment, "A file that is kept with a client, a contact or an event.")
class Attachment(RecordNode):
    """Columns of an attachment."""

    client_id: strawberry.Private[UUID | None]
    title: str | None = column("What it is, such as Signed contract.")
    filename: str = column("The file's name.")
    media_type: str = column("What it is by its content, such as application/pdf.")
    size: int = column("Bytes.")
    sha256: str = column("Fingerprint of the bytes.")
    author: Member | None = loaded(
        "The member who attached it; null where a token of the workspace did.",
        member_by_id,
        key="author_id",
    )
    client: Client | None = loaded(
        "The client that it is kept with; null where it is a contact's or an event's.",
        clients_by_id,
        key="client_id",
    )
    contact: Contact | None = loaded(
        "The contact that it is kept with; null where it is not a contact's.",
        contact_by_id,
        key="contact_id",
    )
    event: Event | None = loaded(
        "The event that it is kept with; null where it is not an event's.",
        event_by_id,
        key="event_id",
    )

    @computed(
        "Where to fetch it: a path on this service. The link works without a token, as often as "
        "wanted, for a quarter of an hour.",
        reads=("id",),
    )
    def url(self: Any, info: Info) -> str:
        """Signed anew each time."""
        made = link(info.context.organisation_id, self.id)
        return made.path(info.context.signer, PATH)


@strawberry.input(description="A file to keep, and one record that it is kept with.")
class AttachmentCreateInput(MutationInput):
    """The file and one of three parents."""

    file_id: strawberry.ID = strawberry.field(
        description="The file, as `POST /files` answered it to the same member. It becomes the "
        "attachment, and is no file any more."
    )
    client_id: strawberry.ID | None = given("The client to keep it with.")
    contact_id: strawberry.ID | None = given("The contact to keep it with.")
    event_id: strawberry.ID | None = given("The event to keep it with.")
    title: str | None = given("What it is, such as Signed contract.")


@strawberry.input(description="Changes of an attachment. Absent fields stay, null clears.")
class AttachmentUpdateInput(ChangeInput):
    """The title."""

    title: str | None = given("What it is, such as Signed contract.")


@strawberry.input(description="Which attachment to delete.")
class AttachmentDeleteInput(ChangeInput):
    """One attachment."""


@strawberry.type(description="The new attachment.")
class AttachmentCreatePayload(Payload):
    """The attachment, or what was wrong."""

    attachment: Attachment | None = column("The attachment.")


@strawberry.type(description="The attachment after a change.")
class AttachmentUpdatePayload(Payload):
    """The attachment, or what was wrong."""

    attachment: Attachment | None = column("The attachment as it is now.")


@strawberry.type(description="What was deleted.")
class AttachmentDeletePayload(Payload):
    """The id, or what stood in the way."""

    deleted_id: strawberry.ID | None = column("The id of the attachment that is gone.")
    attachment: Attachment | None = column("The attachment as it stands, when it was not deleted.")


@mutation(
    _WRITE,
    "Keep a file for good, with exactly one record: a client, a contact or an event. Whoever sees "
    "the record sees it.",
)
async def attachment_create(
    info: Info, input: Annotated[AttachmentCreateInput, argument("The file and the record.")]
) -> AttachmentCreatePayload | None:
    """The caller's member is its author."""
    made = draft(input)
    names = {"file_id": "File", "client_id": "Client", "contact_id": "Contact", "event_id": "Event"}
    for name, type_name in names.items():
        if made.get(name) is not None:
            made[name] = row_id(type_name, made[name])
    return await answer(
        info,
        AttachmentCreatePayload,
        "attachment",
        lambda: service.create_attachment(info.context, made),
    )


@mutation(_WRITE, "Change the title of an attachment.")
async def attachment_update(
    info: Info, input: Annotated[AttachmentUpdateInput, argument("The changes.")]
) -> AttachmentUpdatePayload | None:
    """Absent fields stay."""
    attachment_id, made = row_id("Attachment", input.id), draft(input)
    return await answer(
        info,
        AttachmentUpdatePayload,
        "attachment",
        lambda: service.update_attachment(info.context, attachment_id, made, expected(input)),
    )


@mutation(
    _DELETE,
    "Delete an attachment. One of an event that is not open to all is deleted by its author or "
    "the event's alone.",
)
async def attachment_delete(
    info: Info, input: Annotated[AttachmentDeleteInput, argument("Which attachment.")]
) -> AttachmentDeletePayload | None:
    """For good."""
    attachment_id = row_id("Attachment", input.id)
    return await deleted(
        info,
        AttachmentDeletePayload,
        "attachment",
        input,
        lambda: service.delete_attachment(info.context, attachment_id, expected(input)),
    )


def _attachments_of(place: str) -> Any:
    """The field ``attachments`` of records that files are kept with."""

    def batch(
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Attachment]:
        arguments = page_arguments(first, after, last, before)
        return connections_by(info, f"{place}_id", of_record(place), arguments)

    return loaded_by(
        f"Files that are kept with the {place}, the last first.", batch, name="attachments"
    )


MUTATIONS = [attachment_create, attachment_update, attachment_delete]
EXTENSIONS = {
    "Client": [_attachments_of("client")],
    "Contact": [_attachments_of("contact")],
    "Event": [_attachments_of("event")],
}
