"""The colours text is painted with, taken from the theme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from rich.style import Style


@dataclass(frozen=True)
class Palette:
    """One style for each part of a message.

    Styles of whole lines (``text``, ``faded``, ``user``, ``code``) carry a background, the
    others are laid over one of them.
    """

    text: Style
    faded: Style
    user: Style
    user_bar: Style
    heading: Style
    strong: Style
    emphasis: Style
    strike: Style
    inline_code: Style
    link: Style
    url: Style
    quote: Style
    marker: Style
    line: Style
    code: Style
    code_bar: Style
    code_label: Style
    keyword: Style
    string: Style
    number: Style
    comment: Style
    name: Style
    builtin: Style
    inserted: Style
    deleted: Style
    meta: Style
    notice: Style
    hint: Style

    @classmethod
    def build(cls, style: Callable[[str], Style]) -> Palette:
        """Return a palette with ``style(name)`` for each of its fields."""
        return cls(**{name: style(name) for name in cls.names()})

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the styles; a component class is called like one, with hyphens."""
        return tuple(field.name for field in fields(cls))
