"""The list of keys: a line each, under the headings of their groups."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from app.keymap_groups import KeyGroup, KeyRow
from widgets.one_line import fit
from widgets.pointed_list import POINTER_WIDTH, PointedList

_KEYS = 18
_WIDEST_WORDS = 62
_NAME = 22
_WIDE = 80
_CHANGED, _UNCHANGED = "● ", "  "


class HelpList(PointedList):
    """Keys to look up, and to choose others for."""

    can_focus = False  # the filter has the keys

    DEFAULT_CSS = """
    HelpList { text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's own word
        super().__init__(id=id)
        self._rows: dict[str, KeyRow] = {}

    @property
    def chosen(self) -> KeyRow | None:
        """The line that is highlighted."""
        if self.highlighted is None:
            return None
        return self._rows.get(self.get_option_at_index(self.highlighted).id or "")

    def show(self, groups: Sequence[KeyGroup], typed: str, width: int) -> None:
        """List what was typed, keeping the line that is highlighted.

        Args:
            groups: all there is.
            typed: words that a line must have; nothing lists all.
            width: cells for a line.
        """
        kept = None if self.highlighted is None else self.get_option_at_index(self.highlighted).id
        self._rows = {}
        width -= POINTER_WIDTH
        lines: list[tuple[Content, str | None]] = []
        for group in groups:
            rows = [row for row in group.rows if row.matches(typed) or _in(typed, group.title)]
            if not rows:
                continue
            lines.append((Content.styled(fit(group.title, width), "bold $primary"), None))
            for row in rows:
                place = row.name or f"{group.title} {row.keys}"
                self._rows[place] = row
                lines.append((_line(row, width), place))
        if groups and not lines:
            lines.append((Content("Nothing is called that: type less of it"), None))
        self.fill(lines)
        if kept is not None and kept in self._rows:
            self.highlighted = self.get_option_index(kept)
        elif self._rows:
            self.highlighted = 1


def _in(typed: str, title: str) -> bool:
    return bool(typed.strip()) and typed.strip().lower() in title.lower()


def _line(row: KeyRow, width: int) -> Content:
    name = _NAME if width >= _WIDE else 0
    keys_width = max(_KEYS, cell_len(row.keys))
    words_width = min(_WIDEST_WORDS, max(8, width - 2 - keys_width - 2 - name))
    return Content.assemble(
        (_CHANGED if row.chosen else _UNCHANGED, "$primary"),
        (fit(row.keys or "no key", keys_width), "bold" if row.keys else "$foreground 60%"),
        "  ",
        (fit(row.words, words_width), "bold" if row.chosen else ""),
        (fit(row.name, name), "$foreground 55%") if name else "",
    )
