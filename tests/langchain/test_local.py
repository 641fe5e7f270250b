"""The built-in model through LangChain and LangGraph: really loaded, offline, nothing mocked.

It knows no tools; a template that shows it some, and a conversation to imitate, are enough for it
to call one (see ``tests.wire.test_peer_tools``), served over HTTP by llama.cpp itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool

from providers import AllProvidersFailed, CustomConfig, LocalConfig, MultiLLMConfig, ProviderFactory
from providers.langchain import ChatTelex
from tests.langchain.examples import load
from tests.langchain.test_rag import CORPUS, QUESTION
from tests.wire.apis import KEY
from tests.wire.test_peer import serve
from tests.wire.test_peer_tools import TEMPLATE

AGENT, CHATBOT, RAG = load("agent"), load("chatbot"), load("rag")


@pytest.fixture(scope="module")
def local() -> Iterator[ChatTelex]:
    factory = ProviderFactory(MultiLLMConfig(local=LocalConfig()), find_key=lambda _: None)
    yield ChatTelex(factory=factory, max_tokens=24, temperature=0.0)
    factory.close()


def test_it_answers_and_streams(local: ChatTelex) -> None:
    answer = local.invoke("Say hello.")
    assert answer.text.strip()
    assert answer.response_metadata["provider"] == "local"
    assert answer.response_metadata["cost"] == 0.0
    assert answer.usage_metadata is not None
    assert 0 < answer.usage_metadata["output_tokens"] <= 24
    pieces = [str(chunk.text) for chunk in local.stream("Say hello.")]
    assert len([piece for piece in pieces if piece]) > 1
    assert "".join(pieces) == answer.text
    first_word = answer.text.split()[1]
    assert local.invoke("Say hello.", stop=[first_word]).text == answer.text.split(first_word)[0]


async def test_a_chatbot_remembers(local: ChatTelex) -> None:
    chatbot = CHATBOT.build_chatbot(local)
    for text in ("My name is Ada.", "What is my name?"):
        assert "".join([piece async for piece in CHATBOT.reply(chatbot, "one", text)]).strip()
    alone = "".join([piece async for piece in CHATBOT.reply(chatbot, "two", "What is my name?")])
    one, two = [
        (await chatbot.aget_state({"configurable": {"thread_id": thread}})).values["messages"]
        for thread in ("one", "two")
    ]
    assert len(one) == 4
    assert [message.text for message in two] == ["What is my name?", alone]
    read = [messages[-1].usage_metadata["input_tokens"] for messages in (one, two)]
    assert read[0] > read[1] + 20, "it read what was said before, in its own thread alone"


def test_a_chain_answers_from_what_was_found(local: ChatTelex, tmp_path: Path) -> None:
    for name, text in CORPUS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    retriever = RAG.PassageRetriever(db=RAG.index(sorted(tmp_path.iterdir())), count=2)
    done = RAG.build_chain(retriever, local).invoke(QUESTION)
    assert "1931" in done["answer"]
    assert done["sources"][0] == "bridges.md"


async def test_it_says_that_it_takes_no_tools(local: ChatTelex) -> None:
    agent = AGENT.build_agent(local, [AGENT.days_between])
    with pytest.raises(AllProvidersFailed, match="local takes no tools"):
        await agent.ainvoke({"messages": [HumanMessage("How many days?")]})


@pytest.fixture(scope="module")
def llama() -> Iterator[str]:
    server = serve(n_ctx=1024, chat_template=TEMPLATE)
    yield server.listening_address
    del server  # not sooner: it stops with its last reference


def _round(number: int, city: str) -> list[BaseMessage]:
    call = {"id": f"c{number}", "name": "weather", "args": {"city": city}}
    return [
        HumanMessage(f"What is the weather in {city}?"),
        AIMessage("", tool_calls=[call]),
        ToolMessage("rain", tool_call_id=f"c{number}"),
        AIMessage(f"It rains in {city}."),
    ]


async def test_an_agent_whose_model_really_calls_the_tool(llama: str) -> None:
    asked: list[str] = []

    @tool
    def weather(city: str) -> str:
        """Tell the weather."""
        asked.append(city)
        return "rain"

    custom = CustomConfig(name="llama", api_key=KEY, base_url=f"{llama}/v1", model="some-model")
    factory = ProviderFactory(MultiLLMConfig(custom=[custom]), find_key=lambda _: None)
    agent = AGENT.build_agent(ChatTelex(factory=factory, max_tokens=32, temperature=0.0), [weather])
    past = [*_round(0, "Oslo"), *_round(1, "Bergen"), HumanMessage("What is the weather in Rome?")]
    done = await agent.ainvoke({"messages": past}, {"recursion_limit": 8})
    await factory.aclose()
    assert asked == ["Rome"]
    *_, result, answer = done["messages"]
    assert (result.type, result.text) == ("tool", "rain")
    assert "Rome" in answer.text
