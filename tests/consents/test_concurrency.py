"""Many write the consents of one person at the same moment: one is in force, none is lost."""

from __future__ import annotations

import pytest
from tests.consents.agreeing import Someone
from tests.writes.test_concurrency import codes, together

pytestmark = pytest.mark.anyio


async def test_the_same_consent_given_at_once_is_given_once(max_: Someone) -> None:
    """Ten forms sent together leave one consent, which all of them are answered."""
    chosen = "consents { id version status }"
    answers = await together(
        [max_.api.do("consentGive", max_.given("EMAIL"), chosen) for _ in range(10)]
    )
    assert codes(answers) == {"done": 10}
    assert len({answer["consents"][0]["id"] for answer in answers}) == 1
    assert await max_.history() == [(None, "GIVEN")]


async def test_texts_agreed_to_at_once_replace_each_other(max_: Someone) -> None:
    """Of several wordings each is in the history and one is in force."""
    words = [f"V{number}" for number in range(6)]
    answers = await together(
        [max_.api.do("consentGive", max_.given("EMAIL", wording=each)) for each in words]
    )
    assert codes(answers) == {"done": 6}
    history = await max_.history()
    assert [status for _, status in history].count("GIVEN") == 1


async def test_giving_and_withdrawing_at_once_leave_one_truth(max_: Someone) -> None:
    """Whatever comes last, the field says what the history says."""
    for _ in range(4):
        await together(
            [
                max_.api.do("consentGive", max_.given("EMAIL")),
                max_.api.do("consentWithdraw", max_.taken_back()),
                max_.api.do("consentGive", max_.given("EMAIL")),
            ]
        )
        in_force = await max_.history("(inForce: true)")
        assert len(in_force) == int(await max_.may())
