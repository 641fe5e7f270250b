"""Answers from your own files, with their sources: SQLite's full-text search finds, telex asks.

Runs without a key and offline, with the built-in model. The folder holds Markdown or text files::

    python docs/examples/rag.py docs "What does the strategy adaptive learn from?"
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda, RunnableParallel, RunnablePassthrough

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

PROMPT = ChatPromptTemplate.from_messages(
    [
        ("system", "Answer in a sentence, from these passages alone.\n\n{passages}"),
        ("human", "{question}"),
    ]
)


def index(files: Sequence[Path]) -> sqlite3.Connection:
    """Return a full-text index of the paragraphs of ``files``."""
    # LangChain searches in a thread of its own; nobody writes by then.
    db = sqlite3.connect(":memory:", check_same_thread=False)
    db.execute("CREATE VIRTUAL TABLE passages USING fts5(text, source UNINDEXED, tokenize=porter)")
    rows = ((text, file.name) for file in files for text in _paragraphs(file))
    db.executemany("INSERT INTO passages VALUES (?, ?)", rows)
    return db


def _paragraphs(file: Path) -> Iterator[str]:
    for text in re.split(r"\n\s*\n", file.read_text(encoding="utf-8")):
        if text.strip():
            yield text.strip()


class PassageRetriever(BaseRetriever):
    """Finds the passages that share the most and the rarest words with the question (BM25)."""

    db: sqlite3.Connection
    count: int = 3

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", query))
        if not words:
            return []
        found = self.db.execute(
            "SELECT text, source FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?",
            (words, self.count),
        )
        return [Document(text, metadata={"source": source}) for text, source in found]


def build_chain(retriever: BaseRetriever, model: BaseChatModel) -> Runnable[str, dict[str, Any]]:
    """Return what gives a question its ``answer`` and the ``sources`` it was taken from."""
    asked = RunnableParallel(question=RunnablePassthrough(), found=retriever)
    answer = RunnablePassthrough.assign(passages=_passages) | PROMPT | model
    return asked | RunnablePassthrough.assign(answer=answer) | RunnableLambda(_with_sources)


def _passages(asked: dict[str, Any]) -> str:
    return "\n\n".join(document.page_content for document in asked["found"])


def _with_sources(done: dict[str, Any]) -> dict[str, Any]:
    sources = list(dict.fromkeys(document.metadata["source"] for document in done["found"]))
    return {"answer": str(done["answer"].text), "sources": sources}


def main(folder: str, question: str) -> None:
    """Answer ``question`` from the files in ``folder``."""
    factory = ProviderFactory(
        MultiLLMConfig(
            openai=OpenAIConfig(),
            anthropic=AnthropicConfig(),
            google=GoogleConfig(),
            groq=GroqConfig(),
            local=LocalConfig(),
        )
    )
    files = [path for path in sorted(Path(folder).iterdir()) if path.suffix in {".md", ".txt"}]
    chain = build_chain(
        PassageRetriever(db=index(files)), ChatTelex(factory=factory, max_tokens=200)
    )
    done = chain.invoke(question)
    print(done["answer"])
    print("Sources:", ", ".join(done["sources"]) or "none")
    factory.close()


if __name__ == "__main__":
    main(sys.argv[1], " ".join(sys.argv[2:]))
