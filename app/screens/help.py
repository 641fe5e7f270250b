"""Every key, and what it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

_Keys = Sequence[tuple[str, str]]
_WRITING: _Keys = (
    ("enter", "send"),
    ("ctrl+j", "new line"),
    ("up down", "earlier prompts, from the first and the last line"),
    ("tab", "take what is proposed: /commands and @files"),
    ("@file", 'attach a file, @folder/ or @src/*.py; @"with blanks"'),
    ("/", "commands, see below; // begins a text with a slash"),
    ("ctrl+g", "go on writing in your own editor"),
    ("esc", "close what is open, stop the answer, go back to writing"),
)
_ROUTING: _Keys = (
    ("f2", "cost: the cheapest answers"),
    ("f3", "latency: the fastest answers"),
    ("f4", "quality: the best answers"),
    ("f5", "manual: name who answers, seeing what it costs"),
    ("ctrl+t", "next strategy; also dynamic: the question decides"),
    ("", "balanced: who is least busy · rules: your own"),
)
_READING: _Keys = (
    ("pgup pgdn", "scroll"),
    ("f7", "go to the messages; tab does too"),
    ("ctrl+f", "find in the conversation"),
    ("ctrl+r", "unfold or fold the reasoning"),
    ("mouse", "drag selects; ctrl+c copies it"),
)
_PLACES: _Keys = (
    ("ctrl+n", "new conversation; what is under way goes on"),
    ("ctrl+o", "history: find, reopen, pin, tag, archive, delete"),
    ("f6", "show or fold the panels"),
    ("f8", "stats: spend, requests, latency"),
    ("f9", "API keys"),
    ("ctrl+p", "every command by name"),
    ("ctrl+q", "leave"),
)


def groups() -> Sequence[tuple[str, _Keys]]:
    """Return every key and command with what it does, under headings."""
    from app.slash import COMMANDS
    from widgets.history_commands import HISTORY_KEYS
    from widgets.message_commands import COMMAND_KEYS, MOVE_KEYS

    messages = [(command.key, command.words) for command in COMMAND_KEYS]
    return (
        ("Writing", _WRITING),
        ("Routing", _ROUTING),
        ("Reading", _READING),
        ("Going places", _PLACES),
        ("With a message (f7)", [*MOVE_KEYS, *messages]),
        ("In the history (ctrl+o, then down)", [(each.key, each.words) for each in HISTORY_KEYS]),
        ("Commands", [(f"/{command.name.value}", command.words) for command in COMMANDS]),
    )


class HelpScreen(ModalScreen[None]):
    """A card with the keys."""

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle;
        #help {
            width: 74; max-width: 95%; height: auto; max-height: 95%;
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
    for title, keys in groups():
        lines.append(Content.styled(title, "bold $primary"))
        lines += [Content.assemble((f"{key:>10}", "bold"), f"  {does}") for key, does in keys]
    return Content("\n").join(lines)
