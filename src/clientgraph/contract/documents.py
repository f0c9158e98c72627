"""Documents about clients: what templates compose, and what renderers make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from clientgraph.contract.records import PluginContext


class DocumentRefused(Exception):
    """A document cannot be made for these clients.

    ``code`` is the user error's code, with a sentence in core's messages or in the plugin's own;
    ``params`` fill the sentence.
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, Any] = params


@dataclass(frozen=True, kw_only=True)
class DocumentAccount:
    """A bank account of the workspace. ``client_id`` names the one client it is kept for."""

    label: str
    holder: str
    iban: str
    bic: str | None
    bank: str | None
    is_default: bool
    client_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class DocumentParty:
    """The workspace or a client, as a document names it.

    ``address``      the main address as it is written on a letter, line by line.
    ``billing_address``  where a client's invoices go: the main address where it has no other.
    ``identifiers``  key of an identifier kind → its printed form.
    ``labels``       key of an identifier kind → its label in the document's language.
    ``contacts``     those of a client, the main one first: name, job title, e-mail, phone.
    """

    id: UUID
    name: str
    country: str
    reference: str | None = None
    trading_name: str | None = None
    address: Sequence[str] = ()
    billing_address: Sequence[str] = ()
    identifiers: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    contacts: Sequence[Mapping[str, str | None]] = ()


@dataclass(frozen=True, kw_only=True)
class DocumentRequest:
    """What a document is to be made of: everything is read before the template is asked.

    ``options``   as the template's schema has them.
    ``accounts``  the workspace's own accounts, and those kept for one of these clients.
    ``features``  what the workspace's plan includes.
    ``date``      the day that the document bears.
    """

    organisation: DocumentParty
    clients: Sequence[DocumentParty]
    accounts: Sequence[DocumentAccount]
    features: frozenset[str]
    language: str
    locale: str
    date: date
    options: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A document before it is rendered.

    ``media_type``  of the content, which a renderer takes: ``text/html``.
    ``content``     the text; values of records must be escaped for its media type.
    ``assets``      name → bytes of the pictures and fonts that the content refers to by name.
    ``title``       for people.
    ``filename``    without its ending.
    ``date``        the day that the file bears, so that the same input makes the same bytes.
    ``author``      whose document it is: the workspace's name.
    ``locale``      how its words are written: ``fr-BE``.
    """

    media_type: str
    content: str
    title: str
    filename: str
    date: date
    assets: Mapping[str, bytes] = field(default_factory=dict)
    author: str = ""
    locale: str = "en"


@dataclass(frozen=True, kw_only=True)
class DocumentTemplate:
    """A kind of document.

    ``key``        upper snake case: ``BANK_DETAILS``.
    ``label``      language → what a button shows; ``en`` is required.
    ``compose``    (context, request) → `Composed`. Plain or ``async``. Raises `DocumentRefused`.
    ``options``    JSON Schema of its options; none by default.
    ``most``       how many clients one document can be about.
    ``formats``    media types that it can be had in, the usual one first.
    ``feature``    key of the workspace's feature that it takes (``organisation.features``); where
                   that is off, the template is shown as not available and is not asked.
    """

    key: str
    label: Mapping[str, str]
    compose: Callable[[PluginContext, DocumentRequest], Any]
    options: Mapping[str, Any] = field(default_factory=lambda: {"type": "object"})
    most: int = 1
    formats: Sequence[str] = ("application/pdf",)
    feature: str | None = None


@dataclass(frozen=True, kw_only=True)
class DocumentRenderer:
    """Makes a file of what a template composed.

    ``source`` and ``target`` are media types, ``ending`` is that of the target's files.
    ``render`` (context, `Composed`) → bytes. Plain or ``async``; the same input must make the same
    bytes. It has `seconds` for it: what may take longer or can hang must run where it can be ended,
    such as a process of its own.
    """

    key: str
    source: str
    target: str
    ending: str
    render: Callable[[PluginContext, Composed], Any]
    seconds: float = 20.0
