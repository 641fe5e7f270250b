"""The keys of the chat screen, and those that an empty one shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

from app.keymap import key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.keymap import Configured


def _key(key: str, action: str, name: str, words: str) -> Binding:
    # Before the composer, which has the focus and would take them.
    return Binding(key, action, words, priority=True, show=False, id=f"chat.{name}")


CHAT_KEYS: list[BindingType] = [
    _key("escape", "stop", "stop", "close what is open, stop the answer, go back to writing"),
    _key("ctrl+n", "new", "new", "new conversation; what is under way goes on"),
    _key("ctrl+o", "history", "history", "history: find, reopen, pin, tag, archive, delete"),
    _key("ctrl+t", "cycle_strategy", "next-strategy", "next strategy"),
    _key("ctrl+l", "strategies", "strategies", "all strategies, with what each would do"),
    _key("f2", "strategy('cost')", "cost", "cost: the cheapest answers"),
    _key("f3", "strategy('latency')", "latency", "latency: the fastest answers"),
    _key("f4", "strategy('quality')", "quality", "quality: the best answers"),
    _key("f5", "pick_provider", "manual", "manual: name who answers, seeing what it costs"),
    _key("f6", "panels", "panels", "show or fold the panels"),
    _key("f7", "messages", "messages", "go to the messages; tab does too"),
    _key("ctrl+f", "find", "find", "find in the conversation"),
    _key("ctrl+r", "reasoning", "reasoning", "unfold or fold the reasoning"),
    _key("pageup", "page(-1)", "page-up", "scroll up"),
    _key("pagedown", "page(1)", "page-down", "scroll down"),
]
_WELCOME = (
    ("composer.send", "send"),
    ("chat.next-strategy", "next strategy"),
    ("chat.manual", "name a provider"),
    ("chat.history", "history"),
    ("app.stats", "spend and stats"),
    ("app.keys", "API keys"),
    ("app.help", "every key"),
)


def welcome_keys(owner: Configured) -> Sequence[tuple[str, str]]:
    """Return the keys an empty conversation shows, and what each does."""
    return tuple((key_of(owner, name), words) for name, words in _WELCOME)
