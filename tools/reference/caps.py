"""Limits that no settings object holds, each with its figure."""

from __future__ import annotations

from clientgraph import asking
from clientgraph.attachments.service import MOST_OF_RECORD
from clientgraph.clients import hierarchy, lists
from clientgraph.clients.categories import MOST_CATEGORIES
from clientgraph.clients.saving import MOST_PARTS
from clientgraph.config import Settings
from clientgraph.containment import LONGEST_STORED
from clientgraph.deciding import DECIDE_SECONDS, LOAD_SECONDS
from clientgraph.drafts import MOST_ERRORS
from clientgraph.events.service import LONGEST_BODY, MOST_MEMBERS
from clientgraph.fields.parsing import MOST_CHOICES
from clientgraph.fields.service import MOST_GIVEN
from clientgraph.files.service import LARGEST, MOST_FILES
from clientgraph.identifiers.service import MOST as MOST_IDENTIFIERS
from clientgraph.jobs.queue import AT_ONCE as JOBS_AT_ONCE
from clientgraph.jobs.service import MOST_WAITING
from clientgraph.lists import (
    LONGEST_SEARCH,
    MOST_CONDITIONS,
    MOST_ORDERS,
    MOST_VALUES,
    MOST_WORDS,
)
from clientgraph.nomenclature.service import LONGEST_NAME
from clientgraph.observers import TELL_SECONDS
from clientgraph.operations import documents, executor, service
from clientgraph.organisations import access
from clientgraph.organisations.assignees import MOST_ASSIGNEES
from clientgraph.plugin_settings.service import LONGEST as LONGEST_SETTINGS
from clientgraph.records import MOST_IDS
from clientgraph.registries.service import MOST_CANDIDATES, TURN_SECONDS
from clientgraph.resolving.checks import LONGEST_TEXT as LONGEST_ANSWERED
from clientgraph.resolving.checks import MOST_LISTED
from clientgraph.resolving.visits import RESOLVE_SECONDS
from clientgraph.templates.upserting import MOST_RECORDS
from clientgraph.values import LONGEST_TEXT
from clientgraph.views.service import MOST_COLUMNS, MOST_VIEWS


def others() -> list[list[str]]:
    """What is limited, and to how much."""
    return [
        ["Seconds of an operation", f"{service.SECONDS:g}"],
        *_of_plugins(),
        ["Seconds of a registry of companies", f"{asking.ASK_SECONDS:g}"],
        ["Seconds of all registries that are asked in turn", f"{TURN_SECONDS:g}"],
        ["Results of `companySearch`", str(MOST_CANDIDATES)],
        ["Validation errors in one answer", str(documents.MOST_ERRORS)],
        ["Ids of `nodes`", str(MOST_IDS)],
        ["Levels of `and`, `or` and `not` in a filter", str(lists.DEEPEST_FILTER)],
        ["Conditions of a filter", str(MOST_CONDITIONS)],
        ["Values in the lists of a filter", str(MOST_VALUES)],
        ["Orders in `sort`", str(MOST_ORDERS)],
        ["Characters of `search`", str(LONGEST_SEARCH)],
        ["Words of `search`", str(MOST_WORDS)],
        ["Records of `clientsUpsert`", f"{MOST_RECORDS:,}"],
        ["Contacts of a new client", str(MOST_PARTS)],
        ["Addresses of a new client", str(MOST_PARTS)],
        ["Members who look after a client", str(MOST_ASSIGNEES)],
        ["Categories of a client", str(MOST_CATEGORIES)],
        ["Identifiers in one call", str(MOST_IDENTIFIERS)],
        ["Custom fields in one record of an input, or in `keys`", str(MOST_GIVEN)],
        ["Choices of one value", str(MOST_CHOICES)],
        ["Bytes of the stored form of one value", f"{LONGEST_STORED:,}"],
        ["Mistakes in one payload, and in one record of many", str(MOST_ERRORS)],
        ["Levels of parents above a client", str(hierarchy.DEEPEST)],
        ["Members that an event is granted to", str(MOST_MEMBERS)],
        ["Saved views of a member", str(MOST_VIEWS)],
        ["Columns of a saved view", str(MOST_COLUMNS)],
        ["Characters of a text", str(LONGEST_TEXT)],
        ["Characters of an event's body", f"{LONGEST_BODY:,}"],
        ["Characters of the name of a list's entry", str(LONGEST_NAME)],
        ["Characters of an idempotency key", str(executor.LONGEST_KEY)],
        ["Hours that an idempotency key is kept", f"{executor.KEPT.total_seconds() / 3600:g}"],
        ["Bytes of a plugin's settings that have no `maxLength`", f"{LONGEST_SETTINGS:,}"],
        ["Days of a token", str(access.LONGEST_DAYS)],
        *_of_files_and_jobs(),
    ]


def _of_plugins() -> list[list[str]]:
    return [
        ["Seconds of a plugin's deciding hook", f"{DECIDE_SECONDS:g}"],
        ["Seconds of a plugin's loaded field", f"{LOAD_SECONDS:g}"],
        ["Seconds of a plugin's resolver", f"{RESOLVE_SECONDS:g}"],
        ["Entries in a list that a plugin's resolver answers", f"{MOST_LISTED:,}"],
        ["Characters of a text that a plugin's resolver answers", f"{LONGEST_ANSWERED:,}"],
        ["Seconds of one attempt to tell a plugin of a commit", f"{TELL_SECONDS:g}"],
    ]


def _of_files_and_jobs() -> list[list[str]]:
    return [
        ["Bytes of a file that is uploaded", f"{LARGEST:,}"],
        ["Files of a workspace that are kept", str(MOST_FILES)],
        ["Attachments of a client, a contact or an event", str(MOST_OF_RECORD)],
        [
            "Megabytes of a workspace's attachments, unless `attachment_megabytes` says otherwise",
            f"{Settings.attachment_megabytes:,}",
        ],
        ["Jobs of a workspace that have not ended", str(MOST_WAITING)],
        ["Jobs of a workspace that are done at the same time", str(JOBS_AT_ONCE)],
    ]
