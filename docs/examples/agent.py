"""An agent with a tool: LangGraph runs the tool, telex asks the models.

Needs a key for a model that takes tools; the built-in one takes none::

    python docs/examples/agent.py "How many days are there from 1969-07-20 to 2000-01-01?"
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from langchain_core.tools import BaseTool, tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.prebuilt import ToolNode, tools_condition

from providers import (
    AnthropicConfig,
    GoogleConfig,
    GroqConfig,
    MultiLLMConfig,
    OpenAIConfig,
    ProviderFactory,
    Strategy,
)
from providers.langchain import ChatTelex

QUESTION = "How many days are there from 1969-07-20 to 2000-01-01?"


@tool
def days_between(first: str, last: str) -> int:
    """Count the days from one date to another, both as YYYY-MM-DD."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def build_agent(
    model: BaseChatModel, tools: Sequence[BaseTool]
) -> CompiledStateGraph[MessagesState, None, MessagesState, MessagesState]:
    """Return a graph that asks the model, runs what it asks for, and asks again."""
    bound = model.bind_tools(tools)

    async def ask(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await bound.ainvoke(state["messages"])]}

    graph = StateGraph(MessagesState)
    graph.add_node("ask", ask)
    graph.add_node("tools", ToolNode(tools))
    graph.add_edge(START, "ask")
    graph.add_conditional_edges("ask", tools_condition)
    graph.add_edge("tools", "ask")
    return graph.compile()


async def main(question: str) -> None:
    """Answer ``question``, and say who did."""
    factory = ProviderFactory(
        MultiLLMConfig(
            routing_strategy=Strategy.QUALITY,
            openai=OpenAIConfig(),
            anthropic=AnthropicConfig(),
            google=GoogleConfig(),
            groq=GroqConfig(),
        )
    )
    agent = build_agent(ChatTelex(factory=factory), [days_between])
    done = await agent.ainvoke({"messages": [HumanMessage(question)]})
    answer = done["messages"][-1]
    print(answer.text)
    print(f"({answer.response_metadata['provider']}, {answer.response_metadata['model_name']})")
    await factory.aclose()


if __name__ == "__main__":
    asyncio.run(main(" ".join(sys.argv[1:]) or QUESTION))
