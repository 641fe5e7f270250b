"""The part of a file that has been fetched so far, kept for going on later."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.fetch_model import FetchFailed
from app.local_models.space import MARGIN
from providers.batch.file_lock import lock

_BLOCK = 2**20


class BeingFetched(FetchFailed):
    """Another telex is fetching the same file."""


class Partial:
    """``NAME.partial`` beside the file it will become. Every method blocks for the disk.

    Args:
        target: the file when it is whole.
        url: where it comes from; what came from elsewhere is forgotten.
    """

    def __init__(self, target: Path, url: str) -> None:
        self.target = target
        self.path = target.with_name(f"{target.name}.partial")
        self._note = target.with_name(f"{target.name}.partial.json")
        self._url = url
        self._hash = hashlib.sha256()
        self.etag = ""
        """What the server called this version of the file; empty when it did not say."""
        self.size = 0

    def open(self) -> None:
        """Take up what is here already."""
        try:
            note = json.loads(self._note.read_bytes())
        except (OSError, ValueError):
            note = {}
        if not isinstance(note, dict) or note.get("url") != self._url:
            self.discard()
            return
        self.etag = str(note.get("etag") or "")
        self._hash = hashlib.sha256()
        self.size = 0
        with suppress(FileNotFoundError), self.path.open("rb") as file:
            while block := file.read(_BLOCK):
                self._hash.update(block)
                self.size += len(block)

    def begin(self, etag: str) -> None:
        """Start from nothing, with what the server calls this version.

        Raises:
            FetchFailed: the folder cannot be written to.
        """
        # A weak mark says that two versions mean the same, not that their bytes are equal.
        self.etag = "" if etag.startswith("W/") else etag
        self._hash = hashlib.sha256()
        self.size = 0
        with self._writing():
            self.path.write_bytes(b"")
            self._note.write_text(json.dumps({"url": self._url, "etag": self.etag}))

    def add(self, block: bytes) -> None:
        """Append a block.

        Raises:
            FetchFailed: the disk is full, or the file cannot be written to.
        """
        with self._writing(), self.path.open("ab") as file:
            file.write(block)
        self._hash.update(block)
        self.size += len(block)

    def sha256(self) -> str:
        """Return the hash of everything so far."""
        return self._hash.hexdigest()

    def finish(self) -> None:
        """Give the file its name, after it was found whole.

        Raises:
            FetchFailed: the folder cannot be written to.
        """
        with self._writing():
            with self.path.open("r+b") as file:
                os.fsync(file.fileno())  # a name on a file that a power cut left empty is a lie
            self.path.replace(self.target)
        self._note.unlink(missing_ok=True)

    def discard(self) -> None:
        """Forget what is here."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)
        self._hash = hashlib.sha256()
        self.size = 0
        self.etag = ""

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                self._give_back()
                raise FetchFailed(
                    f"the disk became full while {self.target.name} was fetched; most of what came"
                    f" is kept. Make room in {self.target.parent} and fetch again: it goes on there"
                ) from error
            raise FetchFailed(
                f"{self.path} cannot be written: {error.strerror or error};"
                " check the folder's permissions and fetch again"
            ) from error

    def _give_back(self) -> None:
        """Leave room for the ledger: what the person writes must not be lost to a model."""
        with suppress(OSError):
            size = self.path.stat().st_size
            if size:
                os.truncate(self.path, max(0, size - MARGIN))


def partial_size(target: Path) -> int:
    """Return how many bytes of ``target`` were fetched before it was interrupted."""
    try:
        return target.with_name(f"{target.name}.partial").stat().st_size
    except OSError:
        return 0


@contextmanager
def held(target: Path) -> Iterator[None]:
    """Keep other processes from fetching or removing ``target`` meanwhile.

    Raises:
        BeingFetched: another one is at it.
        FetchFailed: the folder cannot be written to.
    """
    path = target.with_name(f"{target.name}.lock")
    try:
        file = path.open("ab")
    except OSError as error:
        raise FetchFailed(
            f"{path.parent} cannot be written to: {error.strerror or error};"
            " change its permissions, or set TELEX_DATA_DIR to another folder"
        ) from error
    with file:
        # A lock on a file that was removed meanwhile keeps nobody out.
        if not lock(file) or not _is(path, file.fileno()):
            raise BeingFetched(f"{target.name} is being fetched by another telex; let it finish")
        try:
            yield
        finally:
            with suppress(OSError):
                path.unlink()


def _is(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False
