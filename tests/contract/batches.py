"""Many clients in few requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clientgraph.testing import Workspace

PER_REQUEST = 10
_ROLES = ("OWNER", "ADMIN", "MEMBER")


async def new_clients(workspace: Workspace, inputs: Sequence[dict[str, Any]]) -> None:
    """Create clients, ten in a request; tokens take turns, for each has its own rate."""
    for start in range(0, len(inputs), PER_REQUEST):
        part = dict(enumerate(inputs[start : start + PER_REQUEST]))
        heads = ", ".join(f"$i{n}: ClientCreateInput!" for n in part)
        fields = " ".join(
            f"c{n}: clientCreate(input: $i{n}) {{ userErrors {{ code }} }}" for n in part
        )
        api = workspace.api(_ROLES[start // PER_REQUEST % len(_ROLES)])
        done = await api(f"mutation({heads}) {{ {fields} }}", {f"i{n}": i for n, i in part.items()})
        assert all(payload == {"userErrors": []} for payload in done.values()), done
