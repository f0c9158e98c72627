"""clientgraph: the client-record service. What a plugin may import is listed in `front_door`."""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clientgraph.front_door import *  # noqa: F403 - its __all__ is the list
    from clientgraph.front_door import __all__ as __all__
else:
    # Fetched with the first name that is asked for: they stand for most of the service.
    def __getattr__(name: str) -> Any:
        """A name of the front door, which is kept."""
        # Modules are asked for here, too, before they are imported.
        if find_spec(f"clientgraph.{name}") is None:
            door = import_module("clientgraph.front_door")
            if name == "__all__" or name in door.__all__:
                return globals().setdefault(name, getattr(door, name))
        raise AttributeError(f"module 'clientgraph' has no attribute {name!r}")

    def __dir__() -> list[str]:
        """What there is, the names of the front door included."""
        return sorted({*globals(), *import_module("clientgraph.front_door").__all__})
