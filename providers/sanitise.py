"""The one filter between a stranger's text and a terminal.

Textual lets ESC through, so an OSC sequence in an answer would reach the person's terminal.
Everything that comes from outside passes here before it is stored or painted.
"""

from __future__ import annotations

_VISIBLE_ESCAPE = "\u241b"  # SYMBOL FOR ESCAPE: hostile output stays visible, but inert
_KEPT = "\n\t"

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_LINE_BREAKS = "\u2028\u2029\u0085\x0c\x0b"


def _build_table() -> dict[int, str | None]:
    table: dict[int, str | None] = {code: None for code in range(0x20) if chr(code) not in _KEPT}
    table[0x7F] = None
    table.update(dict.fromkeys(range(0x80, 0xA0)))
    table.update(dict.fromkeys(map(ord, _BIDI)))
    table.update(dict.fromkeys(map(ord, _LINE_BREAKS), "\n"))
    # Lone surrogates cannot be encoded: they would crash the terminal driver and SQLite.
    table.update(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))
    table[0x1B] = _VISIBLE_ESCAPE
    return table


_TABLE = _build_table()


def sanitise(text: str) -> str:
    """Return ``text`` with everything removed that a terminal would obey instead of show.

    Drops C0 controls but newline and tab, DEL, C1 and bidi controls; shows ESC as a visible
    glyph; turns other line separators into newlines and lone surrogates into U+FFFD. Works on
    each chunk of a stream by itself, because every rule looks at one character.
    """
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_TABLE)


def sanitise_line(text: str) -> str:
    """Return sanitised ``text`` on one line: for titles, model names and error summaries."""
    return " ".join(sanitise(text).split())
