"""Text inside a paragraph: emphasis, code, links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.segment import Segment
from rich.style import Style

from providers.sanitise import sanitise, sanitise_line
from widgets.markdown.palette import Palette

# Raw HTML is off: it is shown as the text it is.
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

_ADDRESS = re.compile(r"https?://[^\s<>\"`|\\]*[^\s<>\"`|\\.,;:!?'*_~)\]}]")
_CLOSING = {")": "(", "]": "["}

_LONGEST_PARAGRAPH = 20_000  # characters; inline parsing is not linear, so longer ones stay plain


@dataclass(frozen=True, slots=True)
class Inline:
    """Text whose inline markup is parsed when it is painted.

    Args:
        source: the Markdown.
        references: the link definitions of its document, as markdown-it keeps them.
    """

    source: str
    references: dict[str, Any] = field(default_factory=dict)

    def segments(self, palette: Palette, base: Style) -> list[Segment]:
        """Return the text in its styles laid over ``base``; a hard break is a newline."""
        if len(self.source) > _LONGEST_PARAGRAPH:
            return [Segment(self.source.replace("\t", " "), base)]
        tokens: list[Token] = []
        MARKDOWN.inline.parse(self.source, MARKDOWN, self.references, tokens)
        return _paint(tokens, palette, base)


def _paint(tokens: Sequence[Token], palette: Palette, base: Style) -> list[Segment]:
    # Entities are decoded by the parser, so what comes out is sanitised once more.
    over = {"strong": palette.strong, "em": palette.emphasis, "s": palette.strike}
    stack = [base]
    targets: list[tuple[str, int]] = []
    out: list[Segment] = []
    for token in tokens:
        kind, _, edge = token.type.rpartition("_")
        if token.type in {"text", "text_special"}:
            text = sanitise(token.content).replace("\t", " ")
            out += [Segment(text, stack[-1])] if targets else _text(text, palette, stack[-1])
        elif token.type == "code_inline":
            out.append(Segment(sanitise_line(token.content), stack[-1] + palette.inline_code))
        elif token.type == "softbreak":
            out.append(Segment(" ", stack[-1]))
        elif token.type == "hardbreak":
            out.append(Segment("\n", stack[-1]))
        elif token.type == "image":
            out.append(Segment(f"[image: {sanitise_line(token.content)}]", stack[-1]))
            out.append(_address(token.attrs.get("src", ""), palette, stack[-1]))
        elif kind == "link" and edge == "open":
            targets.append((str(token.attrs.get("href", "")), len(out)))
            stack.append(stack[-1] + palette.link)
        elif kind == "link":
            stack.pop()
            target, first = targets.pop()
            # An address that differs from the text is shown: a link must not lie.
            if target != "".join(segment.text for segment in out[first:]):
                out.append(_address(target, palette, stack[-1]))
        elif edge == "open":
            stack.append(stack[-1] + over[kind])
        elif edge == "close":
            stack.pop()
    return out


def _text(text: str, palette: Palette, base: Style) -> Iterator[Segment]:
    """Yield ``text`` with the addresses in it painted like links."""
    at = 0
    for match in _ADDRESS.finditer(text) if "://" in text else ():
        end = match.end()
        # A bracket belongs to an address that has the one it closes.
        while end < len(text) and (opening := _CLOSING.get(text[end])):
            if text.count(opening, match.start(), end) <= text.count(text[end], match.start(), end):
                break
            end += 1
        if match.start() > at:
            yield Segment(text[at : match.start()], base)
        yield Segment(text[match.start() : end], base + palette.link)
        at = end
    if at < len(text):
        yield Segment(text[at:], base)


def _address(target: object, palette: Palette, base: Style) -> Segment:
    shown = sanitise_line(str(target))
    return Segment(f" ({shown})" if shown else "", base + palette.url)
