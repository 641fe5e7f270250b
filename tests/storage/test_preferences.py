"""A comparison says which answer is better; it outlives the answers."""

from __future__ import annotations

from contextlib import closing

import pytest

from providers.billing.ledger import AttemptOutcome
from storage.errors import NothingToRate
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import ExchangeIds
from tests.storage.conftest import FakeClock
from tests.storage.helpers import answered, result, start


async def _answer(ledger: SqliteLedger, question: int, provider: str, ok: bool = True) -> int:
    ids = await ledger.begin_again(question, "cost")
    attempt = await ledger.start_attempt(start(exchange_id=ids.exchange_id, provider=provider))
    outcome = AttemptOutcome.OK if ok else AttemptOutcome.FAILED
    await ledger.finish_attempt(attempt, result(outcome))
    return ids.exchange_id


@pytest.fixture
async def asked(ledger: SqliteLedger) -> ExchangeIds:
    return await answered(ledger, "Which is best?")


def _pairs(reader: Reader) -> set[tuple[str, str]]:
    return {(p.better_provider, p.worse_provider) for p in reader.preferences()}


async def test_choosing_again_replaces(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock, asked: ExchangeIds
) -> None:
    a = asked.exchange_id
    b = await _answer(ledger, asked.user_message_id, "groq")
    c = await _answer(ledger, asked.user_message_id, "google")
    await ledger.prefer(a, [b, c])
    assert _pairs(reader) == {("openai", "groq"), ("openai", "google")}
    clock.advance(minutes=1)
    await ledger.prefer(b, [c, a])
    with closing(SqliteLedger(ledger.path)), closing(Reader(ledger.path)) as again:
        assert _pairs(again) == {("groq", "google"), ("groq", "openai")}
    first = reader.preferences()[0]
    assert (first.better_exchange_id, first.worse_exchange_id) == (b, c)
    assert (first.better_model, first.worse_model, first.created_at) == ("gpt", "gpt", clock())


async def test_other_comparisons_stay(
    ledger: SqliteLedger, reader: Reader, asked: ExchangeIds
) -> None:
    b = await _answer(ledger, asked.user_message_id, "groq")
    c = await _answer(ledger, asked.user_message_id, "google")
    await ledger.prefer(asked.exchange_id, [b])
    await ledger.prefer(c, [b])
    assert _pairs(reader) == {("openai", "groq"), ("google", "groq")}


async def test_an_answer_that_never_came_lost_nothing(
    ledger: SqliteLedger, reader: Reader, asked: ExchangeIds
) -> None:
    failed = await _answer(ledger, asked.user_message_id, "groq", ok=False)
    good = await _answer(ledger, asked.user_message_id, "google")
    await ledger.prefer(asked.exchange_id, [failed, good])
    assert _pairs(reader) == {("openai", "google")}
    with pytest.raises(NothingToRate, match=f"exchange {failed} has no answer"):
        await ledger.prefer(failed, [good])
    with pytest.raises(NothingToRate, match="was compared with"):
        await ledger.prefer(good, [failed])
    for others in ([], [good]):
        with pytest.raises(ValueError, match="needs others"):
            await ledger.prefer(good, others)
    assert _pairs(reader) == {("openai", "google")}, "what was refused changed nothing"


async def test_a_preference_outlives_its_conversation(
    ledger: SqliteLedger, reader: Reader, asked: ExchangeIds
) -> None:
    b = await _answer(ledger, asked.user_message_id, "groq")
    await ledger.prefer(asked.exchange_id, [b])
    await ledger.delete_conversation(asked.conversation_id)
    [kept] = reader.preferences()
    assert (kept.better_provider, kept.worse_provider) == ("openai", "groq")
    assert (kept.better_exchange_id, kept.worse_exchange_id) == (None, None)
