"""Tells the operator of welcome letters that a person should look after.

Health checks see no workspace. A periodic task of each workspace leaves its numbers in a file of
the plugin's own, and nothing else of the workspace.
"""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from clientgraph import HealthCheck, HealthReport, HealthStatus, InstanceContext, PluginContext

RECENT: Final = timedelta(days=7)
# Seconds; what no periodic task has told for longer holds no more.
FRESH: Final = 3600.0
_FOLDER: Final = "letters"
_UNCLEAR: Final = (
    "SELECT COUNT(*) AS number FROM invoicing_welcome WHERE state = 'UNCLEAR' AND updated_at > ?"
)
_GIVEN_UP: Final = (
    "SELECT COUNT(*) AS number FROM invoicing_welcome"
    " WHERE state = 'FAILED' AND attempts >= ? AND updated_at > ?"
)


async def count(context: PluginContext, most_attempts: int) -> None:
    """Note how many letters of a workspace were lately given up, or may have been sent or not."""
    since = datetime.now(UTC) - RECENT
    path = context.folder / _FOLDER / f"{context.organisation_id.hex}.json"
    found = {
        "unclear": await _number(context, _UNCLEAR, since),
        "given_up": await _number(context, _GIVEN_UP, most_attempts, since),
    }
    if any(found.values()) or path.exists():
        _write(path, json.dumps(found))


def report(context: InstanceContext) -> HealthReport:
    """The sum over all workspaces."""
    oldest = time.time() - FRESH
    told = [
        json.loads(path.read_text("utf-8"))
        for path in (context.folder / _FOLDER).glob("*.json")
        if path.stat().st_mtime > oldest
    ]
    unclear, given_up = (sum(each[name] for each in told) for name in ("unclear", "given_up"))
    if not unclear and not given_up:
        return HealthReport(status=HealthStatus.OK, message="no letter needs a person")
    return HealthReport(
        status=HealthStatus.DEGRADED,
        message=f"welcome letters of the last {RECENT.days} days: {unclear} that the mail server "
        f"may have taken or not, {given_up} given up; the histories of their clients say so",
    )


async def _number(context: PluginContext, statement: str, *values: object) -> int:
    return int((await context.select(statement, values))[0]["number"])


def _write(path: Path, text: str) -> None:
    """In one piece for those who read it meanwhile."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = path.with_suffix(f".{os.getpid()}")
    made.write_text(text, "utf-8")
    made.replace(path)


CHECK: Final = HealthCheck(key="unclear_letters", check=report)
