"""Text inside a paragraph: emphasis, code, links."""

from __future__ import annotations

from collections.abc import Sequence
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
            out.append(Segment(sanitise(token.content).replace("\t", " "), stack[-1]))
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


def _address(target: object, palette: Palette, base: Style) -> Segment:
    shown = sanitise_line(str(target))
    return Segment(f" ({shown})" if shown else "", base + palette.url)
