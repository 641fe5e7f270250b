"""Nothing gets through that a terminal would obey, and nothing else is touched."""

from __future__ import annotations

import sys
import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from providers.sanitise import sanitise, sanitise_line

BIDI_CONTROLS = {
    chr(code)
    for code in range(sys.maxunicode + 1)
    if unicodedata.bidirectional(chr(code))
    in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
} | set("\u061c\u200e\u200f")
"""Unicode's property ``Bidi_Control``: embeddings, overrides, isolates and the three marks."""
SEPARATORS = set("\u2028\u2029")

# Every kind of character, and more of the dangerous ones than chance would bring.
hostile = st.lists(
    st.text(max_size=5)
    | st.characters(categories=["Cc", "Cs", "Zl", "Zp", "Cf"])
    | st.sampled_from(["\x1b[2J", "\x1b]52;c;AAAA\x07", "\x9b31m", "\r\n", "👩‍👩‍👧", "e\u0301"])
).map("".join)


def harmless(character: str) -> bool:
    if character in "\n\t":
        return True
    category = unicodedata.category(character)
    return category not in {"Cc", "Cs"} and character not in BIDI_CONTROLS | SEPARATORS


def test_every_single_character() -> None:
    """All of Unicode, one by one: harmless ones stay as they are, no other stays."""
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        left = sanitise(character)
        assert (left == character) is harmless(character), hex(code)
        assert all(map(harmless, left)), hex(code)
        assert len(left) <= 1, hex(code)


@settings(deadline=None)
@given(hostile)
@example("\x1b[31mred\x1b[0m")
def test_what_is_left_is_harmless(text: str) -> None:
    left = sanitise(text)
    assert all(map(harmless, left))
    assert len(left) <= len(text)
    left.encode()  # it can be written to a terminal and to SQLite


@settings(deadline=None)
@given(hostile)
def test_nothing_harmless_is_lost(text: str) -> None:
    kept = [character for character in text if harmless(character)]
    left = iter(sanitise(text))
    assert all(character in left for character in kept), "in their order"


@settings(deadline=None)
@given(hostile, hostile)
def test_it_makes_no_difference_where_a_stream_is_cut(first: str, second: str) -> None:
    assert sanitise(first) + sanitise(second) == sanitise(first + second)


@settings(deadline=None)
@given(hostile)
def test_twice_is_once(text: str) -> None:
    assert sanitise(sanitise(text)) == sanitise(text)
    assert sanitise_line(sanitise_line(text)) == sanitise_line(text)


@settings(deadline=None)
@given(hostile)
def test_a_line_is_one_line(text: str) -> None:
    line = sanitise_line(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert "  " not in line
    assert "\t" not in line
