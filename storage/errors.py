"""What can go wrong with what is kept; each error says what to do about it."""

from __future__ import annotations

from pathlib import Path

from providers.errors import TelexError


class PathsError(TelexError):
    """A folder or file of telex cannot be created or used."""


class DatabaseError(TelexError):
    """The ledger cannot be opened, read or written.

    Args:
        message: what happened, where, and what to do.
        path: the database file.
    """

    def __init__(self, message: str, *, path: Path) -> None:
        super().__init__(message)
        self.path = path


class NotFound(TelexError, LookupError):
    """A conversation, message or deletion is not there: deleted, in the trash, or never made."""


class AnswerUnderWay(TelexError):
    """What was to be deleted is still being written."""


class NothingToRate(TelexError):
    """A rating was given where no model answered."""


class ConfigFileError(TelexError):
    """``config.toml`` cannot be used as it stands.

    Args:
        reason: what is wrong and what is allowed, in a sentence.
        path: the file.
        line: where, counted from 1; None when the place is unknown.
        column: counted from 1, for syntax errors.
        key: the dotted name of the offending value, such as ``providers.openai.model``.
    """

    def __init__(
        self,
        reason: str,
        *,
        path: Path,
        line: int | None = None,
        column: int | None = None,
        key: str | None = None,
    ) -> None:
        place = ":".join(str(part) for part in (path, line, column) if part is not None)
        named = f"{key}: " if key and key not in reason else ""
        super().__init__(f"{place}: {named}{reason}")
        self.reason = reason
        self.path = path
        self.line = line
        self.column = column
        self.key = key


class InvalidKey(TelexError):
    """What was given as an API key cannot be one. Never quotes it."""


class KeyringUnavailable(TelexError):
    """The OS keyring could not keep or forget a key; the message says why and what to do."""
