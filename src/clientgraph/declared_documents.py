"""Checks what a plugin declares of documents: templates, and what renders them."""

from __future__ import annotations

import re
from typing import Any, Final

import jsonschema

from clientgraph.contract.documents import DocumentRenderer, DocumentTemplate

_KEY: Final = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_ENDING: Final = re.compile(r"\.[a-z0-9]{1,8}")


def check_template(name: str, template: DocumentTemplate) -> None:
    """Raise what is wrong with a template whose key and label are fine."""
    if not callable(template.compose):
        raise TypeError(f"{name}: compose must be a function")
    if not isinstance(template.most, int) or template.most < 1:
        raise ValueError(f"{name}: most must be 1 or more")
    if isinstance(template.formats, str) or not template.formats:
        raise ValueError(f"{name}: the formats must be a list of media types")
    if not all(_MEDIA_TYPE.fullmatch(each) for each in template.formats):
        raise ValueError(f"{name}: the formats must be media types, such as application/pdf")
    if template.feature is not None and not _KEY.fullmatch(template.feature):
        raise ValueError(f"{name}: the feature must be in upper snake case")
    try:
        jsonschema.Draft202012Validator.check_schema(dict(template.options))
    except jsonschema.SchemaError as error:
        raise ValueError(f"{name}: the options are no JSON Schema: {error.message}") from error


def renderers(answer: Any) -> dict[str, DocumentRenderer]:
    """The renderers of a plugin by key; raises what is wrong with the first bad one."""
    found: dict[str, DocumentRenderer] = {}
    for each in answer or ():
        if not isinstance(each, DocumentRenderer):
            raise TypeError(f"{type(each).__name__} is not a DocumentRenderer")
        name = f"document renderer {each.key!r}"
        if not isinstance(each.key, str) or not _KEY.fullmatch(each.key) or each.key in found:
            raise ValueError(f"{name}: the key must be in upper snake case, and not be there yet")
        if not _MEDIA_TYPE.fullmatch(each.source) or not _MEDIA_TYPE.fullmatch(each.target):
            raise ValueError(f"{name}: source and target must be media types")
        if not _ENDING.fullmatch(each.ending):
            raise ValueError(f"{name}: the ending must be one of files, such as .pdf")
        if not callable(each.render) or not each.seconds > 0:
            raise ValueError(f"{name}: render must be a function, seconds more than 0")
        found[each.key] = each
    return found
