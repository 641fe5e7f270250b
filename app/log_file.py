"""The log file: what telex did, without a word of what was said and without keys."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from importlib.metadata import version
from io import TextIOWrapper
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from platform import platform, python_version
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from app.log_format import ForeignFormatter, SafeFormatter
from storage.config_file import load_settings
from storage.config_notice import LogLevel
from storage.errors import ConfigFileError
from storage.paths import Paths

if TYPE_CHECKING:
    from threading import ExceptHookArgs

_LARGEST = 1_000_000  # bytes
_KEPT = 3  # older files
_PRIVATE = 0o600
_LEVELS: Mapping[LogLevel, int] = {
    LogLevel.OFF: logging.CRITICAL + 1,
    LogLevel.INFO: logging.INFO,
    LogLevel.DEBUG: logging.DEBUG,
}


class LogFile:
    """Writes in a thread of its own: a slow disk holds up nothing, a full one disturbs nobody.

    The file is made with the first line. ``logger`` stands apart from the loggers of other
    packages, so that nothing of theirs gets in.

    Args:
        path: the file; its folder need not exist, and nothing is written while it does not.
        level: how much is written.
    """

    def __init__(self, path: Path, level: LogLevel) -> None:
        self._secrets: Callable[[], Iterable[str]] = tuple
        queue: SimpleQueue[Any] = SimpleQueue()
        self._own = QueueHandler(queue)
        self._own.setFormatter(SafeFormatter(self._keys))
        self._foreign = QueueHandler(queue)
        self._foreign.setFormatter(ForeignFormatter(self._keys))
        self.logger = logging.Logger("telex", logging.DEBUG)
        self.logger.addHandler(self._own)
        self.set_level(level)
        self._listener = QueueListener(queue, _PrivateFile(path))
        self._listener.start()
        self._closed = False
        self._hook = threading.excepthook

    def set_level(self, level: LogLevel) -> None:
        """Write this much from now on."""
        # A logger remembers what it lets through, and only those of the registry forget it.
        self._own.setLevel(_LEVELS[level])
        self._foreign.setLevel(max(logging.WARNING, _LEVELS[level]))

    def keep_out(self, secrets: Callable[[], Iterable[str]]) -> None:
        """Keep out what ``secrets`` returns, whoever should write it by mistake."""
        self._secrets = secrets

    def started(self, what: str) -> None:
        """Note that a telex has started.

        Args:
            what: which of its faces.
        """
        self.logger.info(
            "started what=%s version=%s python=%s platform=%s pid=%s",
            *(what, version("telex"), python_version(), platform(terse=True), os.getpid()),
        )

    def watch_process(self) -> None:
        """Note other packages' warnings and exceptions in threads too, until it is closed."""
        logging.getLogger().addHandler(self._foreign)
        self._hook = threading.excepthook
        threading.excepthook = self._thread_failed

    def failed(self, error: BaseException, what: str) -> None:
        """Note an exception that nobody expected.

        Args:
            error: only its type and place are written.
            what: where it came to light.
        """
        self.logger.error("failed what=%s", what, exc_info=error)

    def close(self) -> None:
        """Write what is waiting and close the file. Blocks for the disk; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        logging.getLogger().removeHandler(self._foreign)
        if threading.excepthook == self._thread_failed:
            threading.excepthook = self._hook
        self.logger.removeHandler(self._own)
        self._listener.stop()
        for handler in self._listener.handlers:
            handler.close()

    def _keys(self) -> Iterable[str]:
        return self._secrets()

    def _thread_failed(self, told: ExceptHookArgs) -> None:
        if told.exc_value is not None:
            self.failed(told.exc_value, "thread")
        self._hook(told)


class _PrivateFile(RotatingFileHandler):
    """A rotating file that only its owner may read; what cannot be written is let go."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=_LARGEST, backupCount=_KEPT, encoding="utf-8", delay=True)

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _PRIVATE)
        return os.fdopen(descriptor, "a", encoding=self.encoding, errors="replace")

    def emit(self, record: logging.LogRecord) -> None:
        if self.stream is not None and self._was_moved(self.stream):
            with suppress(OSError):
                self.stream.close()
            self.stream = None
        super().emit(record)

    def close(self) -> None:
        """Close the file; what a full disk did not take is let go."""
        with suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """Lose the line: a log must not disturb what it tells of."""

    def _was_moved(self, stream: TextIOWrapper) -> bool:
        """Whether another telex has turned the file over meanwhile."""
        try:
            here, there = os.fstat(stream.fileno()), Path(self.baseFilename).stat()
        except OSError:
            return True
        return (here.st_dev, here.st_ino) != (there.st_dev, there.st_ino)


def log_outside(error: BaseException, environment: Mapping[str, str], what: str) -> None:
    """Note why telex could not begin or go on, where no log is open. Makes no folder.

    Args:
        error: only its type and place are written.
        environment: says where the log is.
        what: where the error came to light.
    """
    paths = Paths.from_environment(environment)
    try:
        level = load_settings(paths.config_file).log
    except ConfigFileError:
        level = LogLevel.INFO
    log = LogFile(paths.log_file, level)
    try:
        if isinstance(error, ConfigFileError):
            # Its words quote the file, and that may hold prompts.
            from app.log_keys import schema_key

            told = (error.line, schema_key(error.key))
            log.logger.warning("settings refused line=%s key=%s", *told)
        else:
            log.failed(error, what)
    finally:
        log.close()
