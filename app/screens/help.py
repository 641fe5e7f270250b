"""Every key, and what it does."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Writing",
        (
            ("enter", "send"),
            ("ctrl+j", "new line"),
            ("esc", "stop the answer and keep what there is"),
        ),
    ),
    (
        "Routing",
        (
            ("f2", "cost: the cheapest answers"),
            ("f3", "latency: the fastest answers"),
            ("f4", "quality: the best answers"),
            ("f5", "manual: name who answers, seeing what it costs"),
            ("ctrl+t", "next strategy; also dynamic: the question decides"),
            ("", "balanced: who is least busy · rules: your own"),
        ),
    ),
    (
        "Reading",
        (
            ("pgup pgdn", "scroll"),
            ("tab", "into the transcript: arrows, home and end"),
            ("ctrl+r", "unfold or fold the reasoning"),
            ("ctrl+c", "copy what is selected with the mouse"),
        ),
    ),
    (
        "Going places",
        (
            ("ctrl+n", "new conversation"),
            ("ctrl+o", "history: find and reopen a conversation"),
            ("f6", "show or fold the panels"),
            ("f8", "stats: spend, requests, latency"),
            ("f9", "API keys"),
            ("ctrl+p", "every command by name"),
            ("ctrl+q", "leave"),
        ),
    ),
)


class HelpScreen(ModalScreen[None]):
    """A card with the keys."""

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle;
        #help {
            width: 66; max-width: 95%; height: auto; max-height: 95%;
            border: round $primary; background: $surface; padding: 0 2;
        }
        #help Static { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,enter", "dismiss", "Back", show=False)
    ]

    def compose(self) -> ComposeResult:
        """Lay the card out."""
        with VerticalScroll(id="help", can_focus=True):
            yield Static(_card())


def _card() -> Content:
    lines: list[Content] = []
    for title, keys in GROUPS:
        lines.append(Content.styled(title, "bold $primary"))
        lines += [Content.assemble((f"{key:>10}", "bold"), f"  {does}") for key, does in keys]
    return Content("\n").join(lines)
