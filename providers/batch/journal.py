"""What a batch has been answered so far, on disk: one line of JSON for each answer.

Each is written and synced before the answer is given out, so that after a crash or ``kill -9``
only those that were on their way are asked again. A line that was torn by such an end is dropped.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, BinaryIO

from providers.batch.file_lock import lock
from providers.errors import TelexError
from providers.messages import ToolCall
from providers.reply import Reply

_VERSION = 1
_BEGINNING = b'{"batch": 1, '
"""How every entry begins, so that the beginning of one can be told from somebody's letter."""
_MONEY = ("cost", "saved")


class JournalError(TelexError):
    """The journal of a batch cannot be used; the message says why."""


class Journal:
    """Answers by line. Only one batch at a time may have it open. Safe across threads.

    Args:
        path: the file; made when there is none.

    Raises:
        JournalError: another batch has it open, it is no journal, or it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            self._file: BinaryIO = path.open("a+b")
        except OSError as error:
            raise JournalError(f"{path} cannot be written: {error.strerror or error}") from error
        if not lock(self._file):
            self._file.close()
            raise JournalError(f"{path} belongs to a batch that is running")
        try:
            self._answers = self._read()
        except JournalError:
            self._file.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. Safe to call twice."""
        with self._lock, suppress(OSError):
            # What could not be written was said when it was tried.
            self._file.close()

    def find(self, number: int, key: str) -> Reply | None:
        """Return the answer to a line, None when it has none or asks something else now."""
        kept = self._answers.get(number)
        return kept[1] if kept is not None and kept[0] == key else None

    def add(self, number: int, key: str, reply: Reply) -> None:
        """Keep an answer; it is on the disk when this returns.

        Raises:
            JournalError: it could not be written.
        """
        entry = {"batch": _VERSION, "line": number, "key": key, "reply": reply_to_json(reply)}
        line = json.dumps(entry, ensure_ascii=True).encode() + b"\n"
        with self._lock:
            try:
                self._file.write(line)
                self._file.flush()
                os.fsync(self._file.fileno())
            except OSError as error:
                raise JournalError(f"{self._path} cannot be written: {error}") from error
            self._answers[number] = (key, reply)

    def _read(self) -> dict[int, tuple[str, Reply]]:
        self._file.seek(0)
        answers: dict[int, tuple[str, Reply]] = {}
        good = 0
        for place, line in enumerate(self._file, start=1):
            whole = line.endswith(b"\n")
            if not whole and _BEGINNING.startswith(line[: len(_BEGINNING)]):
                break  # an entry torn off in the middle
            try:
                if not whole:
                    raise ValueError("its end is missing")  # noqa: TRY301  # as for any other line
                entry = json.loads(line)
                answers[entry["line"]] = (entry["key"], reply_from_json(entry["reply"]))
            except (ValueError, KeyError, TypeError, InvalidOperation) as error:
                raise JournalError(
                    f"{self._path} is no journal of a batch (line {place}); give another name, or"
                    " remove it to begin anew"
                ) from error
            good += len(line)
        # Appending behind a torn line would spoil the next one too.
        self._file.truncate(good)
        return answers


def reply_to_json(reply: Reply) -> dict[str, Any]:
    """Return a reply as JSON has it; money as text, to the last digit."""
    return {
        "content": reply.content,
        "reasoning": reply.reasoning,
        "usage_metadata": dict(reply.usage_metadata),
        "response_metadata": _told(reply.response_metadata),
        "tool_calls": [
            [call.id, call.name, call.arguments, call.signature] for call in reply.tool_calls
        ],
    }


def reply_from_json(values: Mapping[str, Any]) -> Reply:
    """Return the reply that ``reply_to_json`` wrote."""
    metadata = dict(values["response_metadata"])
    metadata["attempts"] = [_heard(attempt) for attempt in metadata.get("attempts", ())]
    return Reply(
        content=values["content"],
        reasoning=values["reasoning"],
        usage_metadata=dict(values["usage_metadata"]),
        response_metadata=_heard(metadata),
        tool_calls=tuple(ToolCall(*call) for call in values["tool_calls"]),
    )


def _told(value: Any) -> Any:
    match value:
        case Mapping():
            return {str(name): _told(item) for name, item in value.items()}
        case list() | tuple():
            return [_told(item) for item in value]
        case str() | int() | float() | None:
            return value
        case _:
            return str(value)


def _heard(values: Mapping[str, Any]) -> dict[str, Any]:
    def money() -> Iterator[tuple[str, Decimal]]:
        for name in _MONEY:
            if values.get(name) is not None:
                yield name, Decimal(values[name])

    return {**values, **dict(money())}
