"""Who may do what: roles of members and tokens, and the permissions that they carry."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Role(Enum):
    """What a member or a token is in its workspace."""

    OWNER = "OWNER"
    ADMIN = "ADMIN"
    MEMBER = "MEMBER"
    VIEWER = "VIEWER"


class Permission(Enum):
    """What a field asks of its caller. Each field names exactly one."""

    PUBLIC = "public"
    VIEWER_READ = "viewer:read"
    ORGANISATION_READ = "organisation:read"
    ORGANISATION_WRITE = "organisation:write"
    MEMBERS_WRITE = "members:write"
    TOKENS_WRITE = "tokens:write"
    CLIENTS_READ = "clients:read"
    CLIENTS_WRITE = "clients:write"
    CLIENTS_DELETE = "clients:delete"
    INVITATION_OPEN = "invitation:open"
    INVITATION_ANSWER = "invitation:answer"


_READ = frozenset(
    {
        Permission.PUBLIC,
        Permission.VIEWER_READ,
        Permission.ORGANISATION_READ,
        Permission.CLIENTS_READ,
    }
)
_MEMBER = _READ | {Permission.CLIENTS_WRITE, Permission.CLIENTS_DELETE}
_ADMIN = _MEMBER | {
    Permission.ORGANISATION_WRITE,
    Permission.MEMBERS_WRITE,
    Permission.TOKENS_WRITE,
}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: _READ,
    Role.MEMBER: _MEMBER,
    Role.ADMIN: _ADMIN,
    Role.OWNER: _ADMIN,
}

# What an invitation lets somebody at a client do, who has no role: open it by its link, and look
# after one file.
LINK: frozenset[Permission] = frozenset({Permission.PUBLIC, Permission.INVITATION_OPEN})
INVITED: frozenset[Permission] = frozenset({Permission.PUBLIC, Permission.INVITATION_ANSWER})

# From least to most: nobody hands out more than they have.
RANK: Mapping[Role, int] = {Role.VIEWER: 0, Role.MEMBER: 1, Role.ADMIN: 2, Role.OWNER: 3}
