from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.messages import Role
from storage.ledger import SqliteLedger
from storage.reader import Reader
from tests.storage.helpers import answered

_SYNTAX = ['"', "'", "*", "(", ")", ":", "^", "-", "+", "{", "}", "\\", "%", "_", "\x00", "\ud800"]
_WORDS = ["AND", "OR", "NOT", "NEAR(a b, 2)", "content:", "rowid", "foo", "ü", "数据"]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    path = tmp_path_factory.mktemp("search") / "telex.db"
    ledger = SqliteLedger(path)
    asyncio.run(answered(ledger, "How does SQLite search foo?", "With FTS5, naïvely."))
    asyncio.run(answered(ledger, "explain x->y[0] = 100%", "数据库很好 \x1b[31mred"))
    reader = Reader(path)
    yield reader
    reader.close()
    ledger.close()


def test_words_in_any_order_case_and_accent(library: Reader) -> None:
    [hit] = library.search("SEARCH sqlite")
    assert (hit.conversation_id, hit.role) == (1, Role.USER)
    assert hit.title == "How does SQLite search foo?"
    assert "search" in hit.snippet
    assert library.search("naively")[0].role is Role.ASSISTANT
    assert library.search("missing sqlite") == ()


def test_the_last_word_may_be_half_typed(library: Reader) -> None:
    assert len(library.search("sqlite sea")) == 1


@pytest.mark.parametrize("text", ["x->y[0]", "100%", "据库", "库很"])
def test_text_without_words_is_found_as_it_stands(library: Reader, text: str) -> None:
    [hit] = library.search(text)
    assert hit.conversation_id == 2
    assert text in hit.snippet


def test_snippets_are_one_inert_line(library: Reader) -> None:
    for hit in library.search("red"):
        assert "\x1b" not in hit.snippet
        assert "\n" not in hit.snippet


@pytest.mark.parametrize("text", ["", "  \n", "\x00", "%", "_", '"', "***", "NOT"])
def test_odd_questions_have_plain_answers(library: Reader, text: str) -> None:
    hits = library.search(text)
    assert len(hits) == (1 if text == "%" else 0)


@settings(deadline=None, max_examples=300)
@given(
    text=st.lists(st.sampled_from(_SYNTAX + _WORDS) | st.text(max_size=5), max_size=8).map("".join)
)
def test_any_text_is_a_safe_question(library: Reader, text: str) -> None:
    library.search(text, limit=5)


async def test_the_index_follows_every_change(ledger: SqliteLedger, reader: Reader) -> None:
    ids = await ledger.begin_exchange(None, "question", "cost")
    await ledger.save_progress(ids.exchange_id, "early words")
    assert len(reader.search("early")) == 1
    await ledger.save_progress(ids.exchange_id, "later words")
    assert reader.search("early") == ()
    assert len(reader.search("later")) == 1
    await ledger.delete_conversation(ids.conversation_id)
    assert reader.search("words") == ()


async def test_limits_and_order(ledger: SqliteLedger, reader: Reader, tmp_path: Path) -> None:
    for _ in range(5):
        await answered(ledger, "same words", "")
    hits = reader.search("same words", limit=3)
    assert [hit.conversation_id for hit in hits] == [5, 4, 3]
    assert reader.search("same", limit=0) == ()
