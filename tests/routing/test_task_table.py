"""A table from kinds of tasks to those who are asked first for them."""

from __future__ import annotations

from typing import Any

import pytest

from providers import ConfigError, LocalConfig, MultiLLMConfig, OpenAIConfig
from providers.classify import TaskKind
from tests.fakeserver import status
from tests.routing.conftest import Bench

CODE = "Write a Python function that adds two numbers."
TABLE = {"code": ["anthropic", "openai/gpt-6.1-terra"], "translation": ["google"]}


@pytest.mark.parametrize("strategy", ["cost", "latency", "dynamic", "balanced", "adaptive"])
async def test_the_listed_go_first_in_their_order(bench: Bench, strategy: str) -> None:
    bench.build(tasks=TABLE, routing_strategy=strategy)
    seen = await bench.ask(CODE)
    assert seen.route is not None
    assert [view.provider for view in seen.route.candidates][:2] == ["anthropic", "openai"]
    assert "listed for code" in seen.route.reason
    assert seen.route.task is TaskKind.CODE
    assert len(seen.route.candidates) == 4, "the others stay behind as a fallback"


async def test_the_next_of_the_list_answers_when_the_first_fails(bench: Bench) -> None:
    bench.build(tasks=TABLE, routing_strategy="cost", fallback_providers=["groq", "google"])
    bench.server.anthropic.reply(status(500))
    seen = await bench.ask(CODE)
    assert seen.answer.provider == "openai", "before those who are listed for everything"


async def test_who_cannot_answer_is_named(bench: Bench) -> None:
    bench.build(tasks=TABLE, routing_strategy="cost", anthropic=None)
    seen = await bench.ask(CODE)
    assert seen.route is not None
    assert seen.route.provider == "openai"
    assert "anthropic cannot answer" in seen.route.reason


async def test_other_tasks_and_a_named_provider_are_not_touched(bench: Bench) -> None:
    bench.build(tasks=TABLE, routing_strategy="cost")
    assert (await bench.ask("Hello there")).answer.provider != "anthropic"
    assert (await bench.ask("Translate cat into French")).answer.provider == "google"
    assert (await bench.ask(CODE, provider="groq")).answer.provider == "groq"


async def test_who_lists_the_last_resort_means_it(bench: Bench) -> None:
    bench.build(tasks={"chat": ["local"]}, local=LocalConfig(), routing_strategy="cost")
    ranking = await bench.factory.router.rank(_request("Hello"))
    assert ranking.order[0].provider == "local"


def _request(text: str) -> Any:
    from providers.reply import to_request

    return to_request(text)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"poetry": ["openai"]}, "'poetry' is no kind of task; allowed are code"),
        ({"code": "openai"}, "must be a list"),
        ({"code": []}, "must be a list"),
        ({"code": ["nobody"]}, "names 'nobody', which is no provider"),
        ({"code": ["openai/gpt-0"]}, "'gpt-0', which openai does not list"),
    ],
)
def test_a_bad_table_is_refused(table: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        MultiLLMConfig(openai=OpenAIConfig("k"), tasks=table)
