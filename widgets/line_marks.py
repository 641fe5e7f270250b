"""What a painted line says of itself beside its colours: for copying, finding and clicking.

The marks ride on the styles of its segments, so they stay where they are when a line is put
behind a bar, into a list or beside others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.style import Style

from widgets.message_commands import MessageCommand

_DRAWN = "telex_drawn"
_LABEL = "telex_label"
_JOINT = "telex_joint"
_COMMAND = "telex_command"

DRAWN = Style.from_meta({_DRAWN: True})
"""Only drawn around text: a bar, a margin, a box. It is never copied."""

LABEL = Style.from_meta({_DRAWN: True, _LABEL: True})
"""Words of telex's own beside text. A line that holds nothing else is never copied."""


def goes_on(dropped: str) -> Style:
    """Return the mark of a line that goes on with the one above: a soft wrap.

    Args:
        dropped: the white space that was dropped between the two.
    """
    return Style.from_meta({_JOINT: dropped})


def offers(command: MessageCommand) -> Style:
    """Return the mark of words that a click turns into ``command``."""
    return LABEL + Style.from_meta({_COMMAND: command.value})


def marks(style: Style | None) -> Mapping[str, Any]:
    """Return the marks on ``style``."""
    return style.meta if style is not None else {}


def is_drawn(meta: Mapping[str, Any]) -> bool:
    """Return whether a segment with these marks is only drawn."""
    return _DRAWN in meta


def is_label(meta: Mapping[str, Any]) -> bool:
    """Return whether a segment with these marks is a word of telex's own."""
    return _LABEL in meta


def joint(meta: Mapping[str, Any]) -> str | None:
    """Return what stood between this segment and the line above, None where a line begins."""
    found = meta.get(_JOINT)
    return None if found is None else str(found)


def offered(meta: Mapping[str, Any]) -> MessageCommand | None:
    """Return the command a click on a segment with these marks gives, if any."""
    found = meta.get(_COMMAND)
    return None if found is None else MessageCommand(found)
