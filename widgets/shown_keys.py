"""Keys as people read them, and the ones that they chose for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from textual.dom import DOMNode
from textual.keys import format_key

_WORDS = {"enter": "enter", "backspace": "backspace", "ctrl+underscore": "ctrl+/"}
_ARROWS = frozenset(("up", "down", "left", "right"))  # as signs they need room around them


@runtime_checkable
class Keymapped(Protocol):
    """An app in which people may choose their keys."""

    @property
    def keymap(self) -> Mapping[str, str]:
        """The chosen keys by the id of their binding, as ``App.set_keymap`` wants them."""


def keymap_of(node: DOMNode) -> Mapping[str, str]:
    """Return the keys that were chosen in the app that ``node`` is part of."""
    app = node.app
    return app.keymap if isinstance(app, Keymapped) else {}


def shown_key(key: str) -> str:
    """Return a key as people read it, for example ``esc`` for ``escape``.

    Args:
        key: as Textual names it.
    """
    *held, last = key.split("+")
    if held and last in _ARROWS:
        return key
    return _WORDS.get(key) or "+".join((*held, _WORDS.get(last) or format_key(last)))


def shown_key_of(node: DOMNode, name: str, default: str) -> str:
    """Return the key in force for a binding as people read it; empty if it was taken away.

    Args:
        node: anything in the app.
        name: the binding's id.
        default: the key that holds where none was chosen.
    """
    key = keymap_of(node).get(name, default).partition(",")[0]
    return "" if key.startswith("<") else shown_key(key)
