"""What stands for "not to be told" or "nothing" in the answers of Insee, and is never a value."""

from __future__ import annotations

from typing import Final

from clientgraph import Json

# Sirene; Recherche d'entreprises; what Sirene puts where a trading name was given up.
_MASKS: Final = frozenset({"[ND]", "[NON-DIFFUSIBLE]"})
_NOTHING: Final = frozenset({"", "SUPPRESSION DU NOM COMMERCIAL"})


def is_masked(found: Json) -> bool:
    """Whether something is there that may not be told."""
    return _is_masked(found.text or "")


def told(found: Json) -> str | None:
    """The text of an answer, as `unmasked` has it."""
    return unmasked(found.text)


def unmasked(text: str | None) -> str | None:
    """The text; None for what is masked, is none, or says that there is none."""
    if text is None or _is_masked(text):
        return None
    stripped = text.strip()
    return None if stripped in _NOTHING else stripped


def _is_masked(text: str) -> bool:
    return any(mask in text for mask in _MASKS)
