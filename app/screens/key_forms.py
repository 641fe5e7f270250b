"""What the keys screen asks for one after the other: a provider of one's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.screens.ask_line import AskLineScreen

if TYPE_CHECKING:
    from textual.app import App

    from storage.config_edit import ConfigEdit
    from storage.settings import Settings

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")  # as the configuration wants it
_NO_ADDRESS = "An address begins with http:// or https://, such as http://127.0.0.1:8000/v1."
_BACK = "esc goes back, nothing is kept"


async def ask_provider(app: App[None], settings: Settings) -> tuple[str, Sequence[ConfigEdit]]:
    """Ask for name, address and model of an OpenAI-compatible provider.

    Call it in a worker.

    Returns:
        Its name and the edits that add it; an empty name where the person went back.
    """
    from storage.config_edit import ConfigEdit

    name = await _ask(
        app,
        "New provider, 1 of 3: what should it be called?",
        "openrouter",
        lambda text: _name_problem(text, settings),
    )
    address = name and await _ask(
        app,
        f"New provider {name}, 2 of 3: the address of its OpenAI-compatible API?",
        "https://openrouter.ai/api/v1",
        _address_problem,
    )
    model = address and await _ask(
        app,
        f"New provider {name}, 3 of 3: which model should it be asked for?",
        "the name it goes by there",
        lambda text: "" if text else "A model is needed: its name as the provider writes it.",
    )
    if not (name and address and model):
        return "", ()
    values = {"kind": "custom", "base_url": address, "model": model}
    return name, [ConfigEdit(("providers", name, key), value) for key, value in values.items()]


async def _ask(app: App[None], title: str, example: str, problem_of: Callable[[str], str]) -> str:
    """Ask until the answer can be used; empty where the person went back."""
    text, hint = "", ""
    while True:
        screen = AskLineScreen(
            title,
            value=text,
            hint=hint or f"enter goes on · {_BACK}",
            placeholder=f"for example {example}"
            if "//" in example or " " not in example
            else example,
        )
        said = await app.push_screen_wait(screen)
        if said is None:
            return ""
        problem = problem_of(said)
        if not problem:
            return said
        text, hint = said, f"✗ {problem} {_BACK.capitalize()}."


def _name_problem(text: str, settings: Settings) -> str:
    if text in settings.providers:
        return f"There is a provider called {text} already: take another name."
    if not _NAME.fullmatch(text):
        return "A name has up to 64 letters, digits, '.', '_' or '-', a letter or digit first."
    return ""


def _address_problem(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return _NO_ADDRESS
    if not usable:
        return _NO_ADDRESS
    if parts.username or parts.password:
        return "The address must hold no key: enter takes that afterwards."
    return ""
