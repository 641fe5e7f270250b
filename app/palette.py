"""Lines of the command palette: what can be done, the key and the command that do the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from app.keymap import keys_of
from widgets.shown_keys import shown_key

if TYPE_CHECKING:
    from textual.dom import DOMNode

    from app.keymap import Configured


@dataclass(frozen=True, slots=True)
class PaletteLine:
    """Something that can be done.

    Args:
        title: what people would type for it; only this is searched.
        words: more about it.
        action: what does it, as bindings name it.
        name: of the binding that does the same, or empty.
        slash: the command that does the same, or empty.
    """

    title: str
    words: str
    action: str
    name: str = ""
    slash: str = ""


SCREENS: tuple[PaletteLine, ...] = (
    PaletteLine("Settings", "everything that can be set", "settings", "app.settings"),
    PaletteLine("Daily limit / budget for all", "daily_budget there", "settings", "app.settings"),
    PaletteLine("API keys: add, test, remove", "and models", "keys", "app.keys", "keys"),
    PaletteLine("Local models", "fetch one, use one that runs here", "local_models"),
    PaletteLine("Stats / spend", "requests, latency, errors", "stats", "app.stats", "stats"),
    PaletteLine("Experiment", "its arms compared, so far", "experiment"),
    PaletteLine("Alerts", "rules, what is on, and the log", "alerts"),
    PaletteLine("Work under way", "what takes long, and a stop", "jobs"),
    PaletteLine("Doctor: what is wrong", "checks everything, says what to do", "doctor"),
    PaletteLine("Theme / colours", "look at each, keep one, make your own", "themes"),
    PaletteLine("Help: keys and commands", "and other keys for them", "help", "app.help", "help"),
    PaletteLine("Remap a key / keymap", "choose another key for something", "help", "app.help"),
    PaletteLine("Picture of the screen", "an SVG file, where you are", "picture"),
    PaletteLine("Quit telex", "what is under way is settled", "quit", "app.quit", "quit"),
)
"""What can be done everywhere."""

CHAT: tuple[PaletteLine, ...] = (
    PaletteLine("New conversation", "what is under way goes on", "new", "chat.new", "new"),
    PaletteLine(
        "History: find, reopen", "your conversations", "history", "chat.history", "history"
    ),
    PaletteLine(
        "Strategies compared",
        "with what each would do",
        "strategies",
        "chat.strategies",
        "strategy",
    ),
    PaletteLine("Strategy: the next one", "", "cycle_strategy", "chat.next-strategy"),
    PaletteLine("Panels: show or fold", "providers and cost", "panels", "chat.panels", "panels"),
    PaletteLine("Messages", "go to them: copy, edit, rate", "messages", "chat.messages"),
    PaletteLine("Find in the conversation", "words in it", "find", "chat.find", "find"),
    PaletteLine("Reasoning: unfold or fold", "", "reasoning", "chat.reasoning"),
    PaletteLine("Stop the answer", "what there is of it is kept", "stop", "chat.stop"),
    PaletteLine("Scroll up", "a page", "page(-1)", "chat.page-up"),
    PaletteLine("Scroll down", "a page", "page(1)", "chat.page-down"),
)
"""What can be done in the chat."""


def commands(
    owner: Configured, node: DOMNode, lines: Iterable[PaletteLine]
) -> Iterator[SystemCommand]:
    """Yield ``lines`` for the palette.

    Args:
        owner: whose keys are in force.
        node: whose actions they are: the app, or a screen.
        lines: what can be done.
    """
    for line in lines:
        yield SystemCommand(line.title, said(owner, line), _doing(node, line.action))


def said(owner: Configured, line: PaletteLine) -> str:
    """Return what stands below a line's title: key, command and words."""
    keys = keys_of(owner, line.name) if line.name else ()
    parts = [*(shown_key(key) for key in keys[:1]), f"/{line.slash}" if line.slash else ""]
    return " · ".join(part for part in (*parts, line.words) if part)


def _doing(node: DOMNode, action: str) -> Callable[[], Awaitable[bool]]:
    return lambda: node.app.run_action(action, node)
