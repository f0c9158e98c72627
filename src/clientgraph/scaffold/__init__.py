"""Writes the beginning of a plugin: a whole distribution whose tests pass, to go on from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Final

from clientgraph.scaffold.numbers import Numbers, own_numbers

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST: Final = 24
_ENDING: Final = ".template"


class PluginKind(Enum):
    """What a new plugin is to bring."""

    REGISTRY = "registry"
    FIELD = "field"
    DOCUMENT = "document"
    EVENT = "event"
    EXTENSION = "extension"


def check_name(name: str) -> None:
    """Raises `ValueError`, with the way out, for what cannot be the name of a plugin."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise ValueError(
            f"'{name}' cannot be a plugin's name: take lower-case letters and digits, words joined "
            f"by hyphens, at most {_LONGEST} characters, such as 'acme-clubs'."
        )


def write_plugin(name: str, kind: PluginKind, parent: Path, numbers: Numbers | None = None) -> Path:
    """Write ``clientgraph-NAME`` into a folder; answers the new folder.

    ``numbers`` are those that a registry is asked for: where they are None, of a kind of its own.
    Raises `ValueError` for a bad name and `FileExistsError` where something is there already.
    """
    check_name(name)
    numbers = numbers or own_numbers(name)
    words = {**_words(name), **numbers.words}
    home = parent / words["distribution"]
    home.mkdir(parents=True)
    for path, text in _files(kind, numbers):
        file = home / path.replace("module", words["module"])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(Template(text).substitute(words), "utf-8")
    return home


def _words(name: str) -> dict[str, str]:
    """What stands for what in the templates."""
    first, *rest = name.split("-")
    camel_lower = first + "".join(part.capitalize() for part in rest)
    return {
        "name": name,
        "distribution": f"clientgraph-{name}",
        "module": f"clientgraph_{name.replace('-', '_')}",
        "snake": name.replace("-", "_"),
        "camel": camel_lower[0].upper() + camel_lower[1:],
        "camel_lower": camel_lower,
        "key": name.replace("-", "_").upper(),
        "title": name.replace("-", " ").capitalize(),
    }


def _files(kind: PluginKind, numbers: Numbers) -> Iterator[tuple[str, str]]:
    """Path and template of each file: those of every plugin, then those of its kind."""
    templates = files(__package__) / "templates"
    folders = ["common", kind.value]
    if kind is PluginKind.REGISTRY:
        folders.append("registry-known" if numbers.plugin else "registry-own")
    for folder in folders:
        for path, file in _below(templates / folder, ""):
            yield path.removesuffix(_ENDING), file.read_text("utf-8")


def _below(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for each in sorted(folder.iterdir(), key=lambda found: found.name):
        if each.is_dir():
            yield from _below(each, f"{path}{each.name}/")
        elif each.name.endswith(_ENDING):
            yield f"{path}{each.name}", each
