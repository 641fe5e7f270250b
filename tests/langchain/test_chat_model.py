"""The model itself: answers, what is told with them, settings, errors, and what is never shown."""

from __future__ import annotations

import asyncio
import json
import pickle
import subprocess
import sys

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.load import dumps
from langchain_core.messages import HumanMessage, SystemMessage, message_to_dict

from providers import AllProvidersFailed, ConfigError
from providers.langchain import ChatTelex
from providers.usage import Usage
from tests.fakeserver import FakeServer, ok, status
from tests.langchain.conftest import Connect
from tests.langchain.test_messages import IMAGES
from tests.langchain.test_tools import weather
from tests.wire.test_tools_routed import KINDS


@pytest.mark.parametrize("name", KINDS)
async def test_what_comes_with_an_answer(server: FakeServer, connect: Connect, name: str) -> None:
    usage = Usage(100, 50, cached_tokens=40, reasoning_tokens=20)
    server.endpoint(name).reply(ok("Hi.", usage=usage))
    answer = await connect(name).ainvoke("hi")
    assert answer.text == "Hi."
    told = answer.response_metadata
    assert (told["provider"], told["strategy"]) == (name, "manual")
    assert told["model_name"]
    assert told["reason"]
    assert told["cost"] > 0
    assert told["latency"] > 0
    assert told["finish_reason"]
    assert not told["cached"]
    assert not told["usage_estimated"]
    assert [(each["provider"], each["outcome"]) for each in told["attempts"]] == [(name, "ok")]
    used = answer.usage_metadata
    assert used is not None
    assert (used["input_tokens"], used["output_tokens"], used["total_tokens"]) == (100, 50, 150)
    assert used["input_token_details"] == {"cache_read": 40, "cache_creation": 0}
    json.dumps(message_to_dict(answer))  # what stores of histories do


async def test_settings_of_the_model_and_of_one_call(server: FakeServer, connect: Connect) -> None:
    model = connect("openai", "groq", fields={"temperature": 0.5, "max_tokens": 100})
    await model.ainvoke("hi")
    await model.ainvoke("hi", temperature=0.25, max_tokens=7)
    first, second = (request.body for request in server.openai.chats)
    assert (first["temperature"], first["max_output_tokens"]) == (0.5, 100)
    assert (second["temperature"], second["max_output_tokens"]) == (0.25, 7)
    answer = await model.bind(provider="groq").ainvoke("hi")
    assert answer.response_metadata["provider"] == "groq"
    answer = await model.ainvoke("hi", strategy="latency")
    assert answer.response_metadata["strategy"] == "latency"


async def test_a_model_of_one_provider(server: FakeServer, connect: Connect) -> None:
    factory = connect("openai", "groq").factory
    model = ChatTelex(factory=factory, provider="groq", model=factory.config_of("groq").model)
    assert (await model.ainvoke("hi")).response_metadata["provider"] == "groq"
    named = await model.ainvoke("hi", provider="openai")
    assert named.response_metadata["provider"] == "openai", (
        "the other one's model is not asked of it"
    )


def test_names_are_checked_at_once(connect: Connect) -> None:
    factory = connect("openai").factory
    with pytest.raises(ConfigError, match=r"no provider is called 'opnai'; configured are openai"):
        ChatTelex(factory=factory, provider="opnai")
    with pytest.raises(ConfigError, match="openai has no model 'x'"):
        ChatTelex(factory=factory, provider="openai", model="x")
    with pytest.raises(ValueError, match="'cost'"):
        ChatTelex(factory=factory, strategy="cheap")  # type: ignore[arg-type]  # what is tested


async def test_mistakes_in_a_call(server: FakeServer, connect: Connect) -> None:
    model = connect("openai")
    with pytest.raises(ValueError, match="takes no 'top_p'; a call may give temperature, max_t"):
        await model.ainvoke("hi", top_p=0.5)
    with pytest.raises(ConfigError, match="'cheap' is no routing strategy; allowed are cost"):
        await model.ainvoke("hi", strategy="cheap")
    with pytest.raises(ValueError, match="nothing to answer"):
        await model.ainvoke([SystemMessage("Be brief.")])
    assert server.openai.requests == []


