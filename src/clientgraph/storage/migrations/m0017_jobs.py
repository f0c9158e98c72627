"""Jobs: each a row of its own, and the queue of those that have not ended."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.ddl import record_table, typed, walls
from clientgraph.storage.session import Dialect

JOB: Final = """
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    payload TEXT NOT NULL,
    position TEXT NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER,
    result TEXT NOT NULL,
    code TEXT,
    params TEXT NOT NULL,
    language TEXT NOT NULL,
    token_id {uuid} NOT NULL,
    member_id {uuid},
    attempts INTEGER NOT NULL,
    next_try_at {time},
    started_at {time},
    ended_at {time},
    FOREIGN KEY (organisation_id, token_id) REFERENCES api_token (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES member (organisation_id, id),
    CHECK ((ended_at IS NULL) = (status IN ('QUEUED', 'RUNNING'))),
    CHECK ((code IS NULL) = (status <> 'FAILED'))"""
# Names of jobs, kinds and workspaces, nothing else: it has no wall, because who works it off looks
# for what is due in all workspaces. ``due_at`` of a row with a claim is the end of it.
QUEUE: Final = """
    CREATE TABLE job_due (
        id {uuid} PRIMARY KEY,
        workspace {uuid} NOT NULL,
        kind TEXT NOT NULL,
        due_at {time} NOT NULL,
        claim {uuid},
        attempts INTEGER NOT NULL
    )"""
INDEXES: Final = (
    "CREATE INDEX job_by_token ON job (organisation_id, token_id, id DESC)",
    "CREATE INDEX job_by_member ON job (organisation_id, member_id, id DESC)",
    "CREATE INDEX job_by_end ON job (organisation_id, ended_at)",
    "CREATE INDEX job_due_next ON job_due (due_at, id)",
    "CREATE INDEX job_due_of_workspace ON job_due (workspace, due_at)",
)


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table("job", JOB, dialect),
        typed(QUEUE, dialect),
        *INDEXES,
        *walls(dialect, ["job"]),
    ]
