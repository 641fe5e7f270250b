"""The keys of the chat screen, and those that an empty one shows."""

from __future__ import annotations

from textual.binding import Binding, BindingType

CHAT_KEYS: list[BindingType] = [
    Binding("escape", "stop", "Stop", priority=True, show=False),
    Binding("ctrl+n", "new", "New conversation", priority=True, show=False),
    Binding("ctrl+o", "history", "History", priority=True, show=False),
    Binding("ctrl+t", "cycle_strategy", "Next strategy", priority=True, show=False),
    Binding("ctrl+l", "strategies", "All strategies", priority=True, show=False),
    Binding("f2", "strategy('cost')", "Cheapest", priority=True, show=False),
    Binding("f3", "strategy('latency')", "Fastest", priority=True, show=False),
    Binding("f4", "strategy('quality')", "Best", priority=True, show=False),
    Binding("f5", "pick_provider", "Name a provider", priority=True, show=False),
    Binding("f6", "panels", "Panels", priority=True, show=False),
    Binding("f7", "messages", "Messages", priority=True, show=False),
    Binding("ctrl+f", "find", "Find", priority=True, show=False),
    Binding("ctrl+r", "reasoning", "Reasoning", priority=True, show=False),
    Binding("pageup", "page(-1)", "Scroll up", priority=True, show=False),
    Binding("pagedown", "page(1)", "Scroll down", priority=True, show=False),
]
WELCOME_KEYS = (
    ("enter", "send"),
    ("ctrl+t", "next strategy"),
    ("f5", "name a provider"),
    ("ctrl+o", "history"),
    ("f8", "spend and stats"),
    ("f9", "API keys"),
    ("f1", "every key"),
)
