"""Answers to give again are entries that point to exchanges, and go with them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from providers.answer_cache import CachedAnswer
from providers.caching import Caching
from providers.events import FinishKind, StreamFinished
from providers.usage import Usage
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import ConversationWishes, ExchangeIds
from tests.storage.conftest import FakeClock
from tests.storage.helpers import answered, completed

CACHING = Caching(ttl=3600, max_entries=2)


def kept(exchange_id: int | None) -> CachedAnswer:
    return CachedAnswer(
        "openai",
        "gpt",
        "answer",
        "because",
        StreamFinished(FinishKind.STOP, "stop", None),
        Usage(10, 20),
        Decimal("0.01"),
        1.5,
        exchange_id,
    )


async def keep(ledger: SqliteLedger, key: str, question: str = "why?") -> ExchangeIds:
    ids = await answered(ledger, question)
    await ledger.answers.put(key, kept(ids.exchange_id), CACHING)
    return ids


async def test_it_brings_back_all_of_an_answer(ledger: SqliteLedger, clock: FakeClock) -> None:
    await keep(ledger, "k")
    clock.advance(minutes=3)
    found = await ledger.answers.get("k", CACHING)
    assert found is not None
    assert (found.provider, found.model) == ("openai", "gpt")
    assert (found.text, found.reasoning) == ("answer", "because")
    assert (found.finish.kind, found.finish.raw_reason) == (FinishKind.STOP, "stop")
    assert found.finish.response_model == "gpt-2026"
    assert found.usage == Usage(input_tokens=10, output_tokens=20, cached_tokens=4)
    assert (found.cost, found.latency, found.age) == (Decimal("0.01"), 1.5, 180.0)
    assert await ledger.answers.get("other", CACHING) is None


async def test_it_survives_a_restart(
    ledger: SqliteLedger, clock: FakeClock, tmp_path: Path
) -> None:
    await keep(ledger, "k")
    await ledger.aclose()
    again = SqliteLedger(ledger.path, clock=clock)
    assert await again.answers.get("k", CACHING) is not None
    await again.aclose()


async def test_what_is_too_old_or_too_much_goes(ledger: SqliteLedger, clock: FakeClock) -> None:
    for key in ("a", "b"):
        await keep(ledger, key)
        clock.advance(minutes=1)
    assert await ledger.answers.get("a", CACHING) is not None
    clock.advance(minutes=1)
    await keep(ledger, "c")
    assert await ledger.answers.get("b", CACHING) is None, "the longest unused"
    assert await ledger.answers.get("a", CACHING) is not None
    clock.advance(hours=1)
    assert await ledger.answers.get("a", CACHING) is None
    assert await ledger.answers.get("c", CACHING) is None


async def test_it_goes_with_its_words(ledger: SqliteLedger, clock: FakeClock) -> None:
    ids = await keep(ledger, "k")
    await ledger.trash_conversation(ids.conversation_id)
    assert await ledger.answers.get("k", CACHING) is None
    await ledger.restore_conversation(ids.conversation_id)
    assert await ledger.answers.get("k", CACHING) is not None
    deletion = await ledger.trash_message(ids.answer_message_id)
    assert await ledger.answers.get("k", CACHING) is None
    await ledger.restore(deletion)
    await ledger.delete_conversation(ids.conversation_id)
    assert await ledger.answers.get("k", CACHING) is None


async def test_a_conversation_that_keeps_to_itself_gives_nothing(ledger: SqliteLedger) -> None:
    ids = await keep(ledger, "k")
    await ledger.set_wishes(ids.conversation_id, ConversationWishes(cache=False))
    assert await ledger.answers.get("k", CACHING) is None
    await ledger.answers.put("k", kept(ids.exchange_id), CACHING)
    await ledger.set_wishes(ids.conversation_id, ConversationWishes())
    assert await ledger.answers.get("k", CACHING) is None


async def test_an_exchange_that_was_never_finished_is_no_answer(ledger: SqliteLedger) -> None:
    ids = await ledger.begin_exchange(None, "why?", "cost")
    await ledger.answers.put("k", kept(ids.exchange_id), CACHING)
    assert await ledger.answers.get("k", CACHING) is None
    await ledger.answers.put("outside", kept(None), CACHING)
    assert await ledger.answers.get("outside", CACHING) is None


async def test_it_is_told_what_was_saved(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    since = clock()
    for saved in ("0.25", None):
        ids = await ledger.begin_exchange(None, "why?", "cost")
        amount = None if saved is None else Decimal(saved)
        done = replace(completed(cost="0"), cached=True, saved=amount)
        await ledger.complete_exchange(ids.exchange_id, done)
    told = reader.replayed(since)
    assert (told.answers, told.saved, told.unknown) == (2, Decimal("0.25"), 1)
