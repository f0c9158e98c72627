"""The public face of files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from clientgraph.files import models, service
from clientgraph.graphql.fields import Info, column, computed, loaded
from clientgraph.graphql.nodes import RecordNode, record
from clientgraph.organisations.graphql import Member
from clientgraph.organisations.service import member_by_id


@record(models.File, "A file that was uploaded by `POST /files`, kept for a day.")
class File(RecordNode):
    """Columns of a file."""

    filename: str = column("Its name, without anything that is none.")
    media_type: str = column("What it is by its content, such as application/pdf.")
    size: int = column("Bytes.")
    sha256: str = column("Fingerprint of the bytes.")
    expires_at: datetime = column("Until when it is kept.")
    author: Member | None = loaded(
        "The member who uploaded it; null where a token of the workspace did.",
        member_by_id,
        key="member_id",
    )

    @computed(
        "Where to fetch it: a path on this service. The link works without a token, as often as "
        "wanted, for a quarter of an hour."
    )
    def url(self: Any, info: Info) -> str:
        """Signed anew each time."""
        return service.link_to(self).path(info.context.signer, service.PATH)
