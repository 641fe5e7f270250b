"""The line at the foot of a screen: its keys, as many as fit."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from widgets.key_hints import Hint

_DOT = " · "


class HintLine(Widget):
    """One line, cut to the width; the last hint, the way out, is kept longest."""

    DEFAULT_CSS = """
    HintLine {
        height: 1;
        padding: 0 1;
        color: $foreground 60%;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def __init__(
        self,
        hints: Sequence[Hint] = (),
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._hints = tuple(hints)

    def show(self, hints: Sequence[Hint]) -> None:
        """Show ``hints`` from now on."""
        if tuple(hints) != self._hints:
            self._hints = tuple(hints)
            self.refresh()

    def render(self) -> Content:
        """Return as many hints as fit."""
        kept = list(self._hints)
        while len(kept) > 1 and _cells(kept) > self.content_size.width:
            del kept[-2]
        parts: list[str | tuple[str, str]] = []
        for hint in kept:
            parts.append(_DOT if parts else "")
            parts += [(hint.key, "bold $primary"), f" {hint.words}"]
        return Content.assemble(*parts)


def _cells(hints: Sequence[Hint]) -> int:
    return cell_len(_DOT.join(f"{hint.key} {hint.words}" for hint in hints))
