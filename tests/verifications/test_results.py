"""What a verifier answers is judged result by result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from clientgraph import VerificationResult, VerificationStatus, VerificationSubject
from clientgraph.testing import Api
from tests.verifications.asking import SIREN, settled, start
from tests.verifications.oracle import VALID, Oracle

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param("VALID", id="a text"),
        pytest.param(VerificationResult(status=VerificationStatus.STALE), id="stale"),
        pytest.param(replace(VALID, evidence={"x": object()}), id="no JSON"),
        pytest.param(replace(VALID, evidence={"x": "x" * 50_000}), id="endless"),
        pytest.param(replace(VALID, retry_after="soon"), id="odd pause"),
    ],
)
async def test_a_bad_result_takes_nothing_from_the_others(
    asking: Api, oracle: Oracle, bad: Any
) -> None:
    """It is asked again later, and what is wrong with it is among the plugin's failures."""

    def instead(found: Sequence[VerificationSubject]) -> dict[UUID, Any]:
        return {each.id: bad if each.kind == "FR_SIREN" else VALID for each in found}

    oracle.instead = instead
    client = await asking.new_client(identifiers=SIREN)
    await start(asking, client["id"])
    found = await settled(asking, client["id"])
    assert sorted((each["status"], each["code"]) for each in found) == [
        ("PENDING", "GARBAGE"),
        ("VALID", "OK"),
    ]
    listed = (await asking("{ plugins { name lastErrors { hook error } } }"))["plugins"]
    (errors,) = [each["lastErrors"] for each in listed if each["name"] == "oracle"]
    assert [each["hook"] for each in errors] == ["verifiers ORACLE"]
    oracle.instead = None
    await start(asking, client["id"], identifierKind="FR_SIREN")
    again = await settled(
        asking, client["id"], until=lambda found: all(each["result"] for each in found)
    )
    assert {each["status"] for each in again} == {"VALID"}
