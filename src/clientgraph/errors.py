"""What can go wrong, told apart by who has to act.

Exception
├── UserErrors        the caller's input: answered as data, all mistakes at once
├── Refusal           the request as a whole: answered as a top-level error with its code
│   ├── Unauthenticated
│   ├── Forbidden
│   │   └── FeatureOff    the workspace does not have what this takes
│   ├── PluginInactive    a field of a plugin that takes no part in the workspace
│   ├── BadUserInput
│   │   ├── BadArgument   as one mistake, like those of inputs
│   │   └── BadCursor
│   ├── RateLimited
│   ├── TimedOut
│   ├── Busy          no connection became free in time
│   ├── PluginUnavailable     a plugin did not answer
│   └── Unavailable   the database does not answer
└── SettingsError     the operator's configuration: told at start
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar


class Verbatim(str):
    """A part of a path that is shown as it is, because it is no name of ours."""

    __slots__ = ()


@dataclass(frozen=True)
class UserError:
    """One mistake in an input: where (GraphQL input path), what (code), with which particulars.

    ``params`` fill the code's message (see `clientgraph.messages`); a param ``hint`` is an English
    clause, shown in brackets. ``texts`` (language → sentence) stands in for the message where a
    plugin brings its own; ``record`` is the global id of the record that stands in the way.
    """

    path: tuple[str, ...]
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] | None = None
    record: str | None = None

    def under(self, *prefix: str) -> UserError:
        """The same mistake, seen from the outer input."""
        return replace(self, path=(*prefix, *self.path))


class UserErrors(Exception):
    """Everything that is wrong with an input. ``current`` is the record as it stands, if any."""

    def __init__(self, errors: Iterable[UserError], current: Any = None) -> None:
        self.errors = list(errors)
        self.current = current
        super().__init__([(".".join(error.path), error.code) for error in self.errors])


class Refusal(Exception):
    """A request that is not served; the message is fit for the caller."""

    code: ClassVar[str] = "INTERNAL_SERVER_ERROR"
    text: ClassVar[str] = ""

    def __init__(self, message: str = "", **extensions: Any) -> None:
        super().__init__(message or self.text)
        self.extensions: Mapping[str, Any] = extensions


class Unauthenticated(Refusal):
    """Nobody is there: no token, or one that is not good."""

    code = "UNAUTHENTICATED"
    text = "Send a valid token: 'Authorization: Bearer cgp_…'."


class Forbidden(Refusal):
    """Somebody is there who may not do this."""

    code = "FORBIDDEN"


class FeatureOff(Forbidden):
    """The workspace lacks a feature; ``extensions`` name it and say why."""

    def __init__(self, feature: str, reason: str | None) -> None:
        because = f": {reason}" if reason else "."
        super().__init__(
            f"The feature {feature} is off in this workspace{because}",
            feature=feature,
            reason=reason,
        )


class PluginInactive(Refusal):
    """A field of a plugin that the workspace has switched off, or that cannot take part now."""

    code = "PLUGIN_INACTIVE"

    def __init__(self, plugin: str) -> None:
        super().__init__(
            f"The plugin '{plugin}' is not active in this workspace. An owner or admin can switch "
            "it on with pluginConfigure.",
            plugin=plugin,
        )


class BadUserInput(Refusal):
    """An argument that cannot be used."""

    code = "BAD_USER_INPUT"


class BadArgument(BadUserInput):
    """An argument with a mistake in it; ``message`` is in the caller's language."""

    def __init__(self, error: UserError, message: str) -> None:
        super().__init__(message, problem=error.code)
        self.error = error


class BadCursor(BadUserInput):
    """A cursor that was not made for this list."""

    code = "BAD_CURSOR"
    text = "The cursor does not belong to this list. Start again without 'after' or 'before'."


class RateLimited(Refusal):
    """Too much in too little time; ``retry_after`` in whole seconds."""

    code = "RATE_LIMITED"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TimedOut(Refusal):
    """The operation took longer than it may."""

    code = "TIMEOUT"
    text = "The operation took too long. Ask for fewer records or fields."


class Busy(TimedOut):
    """No database connection became free in time."""

    text = "The service is busy. Try again in a moment."


class Unavailable(Refusal):
    """The database does not answer."""

    code = "SERVICE_UNAVAILABLE"
    text = "The database does not answer. Try again in a moment."


class StorageUnavailable(Refusal):
    """The storage of files does not answer, or does not let the service in."""

    code = "SERVICE_UNAVAILABLE"
    text = "The storage of files does not answer. Try again in a moment."


class PluginUnavailable(Refusal):
    """A field of a plugin's has no answer."""

    code = "PLUGIN_FAILED"

    def __init__(self, plugin: str) -> None:
        super().__init__(f"The plugin '{plugin}' did not answer. Try again later.", plugin=plugin)


class SettingsError(Exception):
    """Settings the service cannot start with; one sentence for each, naming the fix."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))
