"""Which commands make sense for a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.screens.choose import Choice
from providers.events import FinishKind
from providers.messages import Role
from storage.rows import ExchangeState
from widgets.message_commands import COMMAND_KEYS, MessageCommand

if TYPE_CHECKING:
    from storage.rows import MessageRow

_ALWAYS = {
    MessageCommand.COPY,
    MessageCommand.COPY_CHAT,
    MessageCommand.EDIT,
    MessageCommand.AGAIN,
    MessageCommand.AGAIN_WITH,
    MessageCommand.DELETE,
    MessageCommand.UNDO,
    MessageCommand.FIND,
}
_ANSWERS = {
    MessageCommand.RATE_UP,
    MessageCommand.RATE_DOWN,
    MessageCommand.EXPLAIN,
    MessageCommand.INSPECT,
}


def choices_for(message: MessageRow, code_blocks: int) -> list[Choice[MessageCommand]]:
    """Return what can be done with ``message``, with the key that does the same.

    Args:
        message: the message.
        code_blocks: how many there are in it.
    """
    fitting = _fitting(message, code_blocks)
    return [
        Choice(command.command, command.words, command.key[:1] if code_blocks else command.key)
        for command in COMMAND_KEYS
        if command.command in fitting
    ]


def _fitting(message: MessageRow, code_blocks: int) -> set[MessageCommand]:
    fitting = set(_ALWAYS)
    exchange = message.exchange
    if message.role is Role.ASSISTANT and exchange is not None:
        fitting |= _ANSWERS
        cut_off = (
            exchange.state is not ExchangeState.COMPLETE
            or exchange.finish_reason == FinishKind.LENGTH
        )
        if cut_off and message.content.strip():
            fitting.add(MessageCommand.CONTINUE)
    if code_blocks:
        fitting.add(MessageCommand.COPY_CODE)
    place = message.versions.index(message.id)
    if place > 0:
        fitting.add(MessageCommand.OLDER)
    if place + 1 < len(message.versions):
        fitting.add(MessageCommand.NEWER)
    return fitting
