"""A real LangGraph agent with a real tool, on each of the wire formats."""

from __future__ import annotations

import json
import runpy

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from providers import AllProvidersFailed
from providers.messages import ToolCall
from tests.fakeserver import FakeServer, RecordedRequest, Reply, ok, status, tool_calls
from tests.langchain.conftest import Connect
from tests.langchain.examples import FOLDER, load
from tests.wire.test_tools_routed import KINDS, PAIRS

EXAMPLE = load("agent")
DATES = {"first": "1969-07-20", "last": "2000-01-01"}
CALL = ToolCall("call_1", "days_between", json.dumps(DATES))
START = {"messages": [HumanMessage("How many days?")]}


@pytest.mark.parametrize("name", KINDS)
async def test_the_tool_runs_and_its_result_goes_back(
    server: FakeServer, connect: Connect, name: str
) -> None:
    server.endpoint(name).reply(tool_calls(CALL, text="Let me count."), ok("11122 days."))
    agent = EXAMPLE.build_agent(connect(name), [EXAMPLE.days_between])
    done = await agent.ainvoke(START)
    _, called, result, answer = done["messages"]
    assert (called.text, called.tool_calls[0]["args"]) == ("Let me count.", DATES)
    assert isinstance(result, ToolMessage)
    assert (result.content, result.tool_call_id) == ("11122", called.tool_calls[0]["id"])
    assert answer.text == "11122 days."
    first, second = server.endpoint(name).chats
    assert list(first.tools) == list(second.tools) == ["days_between"]
    assert first.tools["days_between"]["required"] == ["first", "last"]
    assert [(each[1], each[2]) for each in second.calls] == [("days_between", DATES)]
    assert [text for _, text in second.results] == ["11122"]


@pytest.mark.parametrize(("first", "second"), PAIRS)
async def test_another_provider_goes_on_with_the_result(
    server: FakeServer, connect: Connect, first: str, second: str
) -> None:
    """The second step fails: the call that one model made is continued by another."""
    server.endpoint(first).reply(tool_calls(CALL), status(500))
    server.endpoint(second).reply(ok("11122 days."))
    agent = EXAMPLE.build_agent(connect(first, second), [EXAMPLE.days_between])
    answer = (await agent.ainvoke(START))["messages"][-1]
    assert answer.text == "11122 days."
    told = answer.response_metadata
    assert told["provider"] == second
    tried = [(each["provider"], each["outcome"]) for each in told["attempts"]]
    assert tried == [(first, "failed"), (second, "ok")]
    (asked,) = server.endpoint(second).chats
    assert [(each[1], each[2]) for each in asked.calls] == [("days_between", DATES)]
    assert [text for _, text in asked.results] == ["11122"]
    assert asked.calls[0][0] == asked.results[0][0], "the result names its call"


async def test_a_stream_of_steps_and_tokens(server: FakeServer, connect: Connect) -> None:
    server.anthropic.reply(tool_calls(CALL), ok("It is 11122 days."))
    agent = EXAMPLE.build_agent(connect("anthropic"), [EXAMPLE.days_between])
    steps: list[str] = []
    text = ""
    async for mode, event in agent.astream(START, stream_mode=["updates", "messages"]):
        if mode == "updates":
            steps += event
        elif event[1]["langgraph_node"] == "ask":
            text += event[0].text
    assert steps == ["ask", "tools", "ask"]
    assert text == "It is 11122 days."
    assert all(request.streamed for request in server.anthropic.chats)


async def test_the_same_agent_without_async(server: FakeServer, connect: Connect) -> None:
    """A node that blocks, inside a running event loop."""
    from langgraph.graph import START as BEGIN
    from langgraph.graph import MessagesState, StateGraph

    model = connect("openai")

    def ask(state: MessagesState) -> dict[str, list[AIMessage]]:
        return {"messages": [model.invoke(state["messages"])]}

    graph = StateGraph(MessagesState)
    graph.add_node("ask", ask)
    graph.add_edge(BEGIN, "ask")
    done = graph.compile().invoke({"messages": [HumanMessage("hi")]})
    assert done["messages"][-1].text == "Hello!"


async def test_a_broken_call_runs_nothing(server: FakeServer, connect: Connect) -> None:
    """Half of the arguments must not be taken for all of them, streamed or not."""
    broken = ToolCall("call_1", "days_between", '{"first": "1969-07-20", "last": "2000-01-0')
    server.groq.default(tool_calls(broken))
    agent = EXAMPLE.build_agent(connect("groq"), [EXAMPLE.days_between])
    whole = await agent.ainvoke(START)
    *_, streamed = [event async for event in agent.astream(START, stream_mode="values")]
    *_, protocol = [
        event async for event in agent.astream(START, stream_mode=["values", "messages"])
    ]
    for done in (whole, streamed, protocol[1]):
        assert len(done["messages"]) == 2, "no tool was run"
        answer = done["messages"][-1]
        assert answer.tool_calls == []
        (wrong,) = answer.invalid_tool_calls
        assert wrong["args"].endswith(broken.arguments)


async def test_nobody_answers(server: FakeServer, connect: Connect) -> None:
    server.openai.default(status(401, "wrong key"))
    agent = EXAMPLE.build_agent(connect("openai"), [EXAMPLE.days_between])
    with pytest.raises(AllProvidersFailed, match=r"openai .*wrong key"):
        await agent.ainvoke(START)


def test_the_example_is_a_program(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def step(request: RecordedRequest) -> Reply:
        found = "".join(text for _, text in request.results)
        return ok(f"{found} days.") if found else tool_calls(CALL)

    for name in KINDS:
        server.endpoint(name).default(step)
    for variable, value in server.environment().items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr("sys.argv", ["agent.py", "How many days?"])
    runpy.run_path(str(FOLDER / "agent.py"), run_name="__main__")
    answer, who = capsys.readouterr().out.splitlines()
    assert answer == "11122 days."
    assert who.strip("()").split(", ")[0] in KINDS
