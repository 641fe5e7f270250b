"""The ledger's read side: plain blocking queries, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from storage import billing, history, ratings, search, spending, transcript
from storage.billing import BilledUsage
from storage.database import open_for_reading, translated
from storage.errors import DatabaseError
from storage.ratings import ModelRatings, Rating
from storage.rows import ConversationRow, MessageRow, SearchHit
from storage.spending import AttemptSample, GroupBy, Spend, UsageStats


class Reader:
    """Queries over the ledger's file. Each thread gets its own connection.

    Sees everything that was committed before the call, by this process or another. Wrap calls
    in ``asyncio.to_thread`` where a screen waits.

    Args:
        path: a database that ``SqliteLedger`` has opened before.

    Raises:
        DatabaseError: every method raises it when the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: list[Database] = []
        self._closed = False

    def close(self) -> None:
        """Close every thread's connection. Safe to call twice."""
        with self._lock:
            self._closed = True
            while self._open:
                self._open.pop().close()

    def list_conversations(self, limit: int = 50, offset: int = 0) -> Sequence[ConversationRow]:
        """Return conversations, the one written to last first."""
        with self._translated():
            return history.list_conversations(self._db(), limit=limit, offset=offset)

    def conversation(self, conversation_id: int) -> ConversationRow | None:
        """Return one conversation, None when there is none."""
        with self._translated():
            return history.conversation(self._db(), conversation_id)

    def load_messages(
        self, conversation_id: int, *, through: int | None = None
    ) -> Sequence[MessageRow]:
        """Return one path through the tree, root first, with how each answer came about.

        Args:
            conversation_id: the conversation.
            through: a message the path passes; it goes on to that message's newest descendant.
                None follows the newest message.
        """
        with self._translated():
            return transcript.load(self._db(), conversation_id, through=through)

    def search(self, text: str, limit: int = 50) -> Sequence[SearchHit]:
        """Return messages that hold every word of ``text``, best match first.

        Any text is safe; the last word may be the beginning of one. Where no words match, the
        text is looked for as it stands, which finds code and languages without spaces.
        """
        with self._translated():
            return search.search(self._db(), text, limit=limit)

    def spend(self, since: datetime, until: datetime | None = None) -> Spend:
        """Return what attempts that started from ``since`` (and before ``until``) cost."""
        with self._translated():
            return spending.spend(self._db(), since, until)

    def stats(
        self, by: GroupBy, since: datetime, until: datetime | None = None
    ) -> Sequence[UsageStats]:
        """Return numbers per provider, model or local day; days come in order."""
        with self._translated():
            return spending.stats(self._db(), by, since, until)

    def provider_history(
        self, provider: str, model: str | None = None, limit: int = 100
    ) -> Sequence[AttemptSample]:
        """Return the most recent finished attempts, oldest first, to learn from."""
        with self._translated():
            return spending.provider_history(self._db(), provider, model, limit)

    def billed_usage(self, since: datetime, until: datetime | None = None) -> Iterator[BilledUsage]:
        """Yield what each finished call of a period used, oldest first, one at a time.

        Consume it in the thread that asked, and soon: until it ends or is closed, the file's log
        of newer writes cannot be folded in.
        """
        with self._translated():
            yield from billing.billed_usage(self._db(), since, until)

    def ratings_by_model(self) -> Sequence[ModelRatings]:
        """Return how the person rated each model, in all conversations, deleted ones included."""
        with self._translated():
            return ratings.ratings_by_model(self._db())

    def rating_of(self, exchange_id: int) -> Rating | None:
        """Return the current rating of an exchange, None without one."""
        with self._translated():
            return ratings.rating_of(self._db(), exchange_id)

    def _translated(self) -> AbstractContextManager[None]:
        return translated(self._path)

    def _db(self) -> Database:
        db: Database | None = getattr(self._local, "db", None)
        with self._lock:
            if self._closed:
                raise DatabaseError(f"{self._path} is already closed", path=self._path)
            if db is None:
                db = self._local.db = open_for_reading(self._path)
                self._open.append(db)
        return db
