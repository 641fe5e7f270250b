"""Pasted text is never keys, however the terminal cuts it into pieces."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from textual.events import Key, Paste

from app.safe_paste import PasteGuard, SafePasteParser

HOSTILE = "begin \x1b]0;owned\x07\x1bkx\x1b\\ \r \x1b]52;c;aa\r\x11 \x1b[201 \x1b[20 end"


def cut(text: str, places: list[int]) -> list[str]:
    marks = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    return [text[start:stop] for start, stop in pairwise(marks)]


@given(st.lists(st.integers(0, 500)))
def test_a_hostile_paste_is_one_paste_and_no_key(places: list[int]) -> None:
    parser = SafePasteParser()
    events = [
        event
        for piece in cut(f"a\x1b[200~{HOSTILE}\x1b[201~b", places)
        for event in parser.feed(piece)
    ]
    keys = [event.key for event in events if isinstance(event, Key)]
    pastes = [event.text for event in events if isinstance(event, Paste)]
    assert keys == ["a", "b"]
    assert pastes == [HOSTILE.replace("\x1b", "␛")]


@given(st.text(alphabet="ab\x1b[]20~1O"), st.lists(st.integers(0, 100)))
def test_what_is_typed_is_passed_on_at_once(typed: str, places: list[int]) -> None:
    guard = PasteGuard()
    if "\x1b[200~" not in typed:
        assert [guard.clean(piece) for piece in cut(typed, places)] == cut(typed, places)


def test_keys_work_as_before() -> None:
    parser = SafePasteParser()
    events = [*parser.feed("\x1b[A"), *parser.feed("\x1bOP"), *parser.feed("x")]
    assert [event.key for event in events if isinstance(event, Key)] == ["up", "f1", "x"]
