"""A small driver for Chromium over the DevTools protocol, cut off from the network.

>>> with open_browser(profile) as browser, browser.page() as page:  # doctest: +SKIP
...     page.goto("http://127.0.0.1:8000/")
...     page.wait_for("document.title === 'Ready'")
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import signal
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-port=0",
)
_START_SECONDS = 30.0
_ANSWER_SECONDS = 120.0
_STEP_SECONDS = 0.05
_DOMAINS = ("Runtime", "Log", "Network", "Audits")
_KEY_CODES = {"Enter": 13, "Escape": 27, "a": 65}
_CONTROL = 2


def find_chromium() -> str:
    """The path of Chromium; without one the test is skipped, or fails where CI is set."""
    for name in (os.environ.get("CHROMIUM", ""), *_NAMES):
        if name and (path := shutil.which(name)):
            return path
    message = "no Chromium here: install it (apt-get install chromium) or set CHROMIUM to its path"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


class BrowserError(Exception):
    """Chromium refused a command, a script threw, or a condition did not come true in time."""


@contextmanager
def open_browser(profile: Path) -> Iterator[Browser]:
    """Run Chromium with its profile in an empty folder, until the block ends."""
    process = subprocess.Popen(
        [find_chromium(), *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        with connect(_address(profile), max_size=None, compression=None) as socket:
            yield Browser(socket)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _address(profile: Path) -> str:
    """The WebSocket address that Chromium writes into its profile once it listens."""
    file = profile / "DevToolsActivePort"
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        lines = file.read_text().splitlines() if file.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(_STEP_SECONDS)
    raise BrowserError("Chromium did not start")


class NavigatedError(BrowserError):
    """The page went elsewhere while a command was under way."""


class Browser:
    """One running Chromium, spoken to over ``socket``; see `open_browser`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._answers: dict[int, dict[str, Any]] = {}
        self._pages: dict[str, Page] = {}

    @contextmanager
    def page(self, *, width: int = 1400, height: int = 900) -> Iterator[Page]:
        """A page with storage of its own, ``width`` by ``height`` CSS pixels."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call(
            "Target.createTarget", url="about:blank", browserContextId=context, newWindow=True
        )["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session)
        page.start(width, height)
        try:
            yield page
        finally:
            self.call("Target.disposeBrowserContext", browserContextId=context)
            self._pages = {key: owner for key, owner in self._pages.items() if owner is not page}

    def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """The result of a DevTools command; raises BrowserError when it is refused."""
        number = self.send(method, session, **params)
        while number not in self._answers:
            self._receive()
        answer = self._answers.pop(number)
        if "error" in answer:
            text = answer["error"]["message"]
            kind = NavigatedError if "navigated" in text else BrowserError
            raise kind(f"{method}: {text}")
        result: dict[str, Any] = answer["result"]
        return result

    def send(self, method: str, session: str | None = None, **params: Any) -> int:
        """Send a command without waiting; its number."""
        number = next(self._ids)
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        self._socket.send(json.dumps(message))
        return number

    def adopt(self, session: str, page: Page) -> None:
        """Let the events of a worker's session go to its page."""
        self._pages[session] = page

    def listen(self, seconds: float) -> None:
        """Take events for some time."""
        end = time.monotonic() + seconds
        with suppress(TimeoutError):
            while (left := end - time.monotonic()) > 0:
                self._receive(left)

    def _receive(self, seconds: float = _ANSWER_SECONDS) -> None:
        message = json.loads(self._socket.recv(timeout=seconds))
        if "id" in message:
            self._answers[message["id"]] = message
        elif page := self._pages.get(message.get("sessionId", "")):
            page.handle(message["method"], message["params"])


