"""What the person does with answers teaches ``adaptive``, at once and after a restart."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from app.learning import learn
from app.outcomes import learn_conversation
from app.runtime import Runtime
from app.screens.chat_commands import give
from app.slash import Slash
from providers.adaptive.book import AdaptiveBook, AnswerId
from providers.adaptive.evidence import Fate
from providers.adaptive.kind import Kind
from providers.adaptive.wishes import Adaptive
from providers.classify import Complexity, TaskKind
from providers.config import Strategy
from providers.events import RouteChosen
from providers.learning.outcomes import AnswerOutcome
from providers.reply import to_request
from providers.routing.router_parts import RouterParts
from storage.config_file import load_settings
from storage.errors import ConfigFileError
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import ExchangeIds, ExchangeState
from storage.settings import Settings
from tests.app.house import House, ask, chat, ready, send, toasts, until
from tests.fakeserver import hang
from tests.storage.helpers import completed

QUESTION = "Fix this python function: it fails"
CODE = Kind(TaskKind.CODE, Complexity.COMPLEX)


def fates(runtime: Runtime) -> list[Fate | None]:
    """Return what the book was told of the first answers."""
    return [runtime.parts.adaptive.fate_of(AnswerId(number)) for number in range(1, 4)]


def outcomes(runtime: Runtime) -> list[AnswerOutcome | None]:
    return [None if fate is None else fate.outcome for fate in fates(runtime)]


async def test_going_on_and_asking_again_teach_at_once_and_after_a_restart(house: House) -> None:
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        runtime = await app.runtime()
        await ask(pilot, app, QUESTION)
        assert outcomes(runtime) == [AnswerOutcome.OPEN, None, None]
        await ask(pilot, app, "And this one?")
        kept = [AnswerOutcome.KEPT, AnswerOutcome.OPEN, None]
        await until(pilot, lambda: outcomes(runtime) == kept)
        await pilot.press("f7", "r")
        await until(pilot, lambda: len(house.server.groq.chats) == 3 and not chat(app).busy)
        said = [AnswerOutcome.KEPT, AnswerOutcome.REGENERATED, AnswerOutcome.OPEN]
        await until(pilot, lambda: outcomes(runtime) == said)
        await pilot.press("escape")
        give(screen, Slash.RATE, "bad")
        await until(pilot, lambda: "was rated bad" in toasts(app))
        assert fates(runtime)[2] == Fate(AnswerOutcome.OPEN, 0.0, 1.0)
        key = ("groq", house.settings.providers["groq"].model)
        before = runtime.parts.adaptive.belief(key, CODE, 0.5)
        live = fates(runtime)
    again = house.app()
    async with again.run_test(size=(120, 40)) as pilot:
        await ready(pilot, again)
        runtime = await again.runtime()
        assert fates(runtime) == live
        after = runtime.parts.adaptive.belief(key, CODE, 0.5)
        assert abs(after.mean - before.mean) < 0.1, "only kinds are known better from the text"


async def test_what_is_stopped_at_once_says_little(house: House) -> None:
    house.server.groq.default(hang())
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        runtime = await app.runtime()
        await send(pilot, app, QUESTION)
        await until(pilot, lambda: house.server.groq.chats)
        await pilot.press("escape")
        await until(pilot, lambda: outcomes(runtime)[0] is AnswerOutcome.STOPPED)
        fate = fates(runtime)[0]
        assert fate is not None
        assert fate.quickly
        assert fate.evidence.weight < 0.1


async def test_who_is_tried_is_in_the_ledger_and_counts_after_a_restart(house: House) -> None:
    house.settings = house.with_settings(
        routing_strategy=Strategy.ADAPTIVE, adaptive=Adaptive(explore_share=0.5)
    )
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        runtime = await app.runtime()
        await ask(pilot, app, QUESTION)
        await ask(pilot, app, QUESTION)
        allowance = runtime.parts.adaptive.allowance
        assert (allowance.requests, allowance.tried) == (2, 1)
        asked = runtime.reader.asked(9)
        assert [each.explored for each in asked] == [False, True]
        assert [each.task for each in asked] == [TaskKind.CODE] * 2
    again = house.app()
    async with again.run_test(size=(120, 40)) as pilot:
        await ready(pilot, again)
        later = (await again.runtime()).parts.adaptive.allowance
        assert (later.requests, later.tried) == (2, 1)
        assert later.spent > 0
        assert later.spent >= allowance.spent, "never less than was spent"


# From the ledger alone


async def answered(
    ledger: SqliteLedger, text: str, chosen: RouteChosen, chat_id: int | None = None
) -> ExchangeIds:
    ids = await ledger.begin_exchange(chat_id, text, chosen.strategy)
    await ledger.record_route(ids.exchange_id, chosen)
    done = replace(completed(), provider=chosen.provider, model=chosen.model)
    await ledger.complete_exchange(ids.exchange_id, done)
    return ids


async def test_a_start_learns_kinds_from_the_questions(tmp_path: Path) -> None:
    ledger, reader = SqliteLedger(tmp_path / "telex.db"), Reader(tmp_path / "telex.db")
    groq = Settings().providers["groq"]
    chosen = RouteChosen("groq", groq.model, "cost", "cheapest")
    ids = await answered(ledger, QUESTION, chosen)
    ids = await answered(ledger, "Thanks, what is the capital?", chosen, ids.conversation_id)
    await answered(ledger, "x " * 1_500, chosen, ids.conversation_id)
    stopped = await ledger.begin_exchange(ids.conversation_id, "Stop", "adaptive")
    await ledger.record_route(stopped.exchange_id, RouteChosen("groq", groq.model, "adaptive", ""))
    await ledger.interrupt_exchange(stopped.exchange_id, ExchangeState.STOPPED, "")
    parts = RouterParts()
    learn(parts, reader, Settings(adaptive=Adaptive(memory=50)))
    book = parts.adaptive
    key = ("groq", groq.model)
    assert book.belief(key, CODE, 0.5).answers == 1 * 0.5 ** (3 / 50)
    assert book.belief(key, Kind(TaskKind.CHAT, Complexity.SIMPLE), 0.5).answers > 0.9
    assert book.fate_of(AnswerId(stopped.exchange_id)) == Fate(AnswerOutcome.STOPPED, quickly=True)
    assert book.allowance.requests == 1, "what other strategies chose counts for no share"
    fresh = AdaptiveBook()
    learn_conversation(fresh, reader, ids.conversation_id)
    assert fresh.fate_of(AnswerId(ids.exchange_id)) is None, "older ones are left to a start"
    assert fresh.fate_of(AnswerId(stopped.exchange_id)) is not None
    await ledger.aclose()
    reader.close()


def test_the_table_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        "routing_strategy = 'adaptive'\n[adaptive]\nexplore_share = 0.05\nexplore_budget = 0.5\n"
        "answer_value = 1\nhour_value = 30\nmemory = 100\n"
    )
    settings = load_settings(path)
    assert settings.adaptive == Adaptive(
        explore_share=0.05,
        explore_budget=Decimal("0.5"),
        answer_value=Decimal(1),
        hour_value=Decimal(30),
        memory=100,
    )
    assert settings.to_core({}).adaptive == settings.adaptive
    assert load_settings(tmp_path / "none.toml").adaptive == Adaptive()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("explore_share = 0.9", "adaptive.explore_share must be from 0 to 0.5, not 0.9"),
        ("explore_budget = -1", "adaptive.explore_budget must be 0 or more dollars, not -1"),
        ("explore_shares = 0.1", "did you mean 'explore_share'?"),
        ("memory = 'long'", "adaptive.memory must be a number, not a string"),
    ],
)
def test_a_mistake_in_it_is_named_with_its_line(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[adaptive]\n{line}\n")
    with pytest.raises(ConfigFileError) as caught:
        load_settings(path)
    assert words in str(caught.value)
    assert caught.value.line == 2


async def test_what_is_announced_is_what_happens(house: House) -> None:
    house.settings = house.with_settings(
        routing_strategy=Strategy.ADAPTIVE, adaptive=Adaptive(explore_share=0.3)
    )
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        runtime = await app.runtime()
        for _ in range(5):
            ahead = await runtime.factory.router.rank(to_request(QUESTION))
            await ask(pilot, app, QUESTION)
            await until(pilot, lambda: not chat(app).busy)
            row = runtime.reader.asked(1)[0]
            path = runtime.reader.load_messages(1)
            exchange = path[-1].exchange
            assert exchange is not None
            assert exchange.id == row.exchange_id
            assert (exchange.provider, exchange.model) == (
                ahead.order[0].provider,
                ahead.order[0].model,
            )
