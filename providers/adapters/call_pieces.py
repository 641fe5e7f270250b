"""Tool calls of Chat Completions, which come in pieces."""

from __future__ import annotations

from dataclasses import dataclass, field

from providers.adapters.fields import Fields, text_of
from providers.adapters.tool_calls import arguments_text, made_up_id
from providers.events import ToolCallMade
from providers.messages import ToolCall


@dataclass(slots=True)
class _Open:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


class CallPieces:
    """Puts calls together; only the end of the answer proves that they are whole.

    Args:
        before: calls made earlier in the conversation, to number those without an id.
    """

    def __init__(self, before: int) -> None:
        self._before = before
        self._calls: list[_Open] = []
        self._by_index: dict[int, _Open] = {}

    def __bool__(self) -> bool:
        return bool(self._calls)

    def add(self, piece: Fields, index: object) -> None:
        """Take in one entry of ``tool_calls``.

        Args:
            piece: the entry.
            index: which call it belongs to, if the server says so.
        """
        function = piece.get("function") or {}
        name, call_id = text_of(function, "name"), text_of(piece, "id")
        call = self._belongs(index, call_id, name)
        call.id = call.id or call_id
        call.name = call.name or name
        if arguments := function.get("arguments"):
            call.arguments.append(arguments_text(arguments))

    def made(self) -> list[ToolCallMade]:
        """Return the calls, in order."""
        return [
            ToolCallMade(
                ToolCall(
                    id=call.id or made_up_id(self._before + number),
                    name=call.name,
                    arguments=arguments_text("".join(call.arguments)),
                )
            )
            for number, call in enumerate(self._calls, 1)
        ]

    def _belongs(self, index: object, call_id: str, name: str) -> _Open:
        """Return the call that a piece is of, which may be a new one.

        The index says so. Some servers leave it out or give every call the same one: then a new
        id begins a new call, or, without ids, a new name.
        """
        if isinstance(index, int):
            call = self._by_index.get(index)
        else:
            call = self._calls[-1] if self._calls else None
        other_id = call is not None and call_id and call.id and call_id != call.id
        no_index = not isinstance(index, int) and not call_id
        if call is None or other_id or (no_index and name and call.name):
            call = _Open()
            self._calls.append(call)
        if isinstance(index, int):
            self._by_index[index] = call
        return call
