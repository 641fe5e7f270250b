"""A line to type in, whose cursor stands still."""

from __future__ import annotations

from textual.reactive import var
from textual.widgets import Input


class QuietInput(Input):
    """An input whose cursor does not blink: that would paint twice a second for nothing."""

    cursor_blink = var(False, init=False)
