"""The list of settings: a line each, under the headings of their groups."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from app.setting_rows import SettingRow, Source
from widgets.one_line import fit
from widgets.pointed_list import POINTER_WIDTH, PointedList

_SHORTEST_NAME, _LONGEST_NAME = 24, 36
_PLACE, _WIDE_PLACE = 15, 23
_WIDE = 96
_WIDEST_VALUE = 48
_MARKS = {Source.DEFAULT: "  ", Source.FILE: "● "}
_CHOSEN = "◆ "


class SettingList(PointedList):
    """Settings to choose from."""

    can_focus = False  # the filter has the keys

    DEFAULT_CSS = """
    SettingList { text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's own word
        super().__init__(id=id)
        self._rows: dict[str, SettingRow] = {}

    @property
    def chosen(self) -> SettingRow | None:
        """The setting that is highlighted."""
        if self.highlighted is None:
            return None
        return self._rows.get(self.get_option_at_index(self.highlighted).id or "")

    def show(self, rows: Sequence[SettingRow], width: int) -> None:
        """List these, keeping the one that is highlighted, or else the place.

        Args:
            rows: in their order, those of a group together.
            width: cells for a line.
        """
        chosen, place = self.chosen, self.highlighted or 0
        self._rows = {row.name: row for row in rows}
        width -= POINTER_WIDTH
        lines: list[tuple[Content, str | None]] = []
        group = ""
        longest = max((cell_len(row.name) for row in rows), default=0)
        name_width = max(_SHORTEST_NAME, min(longest, _LONGEST_NAME))
        for row in rows:
            if row.group != group:
                group = row.group
                lines.append((Content.styled(fit(group, width), "bold $primary"), None))
            lines.append((_line(row, width, name_width), row.name))
        if not rows:
            lines.append((Content("No setting is called that: type less of it"), None))
        self.fill(lines)
        if chosen is not None and chosen.name in self._rows:
            self.highlighted = self.get_option_index(chosen.name)
        elif rows:
            self.highlighted = (
                next((at for at in range(place, len(lines)) if lines[at][1] is not None), 1)
                if chosen
                else 1
            )


def _line(row: SettingRow, width: int, name_width: int) -> Content:
    place_width = _WIDE_PLACE if width >= _WIDE else _PLACE
    value_width = min(_WIDEST_VALUE, max(8, width - 2 - name_width - place_width - 2))
    usual = row.source is Source.DEFAULT
    return Content.assemble(
        (_MARKS.get(row.source, _CHOSEN), "$primary"),
        (fit(row.name, name_width), "" if usual else "bold"),
        " ",
        (fit(row.words, value_width), "$foreground 70%" if usual else "bold"),
        " ",
        (fit(row.place, place_width), "$foreground 55%"),
    )
