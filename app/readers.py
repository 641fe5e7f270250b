"""The ledger's read side for commands that only look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from storage.ledger import SqliteLedger
from storage.paths import Paths
from storage.reader import Reader


@contextmanager
def open_reader() -> Iterator[Reader]:
    """Open the ledger, an empty one on the first run, and close it at the end.

    Raises:
        TelexError: the folder or the database cannot be used.
    """
    paths = Paths.from_environment()
    paths.ensure_data_folder()
    with closing(SqliteLedger(paths.database)), closing(Reader(paths.database)) as reader:
        yield reader