class Page:
    """One page and its workers; what went wrong in them is collected from the start.

    ``errors``: console errors, uncaught exceptions, failed loads. ``violations``: of the content
    security policy. ``requests``: every address asked for, WebSockets included,
    data: addresses not.
    """

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self._handlers: dict[str, Callable[[dict[str, Any]], None]] = {
            "Target.attachedToTarget": self._attached,
            "Runtime.consoleAPICalled": self._console,
            "Runtime.exceptionThrown": self._exception,
            "Log.entryAdded": self._log,
            "Audits.issueAdded": self._issue,
            "Network.requestWillBeSent": lambda p: self._request(p["request"]["url"]),
            "Network.webSocketCreated": lambda p: self._request(p["url"]),
        }
        self.counts: defaultdict[str, int] = defaultdict(int)
        self.errors: list[str] = []
        self.violations: list[str] = []
        self.requests: list[str] = []

    def start(self, width: int, height: int) -> None:
        """Begin to listen to the page and to the workers it will start."""
        for domain in _DOMAINS:
            self.call(f"{domain}.enable")
        self.call("Page.enable")
        self.call(
            "Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=True, flatten=True
        )
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a DevTools command on this page."""
        return self._browser.call(method, self._session, **params)

    def goto(self, url: str) -> None:
        """Open an address; returns when the load event has fired."""
        loads = self.counts["Page.loadEventFired"]
        failure = self.call("Page.navigate", url=url).get("errorText")
        if failure:
            raise BrowserError(f"{url}: {failure}")
        self._await_load(loads)

    def reload(self) -> None:
        """Load the page again, past the cache; returns when the load event has fired."""
        loads = self.counts["Page.loadEventFired"]
        self.call("Page.reload", ignoreCache=True)
        self._await_load(loads)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression (awaited), as JSON carries it."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise BrowserError(_exception_text(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def wait_for(self, expression: str, *, seconds: float = 120) -> Any:
        """The value of the expression as soon as it is true; raises BrowserError in time."""
        found: list[Any] = []

        def check() -> bool:
            with suppress(NavigatedError):
                found.append(self.evaluate(expression))
                return bool(found[-1])
            return False

        self.wait_until(check, expression, seconds=seconds)
        return found[-1]

    def click(self, selector: str) -> None:
        """Click with the mouse in the middle of the first element, once it is there."""
        element = f"document.querySelector({json.dumps(selector)})"
        self.wait_for(f"!!{element}")
        self.evaluate(f"{element}.scrollIntoView({{block: 'nearest'}})")
        box = self.evaluate(f"{element}.getBoundingClientRect().toJSON()")
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = "none" if kind == "mouseMoved" else "left"
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, clickCount=1)

    def type(self, text: str) -> None:
        """Insert text where the cursor is, as an input method would."""
        self.call("Input.insertText", text=text)

    def press(self, key: str, *, control: bool = False) -> None:
        """Press and release one of the known keys, with the control key if asked."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key if len(key) > 1 else f"Key{key.upper()}",
                windowsVirtualKeyCode=_KEY_CODES[key],
                modifiers=_CONTROL if control else 0,
            )

    def screenshot(self, path: Path) -> None:
        """Write what the page looks like now to a PNG file."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def handle(self, method: str, params: dict[str, Any]) -> None:
        """Take an event of the page or of one of its workers."""
        self.counts[method] += 1
        if handler := self._handlers.get(method):
            handler(params)

    def wait_until(self, condition: Callable[[], bool], what: str, *, seconds: float = 120) -> None:
        """Let the page go on until the condition is true; raises BrowserError in time."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise BrowserError(f"waited {seconds} s for {what}; errors: {self.errors}")
            self._browser.listen(_STEP_SECONDS)

    def _await_load(self, before: int) -> None:
        self.wait_until(
            lambda: self.counts["Page.loadEventFired"] > before, "the page to load", seconds=30
        )

    def _attached(self, params: dict[str, Any]) -> None:
        session = params["sessionId"]
        self._browser.adopt(session, self)
        for domain in _DOMAINS:
            self._browser.send(f"{domain}.enable", session)
        self._browser.send("Runtime.runIfWaitingForDebugger", session)

    def _request(self, url: str) -> None:
        if not url.startswith("data:"):
            self.requests.append(url)

    def _console(self, params: dict[str, Any]) -> None:
        if params["type"] in {"error", "assert"}:
            parts = (str(a.get("value", a.get("description", ""))) for a in params["args"])
            self.errors.append(" ".join(parts))

    def _exception(self, params: dict[str, Any]) -> None:
        self.errors.append(_exception_text(params["exceptionDetails"]))

    def _log(self, params: dict[str, Any]) -> None:
        entry = params["entry"]
        if entry["level"] == "error":
            self.errors.append(f"{entry['text']} {entry.get('url', '')}".strip())

    def _issue(self, params: dict[str, Any]) -> None:
        details = params["issue"]["details"].get("contentSecurityPolicyIssueDetails")
        if details:
            blocked = details.get("blockedURL", details["contentSecurityPolicyViolationType"])
            self.violations.append(f"{details['violatedDirective']}: {blocked}")


def _exception_text(details: dict[str, Any]) -> str:
    """What an uncaught exception says of itself."""
    text: str = details.get("exception", {}).get("description") or details["text"]
    return text
