"""What `import clientgraph` offers to plugins, and what it costs those who want none of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

import clientgraph

IMPORTED = "import sys, clientgraph; print('strawberry' in sys.modules, 'tortoise' in sys.modules)"


@pytest.mark.parametrize("name", clientgraph.__all__)
def test_every_name_can_be_had(name: str) -> None:
    """Each name of `__all__` leads to something, and `dir` tells it."""
    assert getattr(clientgraph, name) is not None
    assert name in dir(clientgraph)


def test_other_names_are_refused() -> None:
    """What a module of the service imports for itself is not at the front door."""
    assert not hasattr(clientgraph, "encode")
    with pytest.raises(AttributeError, match="module 'clientgraph' has no attribute 'Nothing'"):
        _ = clientgraph.Nothing


def test_the_import_alone_loads_nothing() -> None:
    """The libraries of the service are imported with the first name that is asked for."""
    done = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, check=True)
    assert done.stdout.split() == [b"False", b"False"]
