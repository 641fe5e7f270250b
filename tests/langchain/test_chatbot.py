"""A chatbot with LangGraph's memory, on each of the wire formats and on the built-in model."""

from __future__ import annotations

from typing import Any

import pytest

from providers import Arm, Experiment, StreamInterrupted
from tests.fakeserver import FakeServer, cut, ok, status
from tests.langchain.conftest import Connect
from tests.langchain.examples import load, run
from tests.wire.test_tools_routed import KINDS

EXAMPLE = load("chatbot")


async def say(chatbot: Any, thread: str, text: str) -> list[str]:
    return [piece async for piece in EXAMPLE.reply(chatbot, thread, text) if piece]


@pytest.mark.parametrize("name", KINDS)
async def test_two_threads_stay_apart(server: FakeServer, connect: Connect, name: str) -> None:
    answers = ["Hello, Ada, nice to meet you.", "Hello, Bob.", "You are Ada."]
    server.endpoint(name).reply(*map(ok, answers))
    chatbot = EXAMPLE.build_chatbot(connect(name))
    pieces = await say(chatbot, "one", "I am Ada.")
    assert "".join(pieces) == answers[0]
    assert len(pieces) > 1, "it streams"
    assert "".join(await say(chatbot, "two", "I am Bob.")) == answers[1]
    assert "".join(await say(chatbot, "one", "Who am I?")) == answers[2]
    _, second, third = [str(request.body) for request in server.endpoint(name).chats]
    assert "Ada" not in second
    assert "Bob" not in third
    said = ["I am Ada.", answers[0], "Who am I?"]
    places = [third.find(text) for text in said]
    assert -1 not in places
    assert places == sorted(places)
    state = await chatbot.aget_state({"configurable": {"thread_id": "one"}})
    assert [message.text for message in state.values["messages"]] == [*said, answers[2]]
    last = state.values["messages"][-1]
    assert last.response_metadata["provider"] == name, "what the checkpoint keeps"
    assert last.usage_metadata["output_tokens"] > 0


async def test_a_silent_fallback_in_a_stream(server: FakeServer, connect: Connect) -> None:
    server.openai.reply(status(503))
    chatbot = EXAMPLE.build_chatbot(connect("openai", "google"))
    assert "".join(await say(chatbot, "one", "hi")) == "Hello!"
    state = await chatbot.aget_state({"configurable": {"thread_id": "one"}})
    told = state.values["messages"][-1].response_metadata
    assert [each["provider"] for each in told["attempts"]] == ["openai", "google"]


async def test_a_lost_stream_leaves_the_thread_as_it_was(
    server: FakeServer, connect: Connect
) -> None:
    server.openai.reply(cut("one two three four", after=2))
    chatbot = EXAMPLE.build_chatbot(connect("openai", "google"))
    with pytest.raises(StreamInterrupted) as caught:
        await say(chatbot, "one", "hi")
    assert caught.value.partial_text == "one two"
    assert "".join(await say(chatbot, "one", "again")) == "Hello!"
    assert server.google.chats == [], "nobody's answer follows another's"


async def test_a_thread_keeps_its_arm(server: FakeServer, connect: Connect) -> None:
    arms = Experiment(
        name="who", arms=[Arm(name="a", provider="openai"), Arm(name="b", provider="groq")]
    )
    model = connect("openai", "groq", routing_strategy="experiment", experiment=arms)
    chatbot = EXAMPLE.build_chatbot(model)
    threads = [f"thread {number}" for number in range(6)]
    for _ in range(3):
        for thread in threads:
            await say(chatbot, thread, "hi")
    answered = []
    for thread in threads:
        state = await chatbot.aget_state({"configurable": {"thread_id": thread}})
        messages = state.values["messages"][1::2]
        answered.append({message.response_metadata["provider"] for message in messages})
    assert all(len(names) == 1 for names in answered), answered
    assert len(set.union(*answered)) == 2, "both arms are drawn"


def test_the_example_is_a_program_that_runs_offline() -> None:
    printed = run("chatbot", said="Say hello.\n\n/thread two\nSay hello.\n", environment={})
    first, *_ = printed.splitlines()
    assert first.strip()