async def test_fallback_is_told(server: FakeServer, connect: Connect) -> None:
    server.openai.reply(status(429, "slow down"))
    answer = await connect("openai", "google").ainvoke("hi")
    first, second = answer.response_metadata["attempts"]
    assert (first["provider"], first["error"], first["status"]) == ("openai", "rate_limit", 429)
    assert second["provider"] == answer.response_metadata["provider"] == "google"


async def test_when_everything_fails(server: FakeServer, connect: Connect) -> None:
    server.openai.reply(status(500))
    server.groq.reply(status(401))
    with pytest.raises(AllProvidersFailed) as caught:
        await connect("openai", "groq").ainvoke("hi")
    assert [attempt.provider for attempt in caught.value.attempts] == ["openai", "groq"]


def test_batches(server: FakeServer, connect: Connect) -> None:
    model = connect("openai")
    server.openai.default(lambda request: ok(f"got {request.body['input'][0]['content']}"))
    told = model.batch([f"question {n}" for n in range(8)], {"max_concurrency": 4})
    assert [("question " + str(n)) in answer.text for n, answer in enumerate(told)] == [True] * 8


async def test_batches_with_a_failure(server: FakeServer, connect: Connect) -> None:
    server.openai.reply(status(400), ok("fine"))
    failed, fine = await connect("openai").abatch(
        ["a", "b"], {"max_concurrency": 1}, return_exceptions=True
    )
    assert isinstance(failed, AllProvidersFailed)
    assert fine.text == "fine"


async def test_blocking_calls_inside_a_running_loop(server: FakeServer, connect: Connect) -> None:
    model = connect("anthropic")
    assert asyncio.get_running_loop().is_running()
    assert model.invoke("hi").text == "Hello!"
    assert "".join(str(chunk.text) for chunk in model.stream("hi")) == "Hello!"


async def test_langchains_cache(server: FakeServer, connect: Connect) -> None:
    """Its key must hold what changes the answer."""
    model = connect("openai", "groq", fields={"cache": InMemoryCache()})
    await model.ainvoke("hi")
    await model.ainvoke("hi")
    assert len(server.openai.chats) == 1
    await model.ainvoke("hi", temperature=0.5)
    await model.model_copy(update={"max_tokens": 5}).ainvoke("hi")
    assert len(server.openai.chats) == 3
    await model.model_copy(update={"provider": "groq"}).ainvoke("hi")
    assert len(server.groq.chats) == 1


def test_tokens_are_estimated(connect: Connect) -> None:
    model = connect("openai")
    assert model.get_num_tokens("four letters a token") == 5
    plain = model.get_num_tokens_from_messages([HumanMessage("hi")])
    assert 0 < plain < 10
    seen = model.get_num_tokens_from_messages([HumanMessage([IMAGES["standard"]])])
    assert 1_000 < seen < 5_000, "an image is no text"
    assert model.get_num_tokens_from_messages([HumanMessage("hi")], [weather]) > plain


def test_no_key_is_ever_written(server: FakeServer) -> None:
    from providers import MultiLLMConfig, OpenAIConfig, ProviderFactory

    key = "sk-never-to-be-seen-0123456789"
    config = MultiLLMConfig(openai=OpenAIConfig(key, base_url=server.base_url("openai")))
    model = ChatTelex(factory=ProviderFactory(config, find_key=lambda _: None))
    bound = model.bind_tools([weather])
    answer = model.invoke("hi")
    server.openai.reply(status(401, f"wrong key: {key}"))
    with pytest.raises(AllProvidersFailed) as caught:
        model.invoke("hi")
    shown = [
        repr(model), str(model), dumps(model), model.model_dump_json(), json.dumps(model.to_json()),
        repr(model._identifying_params), repr(model._get_llm_string()), dumps(bound), repr(bound),
        dumps(answer), str(caught.value),
    ]  # fmt: skip
    assert not [text for text in shown if key in text]
    with pytest.raises(TypeError):
        pickle.dumps(model)
    model.factory.close()


def test_without_langchain_it_says_what_to_install() -> None:
    script = (
        "import sys\n"
        "sys.modules['langchain_core'] = None\n"
        "import providers\n"
        "try:\n"
        "    import providers.langchain\n"
        "except ImportError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert 'pip install "telex[langchain]"' in done.stdout
