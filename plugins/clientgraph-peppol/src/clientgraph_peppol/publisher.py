"""The Service Metadata Publisher of a participant: which documents it receives (SMP 1.x)."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, unquote

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from clientgraph import HttpClient, Unavailable
from clientgraph_peppol.locator import SCHEME

SERVICE: Final = "smp"
_NAMESPACE: Final = "http://busdox.org/serviceMetadata/publishing/1.0/"
_GROUP: Final = f"{{{_NAMESPACE}}}ServiceGroup"
_COLLECTION: Final = f"{{{_NAMESPACE}}}ServiceMetadataReferenceCollection"
_PARTICIPANT: Final = ".//{*}ParticipantIdentifier"
_REFERENCE: Final = f"{{{_NAMESPACE}}}ServiceMetadataReference"
_BETWEEN: Final = "/services/"
_OK, _NOT_FOUND = 200, 404


async def documents_of(client: HttpClient, publisher: str, participant: str) -> list[str] | None:
    """The types of documents that a participant receives, sorted; None where it is not known.

    Raises `Unavailable` where the publisher does not answer, or not with the whole service group
    of this participant.
    """
    answer = await client.get(f"{publisher}/{quote(f'{SCHEME}::{participant}', safe='')}")
    if answer.status == _NOT_FOUND:
        return None
    if answer.status != _OK:
        raise Unavailable(f"the publisher answers with status {answer.status}")
    try:
        group = fromstring(answer.content)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unavailable("the publisher answers no XML") from error
    if group.tag != _GROUP or group.find(_COLLECTION) is None:
        raise Unavailable("the publisher answers no service group")
    named = (group.findtext(_PARTICIPANT) or participant).strip()
    if named.lower() != participant.lower():
        raise Unavailable("the publisher answers of another participant")
    links = (each.get("href", "") for each in group.iter(_REFERENCE))
    return sorted({unquote(link.partition(_BETWEEN)[2]) for link in links if _BETWEEN in link})
