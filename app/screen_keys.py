"""The keys that open a screen, from wherever one is."""

from __future__ import annotations

from textual.binding import Binding, BindingType

SCREEN_KEYS: list[BindingType] = [
    Binding("f8", "stats", "stats: spend, requests, latency", show=False, id="app.stats"),
    Binding("f9", "keys", "API keys", show=False, id="app.keys"),
    Binding("ctrl+s", "settings", "settings", show=False, id="app.settings", priority=True),
    Binding("f1,ctrl+underscore", "help", "every key, and other ones", show=False, id="app.help"),
    Binding(
        "ctrl+p",
        "command_palette",
        "every command by name",
        show=False,
        id="app.palette",
        priority=True,
    ),
    Binding("ctrl+q", "quit", "leave", show=False, id="app.quit", priority=True),
]
