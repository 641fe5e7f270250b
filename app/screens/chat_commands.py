"""The chat's commands by name, for the palette."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from app.palette import CHAT, PaletteLine, commands, said
from app.routing import without_purpose
from providers.errors import TelexError

if TYPE_CHECKING:
    from app.screens.chat import ChatScreen
    from app.slash import Slash

_STRATEGIES = (
    ("cost", "chat.cost", "the cheapest provider answers"),
    ("latency", "chat.latency", "the fastest provider answers"),
    ("quality", "chat.quality", "the best provider answers"),
    ("dynamic", "", "the question decides what counts"),
    ("balanced", "", "who has least to do answers"),
    ("adaptive", "", "who answered such questions to your liking"),
    ("rules", "", "your own rules decide"),
    ("experiment", "", "each conversation stays with one arm"),
)
_MANUAL = PaletteLine(
    "Strategy: manual", "name the provider that answers", "pick_provider", "chat.manual", "provider"
)


def chat_commands(chat: ChatScreen) -> Iterator[SystemCommand]:
    """Yield what can be done in ``chat``, with the key that does the same."""
    owner = chat.telex
    lacking = without_purpose(owner.settings)
    strategies = [
        PaletteLine(f"Strategy: {name}", words, f"strategy('{name}')", key, "strategy")
        for name, key, words in _STRATEGIES
        if name not in lacking
    ]
    yield from commands(owner, chat, (*CHAT, *strategies, _MANUAL))
    yield from _slash_commands(chat)


def _slash_commands(chat: ChatScreen) -> Iterator[SystemCommand]:
    from app.slash import Slash

    for title, words, command, argument, asks in (
        ("Compare models", "several side by side", Slash.COMPARE, "", ""),
        ("Persona / system prompt", "who answers here, in what manner", Slash.PERSONA, "", ""),
        ("Template", "begin with a prompt of yours", Slash.TEMPLATE, "", ""),
        ("Title / rename", "name this conversation", Slash.TITLE, "", "What should it be called?"),
        ("Tags", "file this conversation", Slash.TAG, "", "Which tags? Named again it goes"),
        (
            "Budget / limit of this conversation",
            "what it may cost",
            Slash.BUDGET,
            "",
            "How many dollars? off takes it away",
        ),
        ("Cache: answer anew here", "no answer is given again", Slash.CACHE, "off", ""),
        ("Cache: answers again", "to the same question, at no cost", Slash.CACHE, "on", ""),
        ("Pin", "or unpin: pinned ones are listed first", Slash.PIN, "", ""),
        ("Archive", "or take it out of the archive", Slash.ARCHIVE, "", ""),
        ("Delete conversation", "until it is undone", Slash.DELETE, "", ""),
        ("Undo", "bring back what was deleted last", Slash.UNDO, "", ""),
        ("Answer again / retry", "another answer to the last question", Slash.AGAIN, "", ""),
        ("Continue the answer", "that was cut off", Slash.CONTINUE, "", ""),
        ("Edit the question", "the last one, on a branch of its own", Slash.EDIT, "", ""),
        ("Copy answer", "the newest one", Slash.COPY, "", ""),
        ("Copy conversation", "all of it, as Markdown", Slash.COPY, "all", ""),
        ("Copy code", "the first block of the newest answer", Slash.CODE, "", ""),
        ("Rate: good", "the newest answer", Slash.RATE, "good", ""),
        ("Rate: bad", "the newest answer", Slash.RATE, "bad", ""),
        ("Explain the route", "why this provider answered", Slash.EXPLAIN, "", ""),
        ("Inspect the exchange", "every call and its cost", Slash.INSPECT, "", ""),
        ("Export / save", "this conversation as Markdown", Slash.EXPORT, "", ""),
        ("Editor", "write in your own editor", Slash.EDITOR, "", ""),
    ):
        key = "composer.editor" if command is Slash.EDITOR else ""
        line = PaletteLine(title, words, "", key, command.value)
        yield SystemCommand(
            title,
            said(chat.telex, line),
            lambda command=command, argument=argument, asks=asks: give(
                chat, command, argument, asks=asks
            ),
        )


def give(chat: ChatScreen, command: Slash, argument: str = "", *, asks: str = "") -> None:
    """Do ``command`` as if it had been typed; what is in the composer stays.

    Args:
        chat: where.
        command: what.
        argument: what stands behind it.
        asks: the question to ask for the argument, empty asks nothing.
    """
    if not asks:
        chat.run_worker(_give(chat, command, argument), group="command", exit_on_error=False)
        return
    from app.screens.ask_line import AskLineScreen

    def said(text: str | None) -> None:
        if text:
            give(chat, command, text)

    chat.app.push_screen(AskLineScreen(asks), said)


async def _give(chat: ChatScreen, command: Slash, argument: str) -> None:
    from app.screens.slash_actions import run
    from app.slash import Given

    try:
        await run(chat.hands, Given(command, argument))
    except TelexError as error:
        chat.telex.complain(error)
