"""What each contender is told by the environment."""

from __future__ import annotations

import os
from typing import Final
from uuid import UUID

DATABASE_URL: Final = os.environ["BENCH_DATABASE_URL"]
SQLITE_FILE: Final = os.environ["BENCH_SQLITE_FILE"]
ORGANISATION: Final = UUID(os.environ["BENCH_ORGANISATION"])
POOL: Final = 10
