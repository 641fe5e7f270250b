"""Code blocks: a tinted box with a bar, a label and coloured tokens."""

from __future__ import annotations

from dataclasses import dataclass

from pygments.lexer import Lexer  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import Token, _TokenType  # type: ignore[import-untyped]
from pygments.util import ClassNotFound  # type: ignore[import-untyped]
from rich.segment import Segment
from rich.style import Style

from widgets.markdown.palette import Palette
from widgets.markdown.wrap import Line, pad, wrap_code
from widgets.one_line import cut

# Lexers are made of backtracking expressions: what is larger than this stays uncoloured.
_LONGEST_CODE = 30_000
_LONGEST_LINE = 2_000

_STYLES: dict[_TokenType, str] = {
    Token.Keyword: "keyword",
    Token.Operator.Word: "keyword",
    Token.Name.Tag: "keyword",
    Token.Literal.String: "string",
    Token.Literal.Number: "number",
    Token.Keyword.Constant: "number",
    Token.Comment: "comment",
    Token.Comment.Preproc: "keyword",
    Token.Name.Function: "name",
    Token.Name.Class: "name",
    Token.Name.Decorator: "name",
    Token.Name.Attribute: "name",
    Token.Name.Builtin: "builtin",
    Token.Name.Exception: "builtin",
    Token.Generic.Inserted: "inserted",
    Token.Generic.Deleted: "deleted",
    Token.Generic.Heading: "keyword",
    Token.Generic.Prompt: "comment",
}


@dataclass(frozen=True, slots=True)
class Code:
    """A fenced or indented code block.

    Args:
        text: the code, without its last newline.
        language: as the fence names it, "" when it does not.
        goes_on: whether it is the rest of long code above it.
    """

    text: str
    language: str = ""
    goes_on: bool = False

    @property
    def labelled(self) -> bool:
        """Whether its language stands above it."""
        return bool(self.language) and not self.goes_on

    def estimate(self, width: int) -> int:
        """Return about how many lines it takes at ``width`` cells."""
        return 1 + self.text.count("\n") + len(self.text) // (4 * width) + self.labelled

    def draw(self, width: int, palette: Palette, base: Style) -> list[Line]:
        """Return it as lines of ``width`` cells; the box keeps its own background."""
        del base
        bar = Segment("▎ ", palette.code_bar)
        inner = max(1, width - 3)
        lines: list[Line] = []
        if self.labelled:
            label = Segment(cut(self.language, inner), palette.code_label)
            lines.append(pad([bar, label], width, palette.code))
        code = wrap_code(self._segments(palette), inner)
        return lines + [pad([bar, *line], width, palette.code) for line in code]

    def _segments(self, palette: Palette) -> list[Segment]:
        text = self.text.expandtabs(4)
        lexer = _lexer(self.language) if _is_tame(text) else None
        if lexer is None:
            return [Segment(text, palette.code)]
        segments = [
            Segment(piece, _style(kind, palette)) for kind, piece in lexer.get_tokens(text) if piece
        ]
        if segments and not text.endswith("\n"):
            *_, (last, style, _) = segments
            segments[-1] = Segment(last.removesuffix("\n"), style)
        return segments


def _is_tame(text: str) -> bool:
    if len(text) > _LONGEST_CODE:
        return False
    return all(len(line) <= _LONGEST_LINE for line in text.split("\n"))


def _lexer(language: str) -> Lexer | None:
    if not language:
        return None
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _style(kind: _TokenType, palette: Palette) -> Style:
    found: _TokenType | None = kind
    while found is not None:
        if name := _STYLES.get(found):
            style: Style = getattr(palette, name)
            return palette.code + style
        found = found.parent
    return palette.code
