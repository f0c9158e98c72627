"""The built packages work where nothing else is: an empty environment, outside of any checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from clientgraph.demo.companies import companies
from tests.commands.running import Shell

# It has a SQLite database of its own; running it once is enough.
pytestmark = pytest.mark.skipif(
    os.environ.get("CLIENTGRAPH_TEST_DATABASE") == "postgres", reason="runs on SQLite alone"
)
ROOT = Path(__file__).parents[2]
PROJECTS = (ROOT, ROOT / "plugins/clientgraph-stdnum")
QUERY = '{ clients { totalCount } identifierKinds(country: "FR") { key } }'


def pip(python: Path | str, *arguments: str | Path) -> None:
    """Run pip; its index and proxies are those of the machine."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CLIENTGRAPH_", "PYTHON"))}
    done = subprocess.run(
        [python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments],
        env=kept,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_wheels_serve_the_demo_in_an_empty_folder(tmp_path: Path) -> None:
    """Installed from the two wheels, the demo is filled and answers, plugin and data included."""
    wheels, folder, home = tmp_path / "dist", tmp_path / "empty", tmp_path / "environment"
    folder.mkdir()
    build = ("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels)
    pip(sys.executable, *build, *PROJECTS)
    names = sorted(path.name for path in wheels.iterdir())
    assert names == [
        "clientgraph-0.1.0-py3-none-any.whl",
        "clientgraph_stdnum-0.1.0-py3-none-any.whl",
    ]
    venv.create(home, with_pip=True)
    # The locked versions, so that a new release elsewhere cannot break this test.
    constraints = ("--constraint", _pins(tmp_path))
    pip(home / "bin/python", "install", *constraints, *(wheels / name for name in names))
    command = (str(home / "bin/clientgraph"),)
    with Shell(folder, {}).running("demo", "--port", "0", command=command) as server:
        token = (folder / "var/demo-token").read_text().strip()
        data = server.graphql(token, QUERY)["data"]
        status, page = server.get("/graphql", Accept="text/html")
        assert server.interrupt()[0] == 0
    assert data["clients"]["totalCount"] == len(companies())
    assert "FR_SIRET" in [kind["key"] for kind in data["identifierKinds"]]
    assert (status, 'id="graphiql"' in page) == (200, True)


def _pins(folder: Path) -> Path:
    """The versions of the lock, without hashes, which would then be asked of our wheels too."""
    lock = (ROOT / "requirements/runtime.txt").read_text("utf-8").splitlines()
    file = folder / "constraints.txt"
    pins = [line.removesuffix(" \\") for line in lock if line[:1].isalpha()]
    file.write_text("\n".join(pins), "utf-8")
    return file
