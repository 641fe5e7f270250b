"""The keys in force: those of the bindings, and those that the person chose instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, cast

from storage.key_names import KEY_NAMES
from widgets.shown_keys import shown_key

if TYPE_CHECKING:
    from textual.dom import DOMNode

    from storage.settings import Settings

_NO_KEY = "<ignore>"
"""What no terminal sends: Textual takes an empty entry of a keymap for none."""
_PALETTE = "app.palette"
_NAME = re.compile(r"\{([a-z-]+\.[a-z0-9-]+)\}")


class Configured(Protocol):
    """Whoever has the person's settings: the app, or the runtime."""

    @property
    def settings(self) -> Settings:
        """The person's configuration."""


def textual_keymap(settings: Settings) -> dict[str, str]:
    """Return the person's keys as ``App.set_keymap`` wants them."""
    return {name: keys or _NO_KEY for name, keys in settings.keys.items()}


def keys_of(owner: Configured, name: str) -> tuple[str, ...]:
    """Return the keys in force for a binding, as Textual names them; empty if it has none.

    Args:
        owner: whose keys.
        name: the binding's id, such as ``chat.new``.

    Raises:
        KeyError: no binding is called that.
    """
    keys = owner.settings.keys.get(name)
    if keys is None:
        return KEY_NAMES[name].keys
    return tuple(key for key in keys.split(",") if key)


def key_of(owner: Configured, name: str) -> str:
    """Return the first key in force for a binding, as people read it.

    What has no key can still be had from the palette: that one's key is returned then.
    """
    keys = keys_of(owner, name) or keys_of(owner, _PALETTE)
    return shown_key(keys[0])


def with_keys(node: DOMNode, text: str) -> str:
    """Return ``text`` with the keys in force in the place of names such as ``{chat.new}``.

    Args:
        node: a screen or a widget of the app.
        text: words of ours, with names of bindings in braces.
    """
    owner = cast("Configured", node.app)
    return _NAME.sub(lambda found: key_of(owner, found[1]), text)


def all_keys_of(owner: Configured, name: str) -> str:
    """Return every key in force for a binding, as people read them; empty if it has none."""
    return " ".join(shown_key(key) for key in keys_of(owner, name))
