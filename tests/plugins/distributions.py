"""Distributions that announce plugins, installed for one test: as pip leaves them behind."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent


def install(folder: Path, name: str, code: str, *, plugin: str = "", version: str = "1.0") -> None:
    """Install the distribution ``name`` into a folder, whose module is this code.

    It announces the module as the plugin of this name, its own unless another is given.
    """
    module = name.replace("-", "_").lower()
    (folder / f"{module}.py").write_text(dedent(code), "utf-8")
    info = folder / f"{module}-{version}.dist-info"
    info.mkdir()
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    (info / "METADATA").write_text(head, "utf-8")
    points = f"[clientgraph.plugins]\n{plugin or name} = {module}\n"
    (info / "entry_points.txt").write_text(points, "utf-8")
