"""What a header means by its words: in any language, with the columns around it where it is vague.

Case, accents, punctuation and blanks do not count, nor does a star.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from clientgraph.columns import declared
from clientgraph.columns.declared import squeezed
from clientgraph.columns.fields import FULL_NAME, SheetField, SheetFields, numbered

HEADER, SYNONYM = "HEADER", "SYNONYM"
# A header this much like a known one is a slip of the pen.
_ALIKE: Final = 92
_SHORTEST_ALIKE: Final = 7
_NUMBER: Final = re.compile(r"(?<!\d)(\d)(?!\d)")
_ADDRESSES: Final = ("billing", "delivery")
_STREET: Final = "addresses.line1"
_LAST_NAME: Final = "contacts.lastName"
_VAGUE: Final = ("name", "email", "phone")
_OF_CONTACTS: Final = {"name": FULL_NAME, "email": "contacts.email", "phone": "contacts.phone"}


@dataclass(frozen=True)
class Meaning:
    """What one header means: a field, or one of several of which the other columns decide.

    ``vague`` is a word of generic.toml; ``which`` is ``billing`` or ``delivery`` for parts of such
    an address; ``ordinal`` is the number in it, if any.
    """

    key: str | None
    how: str
    vague: str | None = None
    which: str | None = None
    ordinal: int | None = None


class Headers:
    """The headers that are known in a workspace."""

    def __init__(self, fields: SheetFields) -> None:
        self._known: dict[str, tuple[str, str]] = {}
        self._found: dict[str, Meaning | None] = {}
        for each in fields:
            for label in (*each.labels.values(), each.key):
                self._known.setdefault(squeezed(label), (each.key, HEADER))
        for each in fields:
            for synonym in _synonyms(each):
                self._known.setdefault(squeezed(synonym), (each.key, SYNONYM))
        self._known.pop("", None)
        self._vague = {word: name for name in _VAGUE for word in declared.generic()[name]}
        for key, _ in list(self._known.items()):
            if key in self._vague:
                del self._known[key]

    def meaning(self, header: str) -> Meaning | None:
        """What a header means; None where it says nothing."""
        if header not in self._found:
            self._found[header] = self._read(header)
        return self._found[header]

    def _read(self, header: str) -> Meaning | None:
        word = squeezed(header)
        if not word:
            return None
        return (
            self._plain(word)
            or self._numbered(header)
            or self._of_address(word, None)
            or self._of_contact(word, None)
            or self._nearly(word)
        )

    def _plain(self, word: str, ordinal: int | None = None) -> Meaning | None:
        if word in self._vague:
            return Meaning(None, SYNONYM, vague=self._vague[word], ordinal=ordinal)
        if word in self._known:
            key, how = self._known[word]
            return Meaning(key, how, ordinal=ordinal)
        return None

    def _numbered(self, header: str) -> Meaning | None:
        """A header with one digit in it: the second, third … contact or address."""
        if not header.isascii():
            header = header.replace("\u00b2", "2")
        numbers = _NUMBER.findall(header)
        if len(numbers) != 1 or numbers[0] == "0":
            return None
        ordinal, word = int(numbers[0]), squeezed(_NUMBER.sub(" ", header))
        found = (
            self._plain(word, ordinal)
            or self._of_address(word, ordinal)
            or self._of_contact(word, ordinal)
            or self._plain_address(word, ordinal)
        )
        if found is None or (
            found.key and found.key.split(".")[0] not in ("contacts", "addresses")
        ):
            return self._moved(found, ordinal)
        return found

    def _moved(self, found: Meaning | None, ordinal: int) -> Meaning | None:
        """What has one value for a client, numbered: the contact's or address's of that number."""
        others = {
            "email": "contacts.email",
            "phone": "contacts.phone",
            "country": "addresses.country",
        }
        others["locale"] = "contacts.locale"
        if found is None or found.key not in others:
            return found if found and ordinal == 1 else None
        return Meaning(others[found.key], found.how, ordinal=ordinal)

    def _of_address(self, word: str, ordinal: int | None) -> Meaning | None:
        for which in _ADDRESSES:
            for rest in _without(word, declared.generic()[which]):
                key = self._address_key(rest)
                if key:
                    return Meaning(key, SYNONYM, which=which, ordinal=ordinal)
        return None

    def _address_key(self, rest: str) -> str | None:
        if rest == "":
            return None
        found = self._known.get(rest)
        if found is None:
            return next(
                (
                    key
                    for each in _without(rest, declared.generic()["address"])
                    if (key := self._address_key(each))
                ),
                None,
            )
        key = "addresses.country" if found[0] == "country" else found[0]
        return key if key.startswith("addresses.") else None

    def _plain_address(self, word: str, ordinal: int | None) -> Meaning | None:
        for rest in _without(word, declared.generic()["address"]):
            key = self._address_key(rest)
            if key:
                return Meaning(key, SYNONYM, ordinal=ordinal)
        return None

    def _of_contact(self, word: str, ordinal: int | None) -> Meaning | None:
        """A word for a person with the name of a field of persons, before or behind it."""
        for rest in _without(word, declared.generic()["contact"]):
            vague = self._vague.get(rest)
            if vague:
                return Meaning(_OF_CONTACTS[vague], SYNONYM, ordinal=ordinal)
            found = self._known.get(rest)
            if found and found[0].startswith("contacts."):
                return Meaning(found[0], SYNONYM, ordinal=ordinal)
            if found and found[0] in ("email", "phone", "locale"):
                return Meaning(f"contacts.{found[0]}", SYNONYM, ordinal=ordinal)
        return None

    def _nearly(self, word: str) -> Meaning | None:
        if len(word) < _SHORTEST_ALIKE or any(letter.isdecimal() for letter in word):
            return None
        found = process.extractOne(word, list(self._known), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        return Meaning(self._known[found[0]][0], SYNONYM) if found else None


def is_plain_last_name(header: str) -> bool:
    """Whether a header of last names has no word for a contact in it."""
    word = squeezed(header)
    return not any(each in word for each in declared.generic()["contact"])


def _synonyms(field: SheetField) -> Iterator[str]:
    yield from field.synonyms
    if field.path[0] == "identifiers":
        yield field.path[1]
    if "custom_fields" in field.path:
        yield field.path[-1]


def _without(word: str, affixes: Sequence[str]) -> Iterator[str]:
    """The word without each affix that it begins or ends with."""
    for affix in affixes:
        if word.startswith(affix) and len(word) > len(affix):
            yield word[len(affix) :]
        if word.endswith(affix) and len(word) > len(affix):
            yield word[: -len(affix)]


def settled(meanings: Mapping[int, Meaning]) -> tuple[dict[int, tuple[str, str]], dict[str, str]]:
    """Column → key with ordinal and how it was found, each key once; and texts that follow."""
    return _Settling(meanings).done()


class _Settling:
    """All headers of a sheet together."""

    def __init__(self, meanings: Mapping[int, Meaning]) -> None:
        self.meanings = meanings
        self.taken: dict[str, int] = {}
        self.found: dict[int, tuple[str, str]] = {}
        self.ordinals: dict[str, int] = {}
        self.clear = {each.key for each in meanings.values() if each.key}

    def done(self) -> tuple[dict[int, tuple[str, str]], dict[str, str]]:
        self._number_addresses()
        for index, each in self.meanings.items():
            if each.key:
                self._take(index, each.key, each)
        for index, each in self.meanings.items():
            if each.vague:
                self._take_vague(index, each)
        kinds = {"delivery": "DELIVERY", "billing": "BILLING"}
        constants = {
            numbered("addresses.kind", ordinal): kinds[which]
            for which, ordinal in self.ordinals.items()
            if ordinal > 1 or which == "delivery"
        }
        return dict(sorted(self.found.items())), constants

    def _number_addresses(self) -> None:
        """Addresses for billing and delivery come behind the plain one, where that has a street."""
        plain = [
            (each.key, each.ordinal or 1)
            for each in self.meanings.values()
            if each.key and each.key.startswith("addresses.") and each.which is None
        ]
        has_street = any(key == _STREET for key, _ in plain)
        last = max((ordinal for _, ordinal in plain), default=0) if has_street else 0
        for which in _ADDRESSES:
            if any(each.which == which for each in self.meanings.values()):
                last += 1
                self.ordinals[which] = last

    def _take(self, index: int, key: str, meaning: Meaning) -> None:
        """The key, or the next one of the same sort that is free."""
        part = key.split(".", maxsplit=1)[0]
        if part not in ("contacts", "addresses"):
            self._settle(index, key if key not in self.taken else _OTHERS.get(key), meaning.how)
            return
        ordinal = self.ordinals.get(meaning.which or "", meaning.ordinal or 1)
        while numbered(key, ordinal) in self.taken and not meaning.ordinal and not meaning.which:
            ordinal += 1
        self._settle(index, numbered(key, ordinal), meaning.how)

    def _settle(self, index: int, key: str | None, how: str) -> None:
        if key is not None and key not in self.taken:
            self.taken[key] = index
            self.found[index] = (key, how)

    def _take_vague(self, index: int, meaning: Meaning) -> None:
        if meaning.vague == "name":
            self._take(index, self._name(meaning.ordinal), meaning)
            return
        own, of_contact = str(meaning.vague), _OF_CONTACTS[str(meaning.vague)]
        alone = sum(1 for each in self.meanings.values() if each.vague == own) == 1
        persons = any(key.startswith("contacts.") for key in self.taken)
        near = self._part_before(index) == "contacts" or (persons and alone)
        # Where another column says that it is the contact's, this one is not.
        unsaid = near and of_contact not in self.clear
        personal = meaning.ordinal or own in self.taken or unsaid
        self._take(index, of_contact if personal else own, meaning)

    def _name(self, ordinal: int | None) -> str:
        """Whose name it is: the company's, unless another column has that or a number says it."""
        if self._has("contacts.firstName", ordinal) and not self._has(_LAST_NAME, ordinal):
            return _LAST_NAME
        if _LAST_NAME in self.clear or "name" not in self.clear | set(self.taken):
            person = "contacts.firstName" in self.clear and _LAST_NAME not in self.clear
            return _LAST_NAME if person else "name"
        return _LAST_NAME if "contacts.firstName" in self.clear else FULL_NAME

    def _has(self, key: str, ordinal: int | None) -> bool:
        """Whether a column with this number is it."""
        return ordinal is not None and numbered(key, ordinal) in self.taken

    def _part_before(self, index: int) -> str | None:
        before = [key for place, (key, _) in self.found.items() if place == index - 1]
        return before[0].split(".")[0] if before else None


# What a client has once, when there is a second column of it.
_OTHERS: Final = {
    "email": "contacts.email",
    "phone": "contacts.phone",
    "country": "addresses.country",
}
