"""Ratings belong to the model that answered, and outlive the words."""

from __future__ import annotations

import json

import pytest

from providers.billing.ledger import AttemptOutcome
from storage import export
from storage.database import open_for_reading
from storage.errors import DatabaseError, NothingToRate
from storage.ledger import SqliteLedger
from storage.ratings import ModelRatings, Rating
from storage.reader import Reader
from tests.storage.conftest import FakeClock
from tests.storage.helpers import answered, completed, result, start


async def test_rating_again_replaces(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    ids = await answered(ledger, "Why?")
    other = await answered(ledger, "How?")
    assert reader.rating_of(ids.exchange_id) is None
    await ledger.rate_exchange(ids.exchange_id, 1)
    clock.advance(minutes=1)
    await ledger.rate_exchange(ids.exchange_id, 0.25, "made\nup \x1b[31m")
    await ledger.rate_exchange(other.exchange_id, 0.5)
    assert reader.rating_of(ids.exchange_id) == Rating(
        "openai", "gpt", 0.25, "made up \u241b[31m", clock()
    )
    assert reader.ratings_by_model() == (ModelRatings("openai", "gpt", 2, 0.75),)
    await ledger.unrate_exchange(ids.exchange_id)
    await ledger.unrate_exchange(ids.exchange_id)
    assert reader.rating_of(ids.exchange_id) is None
    assert reader.ratings_by_model() == (ModelRatings("openai", "gpt", 1, 0.5),)


async def test_a_rating_is_shown_with_its_answer(ledger: SqliteLedger, reader: Reader) -> None:
    ids = await answered(ledger, "Why?")
    await ledger.rate_exchange(ids.exchange_id, 0.25, "meh")
    question, answer = reader.load_messages(ids.conversation_id)
    assert question.rating is None
    assert answer.rating == reader.rating_of(ids.exchange_id)
    assert answer.rating is not None
    assert answer.rating.word == "meh"


async def test_whoever_answered_is_rated(ledger: SqliteLedger, reader: Reader) -> None:
    """Two calls may bring a whole answer when one was the backup of the other."""
    ids = await ledger.begin_exchange(None, "Who?", "speed")
    calls = (("groq", AttemptOutcome.FAILED), ("openai", AttemptOutcome.OK), ("google", "ok"))
    for position, (provider, outcome) in enumerate(calls, start=1):
        attempt = await ledger.start_attempt(
            start(exchange_id=ids.exchange_id, provider=provider, position=position)
        )
        await ledger.finish_attempt(attempt, result(AttemptOutcome(outcome)))
    await ledger.rate_exchange(ids.exchange_id, 1)
    rated = reader.rating_of(ids.exchange_id)
    assert rated is not None
    assert rated.provider == "google", "the last, as long as nobody said whose answer is shown"
    await ledger.complete_exchange(ids.exchange_id, completed())
    await ledger.rate_exchange(ids.exchange_id, 1)
    assert reader.ratings_by_model() == (ModelRatings("openai", "gpt", 1, 1.0),)


async def test_without_an_answer_there_is_nothing_to_rate(
    ledger: SqliteLedger, reader: Reader
) -> None:
    ids = await ledger.begin_exchange(None, "Anyone?", "cost")
    attempt = await ledger.start_attempt(start(exchange_id=ids.exchange_id))
    await ledger.finish_attempt(attempt, result(AttemptOutcome.FAILED))
    for exchange_id in (ids.exchange_id, 999):
        with pytest.raises(NothingToRate, match=rf"exchange {exchange_id} has no answer"):
            await ledger.rate_exchange(exchange_id, 1)
    assert reader.ratings_by_model() == ()


@pytest.mark.parametrize("score", [-0.1, 1.1, float("nan"), float("inf")])
async def test_a_score_goes_from_0_to_1(ledger: SqliteLedger, score: float) -> None:
    ids = await answered(ledger, "Why?")
    with pytest.raises(ValueError, match="from 0 to 1"):
        await ledger.rate_exchange(ids.exchange_id, score)


async def test_a_rating_outlives_its_conversation_but_not_its_word(
    ledger: SqliteLedger, reader: Reader
) -> None:
    ids = await answered(ledger, "Secret?")
    await ledger.rate_exchange(ids.exchange_id, 0, "secret")
    other = await answered(ledger, "Other?")
    await ledger.rate_exchange(other.exchange_id, 1, "kept")
    await ledger.delete_conversation(ids.conversation_id)
    assert reader.ratings_by_model() == (ModelRatings("openai", "gpt", 2, 1.0),)
    db = open_for_reading(ledger.path)
    kept = db.execute("SELECT exchange_id, word FROM ratings ORDER BY id").fetchall()
    assert kept == [(None, ""), (other.exchange_id, "kept")]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()


async def test_a_rated_conversation_still_exports(ledger: SqliteLedger, reader: Reader) -> None:
    ids = await answered(ledger, "Why?")
    conversation = reader.conversation(ids.conversation_id)
    assert conversation is not None
    before = export.to_json(conversation, reader.load_messages(ids.conversation_id))
    await ledger.rate_exchange(ids.exchange_id, 1, "fine")
    after = export.to_json(conversation, reader.load_messages(ids.conversation_id))
    assert json.dumps(after) == json.dumps(before)


async def test_a_closed_ledger_takes_no_ratings(ledger: SqliteLedger) -> None:
    await ledger.aclose()
    with pytest.raises(DatabaseError, match="closed"):
        await ledger.rate_exchange(1, 1)
    with pytest.raises(DatabaseError, match="closed"):
        await ledger.standing([])
