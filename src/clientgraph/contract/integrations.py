"""What plugins do for those clients alone that are linked with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Integration:
    """Something that a plugin does for clients that are linked with it, and for no others.

    ``key``    upper snake case: ``WELCOME_LETTER``. It is kept with clients and templates: another
               key is another integration.
    ``label``  language → what a form shows; ``en`` is required.
    """

    key: str
    label: Mapping[str, str]
