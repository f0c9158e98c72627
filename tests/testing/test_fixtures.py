"""What pytest loads in every run of every project costs that project nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

UNRELATED = """
import sys

def test_nothing_of_the_service_is_loaded():
    assert "pytest_clientgraph" in sys.modules
    assert "clientgraph" not in sys.modules
"""


def test_other_projects_do_not_notice(tmp_path: Path) -> None:
    """The fixtures are known, and the service is not imported."""
    (tmp_path / "test_it.py").write_text(UNRELATED, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "test_it.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
