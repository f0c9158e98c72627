"""Folders for files that are needed for a moment, which no process leaves behind.

They are in a folder of the process, which is locked for as long as it lives. The lock ends with the
process, however that ends: then any other one on the host takes the folder away.
"""

from __future__ import annotations

import atexit
import fcntl
import logging
import os
import shutil
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir, mkdtemp
from typing import Final

log = logging.getLogger(__name__)

PREFIX: Final = "clientgraph-"
_LOCK: Final = "lock"


def scratch_folder(purpose: str) -> TemporaryDirectory[str]:
    """A new folder, which is gone when its block ends, or after its process."""
    return TemporaryDirectory(prefix=f"{purpose}-", dir=_own(os.getpid()))


@lru_cache
def _own(process: int) -> Path:
    """The folder of this process; one that it forks gets its own."""
    made = Path(mkdtemp(prefix=PREFIX))
    lock = os.open(made / f"{_LOCK}.new", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    # Whoever sees it under its name sees it locked. It stays open until the process ends.
    (made / f"{_LOCK}.new").rename(made / _LOCK)
    atexit.register(_leave, made, process)
    return made


def _leave(made: Path, process: int) -> None:
    if os.getpid() == process:
        shutil.rmtree(made, ignore_errors=True)


def remove_abandoned() -> None:
    """Take away the folders of processes that were killed."""
    for lock in Path(gettempdir()).glob(f"{PREFIX}*/{_LOCK}"):
        with suppress(OSError):
            if lock.stat().st_uid == os.getuid() and _is_free(lock):
                shutil.rmtree(lock.parent, ignore_errors=True)
                log.info("files of a process that was killed were removed")


def _is_free(lock: Path) -> bool:
    held = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(held)
    return True
