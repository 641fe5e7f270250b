"""The chat's commands by name, for the palette."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from providers.errors import TelexError

if TYPE_CHECKING:
    from app.screens.chat import ChatScreen

_STRATEGIES = (
    ("cost", "f2: the cheapest provider answers"),
    ("latency", "f3: the fastest provider answers"),
    ("quality", "f4: the best provider answers"),
    ("dynamic", "ctrl+t: the question decides what counts"),
    ("balanced", "ctrl+t: who has least to do answers"),
)
_RULES = ("rules", "ctrl+t: your own rules decide")
_RATINGS = ((1.0, "good"), (0.0, "bad"))


def chat_commands(chat: ChatScreen) -> Iterator[SystemCommand]:
    """Yield what can be done in ``chat``, with the key that does the same."""
    yield SystemCommand("New conversation", "ctrl+n", chat.action_new)
    yield SystemCommand("History", "ctrl+o: find and reopen a chat", chat.action_history)
    rules = (_RULES,) if chat.telex.has_rules else ()
    for name, words in (*_STRATEGIES, *rules):
        yield SystemCommand(
            f"Strategy: {name}", words, lambda name=name: chat.action_strategy(name)
        )
    yield SystemCommand(
        "Strategy: manual", "f5: name the provider that answers", chat.action_pick_provider
    )
    yield SystemCommand("Panels", "f6: show or fold them", chat.action_panels)
    yield SystemCommand("Reasoning", "ctrl+r: unfold or fold it", chat.action_reasoning)
    for score, word in _RATINGS:
        yield SystemCommand(
            f"Rate the last answer: {word}",
            "The strategies quality and dynamic learn from it",
            lambda score=score, word=word: rate_last_answer(chat, score, word),
        )


def rate_last_answer(chat: ChatScreen, score: float, word: str) -> None:
    """Rate the last answer of ``chat`` and say so.

    Args:
        chat: the conversation.
        score: 0 (bad) to 1 (good).
        word: how the person calls that.
    """
    chat.run_worker(_rate(chat, score, word), group="rating", exit_on_error=False)


async def _rate(chat: ChatScreen, score: float, word: str) -> None:
    from app.rating import rate_last

    runtime = await chat.telex.runtime()
    try:
        rated = await rate_last(runtime, chat.conversation_id, score, word)
    except TelexError as error:
        chat.telex.complain(error)
        return
    chat.notify(f"{rated.model} was rated {word}", markup=False)
