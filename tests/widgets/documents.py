"""Documents that are painted without an app."""

from __future__ import annotations

from rich.style import Style

from tests.widgets.hosts import Clock
from widgets.document import Document
from widgets.line_marks import DRAWN, LABEL
from widgets.markdown.palette import Palette
from widgets.message_entry import Entry
from widgets.views import MessageView

_MARKS = {"user_bar": DRAWN, "code_bar": DRAWN, "line": DRAWN, "code_label": LABEL}


def document(width: int, *views: MessageView) -> Document:
    """Return ``views`` painted at ``width`` cells without colours."""
    made = Document()
    made.restyle(Palette.build(lambda name: _MARKS.get(name, Style())))
    made.resize(width)
    for view in views:
        made.append(Entry(view, Clock()))
    made.settle(0, 100_000)
    return made
