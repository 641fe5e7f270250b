"""What the screen says of answers that are not whole and of calls that were not made."""

from __future__ import annotations

import pytest

from app.keymap import key_of
from app.notices import advice, failure_notice
from providers.errors import (
    AllProvidersFailed,
    BudgetExceeded,
    BudgetHeld,
    Busy,
    EmptyAnswer,
    FailedAttempt,
    ProviderError,
    Refused,
    Truncated,
)
from providers.events import AttemptFailed, FinishKind
from tests.app.house import House, ask, ready, transcript_text
from tests.core.test_readme import Usual
from tests.fakeserver import ok

LIMIT = "daily limit $1, $0.99 spent, this may cost $0.02"


def usual(name: str) -> str:
    """Return the key of somebody who chose none."""
    return key_of(Usual(), name)


@pytest.mark.parametrize(
    ("error", "strip", "advised"),
    [
        (
            Busy("had 2 calls under way for 30 s, as many as it may"),
            "groq is busy: had 2 calls under way for 30 s, as many as it may → google",
            "all are busy. Ask again in a moment",
        ),
        (BudgetExceeded(LIMIT), f"groq has no budget left: {LIMIT} → google", f"{LIMIT} · ctrl+s"),
        (BudgetHeld(LIMIT), f"groq has no budget left: {LIMIT} → google", f"{LIMIT} · ctrl+s"),
        (
            Truncated("the answer was cut off at the model's length limit (length)"),
            "groq ran out of room: the answer was cut off at the model's length limit (length)"
            " → google",
            "raise max_tokens",
        ),
        (Refused("I cannot help"), "groq declined: I cannot help → google", "Your question is"),
        (
            EmptyAnswer("the answer holds no text (stop)"),
            "groq said nothing: the answer holds no text (stop) → google",
            "Your question is saved",
        ),
    ],
)
def test_each_reason_reads_well(error: ProviderError, strip: str, advised: str) -> None:
    failed = AttemptFailed(1, "groq", "m", error, 0.1, None, next_provider="google")
    assert failure_notice(failed).text == strip
    assert advised in advice(AllProvidersFailed([FailedAttempt("groq", "m", error)]), usual)


async def test_a_cut_off_answer_is_kept_and_marked_also_after_a_restart(house: House) -> None:
    house.server.groq.reply(ok("Once upon a", finish=FinishKind.LENGTH))
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "Tell me a story")
        shown = transcript_text(app)
        assert "Once upon a" in shown
        assert "cut off at the length limit" in shown
        assert not house.server.google.chats, "it is kept, nobody else is asked"
    again = house.app()
    async with again.run_test(size=(120, 40)) as pilot:
        await ready(pilot, again)
        assert transcript_text(again) == shown
