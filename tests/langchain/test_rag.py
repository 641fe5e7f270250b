"""A chain with a real retriever: what is found goes to the model, its sources come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakeserver import FakeServer, ok, status
from tests.langchain.conftest import Connect
from tests.langchain.examples import load, run
from tests.wire.test_tools_routed import KINDS

EXAMPLE = load("rag")
CORPUS = {
    "bridges.md": "The bridge over the fjord opened in 1931.\n\nIts toll was abolished in 1954.",
    "boats.md": "The ferry sails every hour from the old harbour.",
    "birds.md": 'Puffins breed on the western cliffs. They are shy {of} "people".',
}
QUESTION = "When did the bridge open?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in CORPUS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def retriever(folder: Path) -> Any:
    return EXAMPLE.PassageRetriever(db=EXAMPLE.index(sorted(folder.iterdir())), count=2)


def test_the_index_finds_by_rare_words(retriever: Any) -> None:
    def sources(question: str) -> list[str]:
        return [found.metadata["source"] for found in retriever.invoke(question)]

    assert sources("When did the bridge open?")[0] == "bridges.md"
    assert sources("puffin?") == ["birds.md"], "another form of the word"
    assert sources('Is there a "ferry" (or NOT)?')[0] == "boats.md", "no query syntax"
    assert sources("?!") == []


@pytest.mark.parametrize("name", KINDS)
async def test_an_answer_with_its_sources(
    server: FakeServer, connect: Connect, retriever: Any, name: str
) -> None:
    server.endpoint(name).reply(ok("In 1931."))
    chain = EXAMPLE.build_chain(retriever, connect(name))
    assert await chain.ainvoke(QUESTION) == {
        "answer": "In 1931.",
        "sources": ["bridges.md", "boats.md"],
    }
    (asked,) = server.endpoint(name).chats
    body = str(asked.body)
    assert "opened in 1931" in body
    assert QUESTION in body
    assert "Puffins" not in body


async def test_the_fallback_gets_the_same_passages(
    server: FakeServer, connect: Connect, retriever: Any
) -> None:
    server.groq.reply(status(429))
    server.anthropic.reply(ok("In 1931."))
    chain = EXAMPLE.build_chain(retriever, connect("groq", "anthropic"))
    assert (await chain.ainvoke(QUESTION))["answer"] == "In 1931."
    assert "opened in 1931" in str(server.anthropic.chats[0].body)


async def test_what_is_found_is_no_template(
    server: FakeServer, connect: Connect, retriever: Any
) -> None:
    chain = EXAMPLE.build_chain(retriever, connect("openai"))
    await chain.ainvoke("Are {puffins} shy?")
    assert "They are shy {of}" in str(server.openai.chats[0].body)


def test_the_example_is_a_program_that_runs_offline(folder: Path) -> None:
    printed = run("rag", str(folder), QUESTION, environment={})
    answer, sources = printed.rstrip().rsplit("\n", 1)
    assert answer.strip()
    assert sources.startswith("Sources: bridges.md")
