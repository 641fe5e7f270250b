"""What became of answers is read as of one instant, whatever is asked meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlite_utils import Database

from providers.billing.ledger import AttemptOutcome
from storage import outcomes
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import ExchangeState
from tests.storage.conftest import FakeClock
from tests.storage.helpers import answered, result, route, start


async def test_a_question_asked_in_between_is_left_to_the_next_look(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await answered(ledger, "one")
    read = outcomes._Deeds.read
    loop = asyncio.get_running_loop()

    def slow(db: Database, wanted: dict[str, Any]) -> Any:
        deeds = read(db, wanted)
        asyncio.run_coroutine_threadsafe(answered(ledger, "two"), loop).result(10)
        return deeds

    monkeypatch.setattr(outcomes._Deeds, "read", slow)
    seen = await asyncio.to_thread(reader.outcomes, None, clock())
    assert len(seen) == 1
    monkeypatch.undo()
    assert len(reader.outcomes(None, clock())) == 2


async def test_a_stop_after_a_fallback_is_of_whose_words_there_are(
    ledger: SqliteLedger, reader: Reader, clock: FakeClock
) -> None:
    ids = await ledger.begin_exchange(None, "why?", "cost")
    await ledger.record_route(ids.exchange_id, route("openai", "gpt"))
    first = await ledger.start_attempt(start(exchange_id=ids.exchange_id))
    await ledger.finish_attempt(first, result(AttemptOutcome.FAILED))
    second = await ledger.start_attempt(
        start(exchange_id=ids.exchange_id, provider="groq", model="oss", position=2)
    )
    stopped = replace(result(AttemptOutcome.CANCELLED), partial_text="Half of")
    await ledger.finish_attempt(second, stopped)
    await ledger.interrupt_exchange(ids.exchange_id, ExchangeState.STOPPED, "Half of", "", None)
    [row] = reader.outcomes(None, clock())
    assert (row.provider, row.model, row.outcome.value) == ("groq", "oss", "stopped")
    wordless = await ledger.begin_exchange(None, "and?", "cost")
    await ledger.record_route(wordless.exchange_id, route("openai", "gpt"))
    await ledger.interrupt_exchange(wordless.exchange_id, ExchangeState.STOPPED, "", "", None)
    assert reader.outcomes(None, clock())[-1].provider == "openai"
