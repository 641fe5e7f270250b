"""Log lines that can be shown to anybody: no words of others, no keys."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from traceback import walk_tb
from types import TracebackType

from providers.adapters.redaction import redact
from providers.errors import ProviderError
from providers.sanitise import sanitise_line

Secrets = Callable[[], Iterable[str]]
"""Returns the keys in use now."""

_SHORTEST_KEY = 8  # characters; a shorter "key" of a keyless server may be part of any word
_DEEPEST = 40  # frames of a traceback, and links of a chain of causes, that are written


class SafeFormatter(logging.Formatter):
    """Writes time, level and message; of an exception its type and place, never its words.

    The messages of exceptions may quote prompts, answers or keys.

    Args:
        secrets: cut out of whatever is written, as a last net.
    """

    def __init__(self, secrets: Secrets) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of ``record``."""
        lines = [self._first(record)]
        if record.exc_info and record.exc_info[1] is not None:
            lines += [f"    {line}" for line in exception_lines(record.exc_info[1])]
        return "\n".join(self._clean(line) for line in lines)

    def message(self, record: logging.LogRecord) -> str:
        """Return what is written of the record's message."""
        return record.getMessage()

    def _first(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return f"{at.replace('+00:00', 'Z')} {record.levelname} {self.message(record)}"

    def _clean(self, line: str) -> str:
        for secret in self._secrets():
            if len(secret) >= _SHORTEST_KEY:
                line = line.replace(secret, "[key]")
        indent = line[: len(line) - len(line.lstrip())]
        return indent + redact(sanitise_line(line), None)


class ForeignFormatter(SafeFormatter):
    """Writes of other packages' records who wrote them and where: their words may quote anything.

    A library's debug output holds whole requests, addresses with query strings, and headers.
    """

    def message(self, record: logging.LogRecord) -> str:
        """Return who wrote the record, and at which line."""
        return f"foreign logger={record.name} at={short_path(record.pathname)}:{record.lineno}"


def exception_lines(error: BaseException) -> Iterator[str]:
    """Yield what may be told of ``error`` and its causes: types and places."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen and len(seen) < _DEEPEST:
        yield f"{'caused by ' if seen else ''}{name_of(link)}"
        yield from _places(link.__traceback__)
        seen.add(id(link))
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def name_of(error: BaseException) -> str:
    """Return what an exception is: its type, and the kind and status of ours."""
    kind = type(error)
    words = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    if isinstance(error, ProviderError):
        words += f" kind={error.kind} provider={error.provider or '-'}"
        words += f" status={error.status}" if error.status is not None else ""
    return words


def short_path(path: str) -> str:
    """Return the end of a source file's path: the rest tells of the person's machine only."""
    return "/".join(Path(path).parts[-3:])


def _places(trace: TracebackType | None) -> Iterator[str]:
    frames = list(walk_tb(trace))
    for frame, line in frames[-_DEEPEST:]:
        code = frame.f_code
        yield f"  at {short_path(code.co_filename)}:{line} in {code.co_name}"
