"""The chat's commands by name, for the palette."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from app.routing import without_purpose
from providers.errors import TelexError

if TYPE_CHECKING:
    from app.screens.chat import ChatScreen
    from app.slash import Slash

_STRATEGIES = (
    ("cost", "f2: the cheapest provider answers"),
    ("latency", "f3: the fastest provider answers"),
    ("quality", "f4: the best provider answers"),
    ("dynamic", "ctrl+t: the question decides what counts"),
    ("balanced", "ctrl+t: who has least to do answers"),
    ("adaptive", "ctrl+t: who answered such questions to your liking"),
    ("rules", "ctrl+t: your own rules decide"),
    ("experiment", "ctrl+t: each conversation stays with one arm"),
)


def chat_commands(chat: ChatScreen) -> Iterator[SystemCommand]:
    """Yield what can be done in ``chat``, with the key that does the same."""
    yield SystemCommand("New conversation", "ctrl+n", chat.action_new)
    yield SystemCommand("History", "ctrl+o: find and reopen a chat", chat.action_history)
    yield SystemCommand(
        "Strategies", "ctrl+l: all of them, with what each would do", chat.action_strategies
    )
    lacking = without_purpose(chat.telex.settings)
    for name, words in _STRATEGIES:
        if name in lacking:
            continue
        yield SystemCommand(
            f"Strategy: {name}", words, lambda name=name: chat.action_strategy(name)
        )
    yield SystemCommand(
        "Strategy: manual", "f5: name the provider that answers", chat.action_pick_provider
    )
    yield SystemCommand("Panels", "f6: show or fold them", chat.action_panels)
    yield SystemCommand("Messages", "f7: go into the transcript", chat.action_messages)
    yield SystemCommand("Find", "ctrl+f: find words in the conversation", chat.action_find)
    yield SystemCommand("Reasoning", "ctrl+r: unfold or fold it", chat.action_reasoning)
    yield from _slash_commands(chat)


def _slash_commands(chat: ChatScreen) -> Iterator[SystemCommand]:
    from app.slash import Slash

    for title, words, command, argument, asks in (
        ("Compare", "several models side by side", Slash.COMPARE, "", ""),
        ("Persona", "who answers here, in what manner", Slash.PERSONA, "", ""),
        ("Template", "begin with a prompt of yours", Slash.TEMPLATE, "", ""),
        ("Title", "name this conversation", Slash.TITLE, "", "What should it be called?"),
        (
            "Tags",
            "file this conversation",
            Slash.TAG,
            "",
            "Which tags? Named again it goes",
        ),
        ("Budget", "what it may cost", Slash.BUDGET, "", "How many dollars? off takes it away"),
        ("Pin", "or unpin: pinned ones are listed first", Slash.PIN, "", ""),
        ("Archive", "or take it out of the archive", Slash.ARCHIVE, "", ""),
        ("Delete conversation", "until it is undone", Slash.DELETE, "", ""),
        ("Undo", "bring back what was deleted last", Slash.UNDO, "", ""),
        ("Answer again", "another answer to the last question", Slash.AGAIN, "", ""),
        ("Edit", "the last question, on a branch of its own", Slash.EDIT, "", ""),
        ("Copy answer", "the newest one", Slash.COPY, "", ""),
        ("Copy conversation", "all of it, as Markdown", Slash.COPY, "all", ""),
        ("Rate: good", "the newest answer", Slash.RATE, "good", ""),
        ("Rate: bad", "the newest answer", Slash.RATE, "bad", ""),
        ("Explain the route", "why this provider answered", Slash.EXPLAIN, "", ""),
        ("Inspect the exchange", "every call and its cost", Slash.INSPECT, "", ""),
        ("Export", "this conversation as Markdown", Slash.EXPORT, "", ""),
        ("Editor", "ctrl+g: write in your own editor", Slash.EDITOR, "", ""),
    ):
        yield SystemCommand(
            title,
            f"/{command.value}: {words}",
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
