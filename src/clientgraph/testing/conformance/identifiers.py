"""What kinds of identifiers must bear."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import pytest

from clientgraph.contract.identifiers import IdentifierError, IdentifierKind
from clientgraph.declarations import LONGEST_VALUE
from clientgraph.hookspecs import LANGUAGES
from clientgraph.testing.conformance import hostile
from clientgraph.testing.workspaces import Api, Workspaces

CODES = frozenset({"INVALID_FORMAT", "INVALID_LENGTH", "INVALID_CHECKSUM", "INVALID_COMPONENT"})
SIGNS = "0123456789ABCXYZabcz -./'\u00e9\u0660\uff11\u200e\x00"
DAMAGES = 60
SECONDS = 1.0


class IdentifierKindConformance:
    """Every kind of ``kinds`` reads, prints and refuses as the contract says.

    ``kinds``      as the plugin's hook answers them.
    ``refused``    texts that a kind must refuse: its key, the text, the code.
    ``codes``      codes of the plugin's own that kinds refuse with.
    ``languages``  in which labels are asked for.
    """

    pytestmark = pytest.mark.anyio

    kinds: ClassVar[Sequence[IdentifierKind]]
    refused: ClassVar[Sequence[tuple[str, str, str]]] = ()
    codes: ClassVar[frozenset[str]] = frozenset()
    languages: ClassVar[Sequence[str]] = LANGUAGES

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each kind."""
        if "kind" in metafunc.fixturenames:
            metafunc.parametrize("kind", self.kinds, ids=[kind.key for kind in self.kinds])

    def test_the_example_is_printed_as_it_was_typed(self, kind: IdentifierKind) -> None:
        """It is the printed form of its own stored form."""
        assert kind.format(kind.parse(kind.example)) == kind.example

    def test_reading_again_changes_nothing(self, kind: IdentifierKind) -> None:
        """Neither of the stored form nor of the printed one; blanks around do not count."""
        stored = kind.parse(kind.example)
        assert isinstance(stored, str)
        assert 0 < len(stored) <= LONGEST_VALUE
        for text in (stored, kind.format(stored), f" {kind.example}\u00a0"):
            assert kind.parse(text) == stored, text

    def test_the_label_speaks_all_languages(self, kind: IdentifierKind) -> None:
        """English is what others fall back to; users expect their own."""
        assert [name for name in self.languages if not kind.label.get(name)] == []

    def test_what_follows_is_of_known_kinds(
        self, kind: IdentifierKind, workspaces: Workspaces
    ) -> None:
        """Derived identifiers are as their own kinds store them."""
        known = workspaces.plugins.kinds
        for key, value in kind.derive(kind.parse(kind.example)).items():
            assert key in known, f"{key} is no known kind"
            assert known[key].parse(value) == value

    def test_hostile_texts_are_stored_or_refused(self, kind: IdentifierKind) -> None:
        """Control characters, emoji, halves of characters, look-alikes, markup."""
        for text in hostile.TEXTS:
            self._stored_or_refused(kind, text)

    def test_damaged_examples_are_stored_or_refused(self, kind: IdentifierKind) -> None:
        """Characters swapped, lost and replaced; the same ones in each run."""
        for text in _damaged(kind):
            self._stored_or_refused(kind, text)

    def test_long_texts_are_refused_at_once(self, kind: IdentifierKind) -> None:
        """Work is bounded, whatever the length."""
        begun = time.monotonic()
        with pytest.raises(IdentifierError):
            kind.parse("9" * 1_000_000)
        assert time.monotonic() - begun < SECONDS

    def test_wrong_numbers_are_refused(self, kind: IdentifierKind) -> None:
        """With the code that tells what is wrong."""
        for key, text, code in self.refused:
            if key == kind.key:
                with pytest.raises(IdentifierError) as refusal:
                    kind.parse(text)
                assert refusal.value.code == code, text

    async def test_the_api_takes_and_shows_it(self, kind: IdentifierKind, api: Api) -> None:
        """A client with the example has it, valid and printed."""
        given = [{"kind": kind.key, "value": kind.example}]
        shown = "identifiers { kind { key } value formatted isValid derivedFrom }"
        made = await api.new_client(identifiers=given, selection=shown)
        (own,) = [each for each in made["identifiers"] if each["derivedFrom"] is None]
        assert own == {
            "kind": {"key": kind.key},
            "value": kind.parse(kind.example),
            "formatted": kind.example,
            "isValid": True,
            "derivedFrom": None,
        }

    def _stored_or_refused(self, kind: IdentifierKind, text: str) -> None:
        try:
            stored = kind.parse(text)
        except IdentifierError as error:
            if error.code in CODES | self.codes:
                return
            raise
        assert 0 < len(stored) <= LONGEST_VALUE, ascii(text)
        assert kind.parse(stored) == stored, ascii(text)
        assert kind.parse(kind.format(stored)) == stored, ascii(text)
        assert isinstance(kind.derive(stored), Mapping), ascii(text)


def _damaged(kind: IdentifierKind) -> Iterator[str]:
    chance = random.Random(kind.key)  # noqa: S311 - the same in each run
    for _ in range(DAMAGES):
        text = list(kind.example)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(text) + 1)
            text[place : place + chance.randint(0, 2)] = chance.choice(SIGNS)
        yield "".join(text)
