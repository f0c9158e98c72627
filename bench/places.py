"""Where the benchmark keeps its things, and on which cores it runs what."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

BENCH: Final = Path(__file__).parent
ROOT: Final = BENCH.parent
VAR: Final = BENCH / "var"
# The service's own environment, which the usual Strawberry with Tortoise and the limits share,
# and that of the contenders whose libraries do not go together with it.
PRODUCT_PYTHON: Final = ROOT / ".venv" / "bin"
PEER_PYTHON: Final = BENCH / ".venv" / "bin"

_CORES: Final = sorted(os.sched_getaffinity(0))
SERVER_CORE: Final = _CORES[0]
DATABASE_CORE: Final = _CORES[-1]
