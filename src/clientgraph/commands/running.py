"""What commands share: reading settings, and running work whose failures are told in a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer

from clientgraph.app import MODELS
from clientgraph.bus import LocalBus
from clientgraph.clients.documents import keep_current
from clientgraph.commands.problems import Problem
from clientgraph.config import Settings, without_password
from clientgraph.context import Actor, Context
from clientgraph.errors import Refusal, UserErrors
from clientgraph.files.stores import storage_of
from clientgraph.loading import installed
from clientgraph.messages import Messages
from clientgraph.observers import Observers
from clientgraph.organisations.models import Organisation
from clientgraph.organisations.service import find_organisation
from clientgraph.outbound.clients import Outbound
from clientgraph.plugin_readiness import configure, quarantine_unmigrated, services
from clientgraph.plugin_states import PluginStates
from clientgraph.plugins import Plugins
from clientgraph.runtime import Instances, Runtime
from clientgraph.signing import Signer
from clientgraph.storage.database import Database
from clientgraph.storage.migrations import CORE
from clientgraph.storage.migrator import MigrationError, missing
from clientgraph.storage.scope import Scope
from clientgraph.storage.state import DatabaseProblem
from clientgraph.storage.state import told_plainly as in_words
from clientgraph.vault import Vault

T = TypeVar("T")

CONFIG: Final = typer.Option(
    "--config", metavar="FILE", help="The settings' file. [default: clientgraph.toml]"
)
ConfigFile = Annotated[Path | None, CONFIG]


@dataclass(frozen=True)
class Workbench:
    """The parts of the service that a command works with, beside a running one or without."""

    settings: Settings
    plugins: Plugins
    database: Database
    signer: Signer
    messages: Messages
    runtime: Runtime

    def context(self, actor: Actor) -> Context:
        """What services are called with."""
        return Context(
            actor=actor,
            language="en",
            plugins=self.plugins,
            messages=self.messages,
            signer=self.signer,
            database=self.database,
            files=storage_of(self.settings),
            bus=LocalBus(),
            observers=Observers(self.plugins, self.runtime),
            runtime=self.runtime,
            before_commit=(keep_current,),
            attachment_megabytes=self.settings.attachment_megabytes,
        )

    async def organisation(self, slug: str) -> Organisation:
        """The workspace with this slug; raises `Problem` when there is none."""
        async with self.database.read(Scope(operator=True)) as session:
            found = await find_organisation(session, slug)
        if found is None:
            raise Problem(no_workspace(slug))
        return found


@asynccontextmanager
async def workbench(settings: Settings) -> AsyncIterator[Workbench]:
    """Open the database, which must be up to date; raises `Problem`."""
    signer = Signer(settings.secret())
    plugins = installed(settings.plugins)
    given = configure(plugins, settings.plugin)
    outbound = Outbound(plugins.services, services(plugins, settings.plugin))
    messages = Messages(plugins.messages)
    async with opened(settings) as database:
        await quarantine_unmigrated(plugins, database)
        states = PluginStates(database, Vault(settings.secret()), plugins.workspace_schema)
        instances = Instances(Path(settings.plugin_folder), outbound, plugins, given)
        runtime = Runtime(database, plugins, states, instances)
        try:
            yield Workbench(settings, plugins, database, signer, messages, runtime)
        finally:
            await outbound.close()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The database alone, which must be up to date; raises `Problem`."""
    await check_migrated(settings)
    database = Database(settings.database_url, MODELS, pool=2)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


def no_workspace(slug: str) -> str:
    """What is said of a workspace that there is not."""
    return f"There is no workspace '{slug}'. 'clientgraph organisation list' shows them all."


async def check_migrated(settings: Settings) -> None:
    """Raises `Problem` when the database lacks migrations."""
    names = await missing(settings.database_url, CORE)
    if names:
        raise Problem(
            f"The database {without_password(settings.database_url)} lacks {len(names)} "
            f"migration(s): {', '.join(names)}. Run 'clientgraph migrate' first."
        )


def run(settings: Settings, work: Coroutine[Any, Any, T]) -> T:
    """Run the work of a command to its end; raises `Problem` for failures that can be mended."""
    with told_plainly(settings):
        return asyncio.run(work)


@contextmanager
def told_plainly(settings: Settings) -> Iterator[None]:
    """Turns the failures that an operator can mend into a `Problem`."""
    try:
        with in_words(without_password(settings.owner_url)):
            yield
    except UserErrors as mistakes:
        raise Problem(_mistakes(mistakes)) from mistakes
    except (DatabaseProblem, Refusal) as error:
        raise Problem(str(error)) from error
    except MigrationError as error:
        raise Problem(f"The {error}") from error


def _mistakes(mistakes: UserErrors) -> str:
    messages = Messages()
    return " ".join(
        f"{' '.join(error.path).replace('_', ' ')}: {messages.text(error, 'en')}"
        for error in mistakes.errors
    )
