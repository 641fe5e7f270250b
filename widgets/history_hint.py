"""The bottom line of the history: which part of it is listed, and what the keys do."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from widgets.history_commands import HISTORY_KEYS
from widgets.key_hints import Hint
from widgets.one_line import cut

_DOT = " · "
_BACK = Hint("esc", "back")
_SEARCHING = (
    Hint("type", "to search"),
    Hint("↓", "to the list and its keys"),
    Hint("enter", "opens"),
    Hint("→", "completes a filter"),
    _BACK,
)
_SHORT = (
    Hint("p", "pin"),
    Hint("a/A", "archive"),
    Hint("t/#", "tags"),
    Hint("r", "rename"),
    Hint("d/u", "delete"),
    Hint("x", "export"),
    Hint("/", "search"),
    _BACK,
)
"""Where there is no room for a word about each."""


class HistoryHint(Widget):
    """One line, cut to the width; the way out is kept longest."""

    DEFAULT_CSS = """
    HistoryHint {
        height: 1;
        padding: 0 2;
        color: $foreground 60%;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._searching = True
        self._archive = False
        self._tag = ""

    def show(self, *, searching: bool, archive: bool, tag: str) -> None:
        """Say what the keys do from now on.

        Args:
            searching: letters go into the search line.
            archive: what is listed is the archive.
            tag: the tag that all that is listed has, or empty.
        """
        self._searching, self._archive, self._tag = searching, archive, tag
        self.refresh()

    def render(self) -> Content:
        """Return the label and as many hints as fit."""
        width = self.content_size.width
        label = cut(self._label(), max(1, width // 3))
        hints = _fitting(label, self._hints(label, width), width)
        parts: list[str | tuple[str, str]] = [(label, "bold $text-warning")] if label else []
        for hint in hints:
            parts.append(_DOT if parts else "")
            parts += [(hint.key, "bold $primary"), f" {hint.words}"]
        return Content.assemble(*parts)

    def _label(self) -> str:
        return " ".join(
            filter(None, ("Archive" if self._archive else "", self._tag and f"#{self._tag}"))
        )

    def _hints(self, label: str, width: int) -> Sequence[Hint]:
        if self._searching:
            return _SEARCHING
        every = [
            Hint(each.key, (self._archive and each.archive_words) or each.words)
            for each in HISTORY_KEYS
        ]
        for hints in ((Hint("enter", "open"), *every, _BACK), (*every, _BACK)):
            if _cells(label, hints) <= width:
                return hints
        return _SHORT


def _fitting(label: str, hints: Sequence[Hint], width: int) -> Sequence[Hint]:
    kept = list(hints)
    while len(kept) > 1 and _cells(label, kept) > width:
        del kept[-2]
    return kept


def _cells(label: str, hints: Sequence[Hint]) -> int:
    texts = [f"{hint.key} {hint.words}" for hint in hints]
    return cell_len(_DOT.join([label, *texts] if label else texts))
