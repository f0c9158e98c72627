"""Which rows a session may touch. Both walls, in code and in the database, read this."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Scope:
    """One workspace, or what is needed to find out which.

    ``organisation`` opens the rows of that workspace, but for those that members keep private:
    ``member`` opens the ones that this member may see. ``credential`` (a token's hash, hex) opens
    the one row of a token that has it and that token's member, or the one invitation;
    ``operator`` opens the list of workspaces, and nothing in them.
    """

    organisation: UUID | None = None
    member: UUID | None = None
    credential: str | None = None
    operator: bool = False


def parameters(scope: Scope) -> dict[str, str]:
    """The scope as the texts that the database compares with; empty text opens nothing."""
    return {
        "organisation": str(scope.organisation or ""),
        "member": str(scope.member or ""),
        "credential": scope.credential or "",
        "operator": "on" if scope.operator else "",
    }
