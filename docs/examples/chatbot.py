"""A chatbot with memory: LangGraph keeps each thread's conversation, telex asks the models.

Runs without a key and offline, with the built-in model. Every line is a question; ``/thread NAME``
goes to another conversation::

    python docs/examples/chatbot.py
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.graph.state import CompiledStateGraph

from providers import (
    AnthropicConfig,
    GoogleConfig,
    GroqConfig,
    LocalConfig,
    MultiLLMConfig,
    OpenAIConfig,
    ProviderFactory,
)
from providers.langchain import ChatTelex

Chatbot = CompiledStateGraph[MessagesState, None, MessagesState, MessagesState]


def build_chatbot(model: BaseChatModel) -> Chatbot:
    """Return a graph that answers, and remembers each thread."""

    async def answer(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await model.ainvoke(state["messages"])]}

    graph = StateGraph(MessagesState)
    graph.add_node("answer", answer)
    graph.add_edge(START, "answer")
    return graph.compile(checkpointer=InMemorySaver())


async def reply(chatbot: Chatbot, thread: str, text: str) -> AsyncIterator[str]:
    """Yield the answer to ``text`` in a thread, as it comes."""
    stream = chatbot.astream(
        {"messages": [HumanMessage(text)]},
        {"configurable": {"thread_id": thread}},
        stream_mode="messages",
    )
    async for chunk, _ in stream:
        if isinstance(chunk, AIMessageChunk):
            yield str(chunk.text)


async def main(lines: Iterable[str]) -> None:
    """Answer every line."""
    factory = ProviderFactory(
        MultiLLMConfig(
            openai=OpenAIConfig(),
            anthropic=AnthropicConfig(),
            google=GoogleConfig(),
            groq=GroqConfig(),
            local=LocalConfig(),
        )
    )
    chatbot = build_chatbot(ChatTelex(factory=factory, max_tokens=300))
    thread = "main"
    for line in map(str.strip, lines):
        if line.startswith("/thread "):
            thread = line.removeprefix("/thread ").strip()
        elif line:
            async for piece in reply(chatbot, thread, line):
                print(piece, end="", flush=True)
            print()
    await factory.aclose()


if __name__ == "__main__":
    asyncio.run(main(sys.stdin))
