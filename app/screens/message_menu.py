"""Which commands make sense for a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.keymap import all_keys_of
from app.screens.choose import Choice
from providers.events import FinishKind
from providers.messages import Role
from storage.rows import ExchangeState
from widgets.message_commands import COMMAND_KEYS, CommandKey, MessageCommand

if TYPE_CHECKING:
    from app.keymap import Configured
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


def choices_for(
    message: MessageRow, code_blocks: int, owner: Configured
) -> list[Choice[MessageCommand]]:
    """Return what can be done with ``message``, with the key that does the same.

    Args:
        message: the message.
        code_blocks: how many there are in it.
        owner: whose keys are in force.
    """
    fitting = _fitting(message, code_blocks)
    return [
        Choice(command.command, command.words, _key(command, owner))
        for command in COMMAND_KEYS
        if command.command in fitting
    ]


def _key(command: CommandKey, owner: Configured) -> str:
    name = f"message.{command.command}"
    if name in owner.settings.keys:
        return all_keys_of(owner, name).partition(" ")[0]
    return command.key[:1] if command.command is MessageCommand.COPY_CODE else command.key


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
