"""One line below the composer: what the draft would cost, who would answer, and who else could."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from widgets.one_line import cut, one_line

_FADED = "$foreground 60%"
_GAP = 2  # cells between what different strategies would do


@dataclass(frozen=True, slots=True)
class OtherChoice:
    """What another strategy would do with the draft.

    Args:
        key: what takes that strategy, such as ``f4``.
        strategy: its name.
        provider: who would answer.
        cost: what that would cost, formatted.
    """

    key: str
    strategy: str
    provider: str
    cost: str


@dataclass(frozen=True, slots=True)
class OutlookView:
    """What is known of a draft before it is sent.

    Args:
        tokens: what would be sent, formatted; empty without a draft.
        cost: what that would cost, formatted.
        who: provider and model that would answer, or why nobody can.
        provider: the same in short.
        others: what the other strategies would do, where that is something else.
        agreed: whether all other strategies would ask the same.
    """

    tokens: str = ""
    cost: str = ""
    who: str = ""
    provider: str = ""
    others: tuple[OtherChoice, ...] = ()
    agreed: bool = False


class OutlookLine(Widget):
    """Says most where there is room; the other strategies give way first."""

    DEFAULT_CSS = """
    OutlookLine {
        height: 1;
        width: 1fr;
        padding: 0 2;
        background: $background;
        color: $foreground;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def __init__(
        self,
        view: OutlookView | None = None,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._shown = view or OutlookView()

    @property
    def view(self) -> OutlookView:
        """What it says."""
        return self._shown

    def show(self, view: OutlookView) -> None:
        """Show ``view`` from now on."""
        if view != self._shown:
            self._shown = view
            self.refresh()

    def render(self) -> Content:
        """Return the line."""
        view = self._shown
        if not view.tokens:
            return Content("")
        width = max(10, self.content_size.width)
        head = f"{one_line(view.tokens)} · {one_line(view.cost)} · "
        rest = self._rest()
        room = width - cell_len(head) - sum(part.cell_length + _GAP for part in rest)
        who = view.who
        if cell_len(who) > room and rest:
            who = view.provider  # the status line names the model too
        line = Content.assemble((head, "bold"), (cut(who, max(8, width - cell_len(head))), _FADED))
        for part in rest:
            if line.cell_length + part.cell_length + _GAP > width:
                break
            line = Content.assemble(line, " " * _GAP, part)
        return line

    def _rest(self) -> list[Content]:
        if self._shown.agreed:
            return [Content.styled("every strategy asks the same", "$foreground 40%")]
        return [
            Content.assemble(
                (f"{choice.key} ", "bold $primary"),
                (f"{choice.strategy}: ", _FADED),
                (f"{one_line(choice.provider)} {one_line(choice.cost)}", _FADED),
            )
            for choice in self._shown.others
        ]
