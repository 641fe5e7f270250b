"""What the history lists: one part of all conversations, or those a search finds in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from app.views import conversation_view

if TYPE_CHECKING:
    from storage.reader import Reader
    from storage.rows import ConversationRow, SearchHit
    from widgets.history_list import ConversationView

MOST = 500
"""Conversations listed at once: with more, opening the list takes noticeably long."""
_HITS = 500
_HITS_IN_PART = 5_000  # of which those elsewhere are left out
_ALL = -1  # SQLite's word for no limit
_SEARCH_FINDS = "search finds them"


def local_now() -> datetime:
    """Return the instant in the person's time zone."""
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class Part:
    """Which conversations are listed.

    Args:
        archived: the archive instead of the others. A search without it looks into both.
        tag: those with this tag alone, in upper or lower case.
    """

    archived: bool = False
    tag: str | None = None

    @property
    def is_everyday(self) -> bool:
        """Whether it is what the history begins with."""
        return not self.archived and self.tag is None

    def holds(self, row: ConversationRow) -> bool:
        """Whether a search in this part may find ``row``."""
        if self.archived and not row.archived:
            return False
        return self.tag is None or self.tag.casefold() in map(str.casefold, row.tags)


@dataclass(frozen=True, slots=True)
class Listing:
    """What is to be listed.

    Args:
        conversations: at most ``MOST``.
        empty: what to say where there are none.
        more: what to say below them.
        uncounted: there are more, and nobody has counted how many.
    """

    conversations: Sequence[ConversationView]
    empty: str
    more: str = ""
    uncounted: bool = False


@dataclass
class _Kept:
    """Every conversation there is, read once."""

    rows: Sequence[ConversationRow] = field(default=())


class ConversationLookup:
    """Asks the ledger. Every method blocks: call it in a thread.

    Args:
        reader: the ledger's read side.
        now: tells the instant that decides what "today" is, in the person's time zone.
    """

    def __init__(self, reader: Reader, *, now: Callable[[], datetime] = local_now) -> None:
        self._reader = reader
        self._now = now
        self._kept = _Kept()

    def forget(self) -> None:
        """Something was changed: read it anew when it is asked for next."""
        # What is being read now goes into what is no longer looked at.
        self._kept = _Kept()

    def find(self, text: str, part: Part) -> Listing:
        """Return the conversations of ``part`` that hold every word of ``text``.

        Those with the words in their title or tags come first, pinned and newest before others,
        then those with the words in a message, best match first. Without words, all are listed.

        Raises:
            DatabaseError: the ledger cannot be read.
        """
        words = text.split()
        return self._search(text, words, part) if words else self._list(part)

    def count(self, part: Part) -> str:
        """Return what to say below the first ``MOST`` conversations of ``part``.

        Takes a tenth of a second for 10,000 conversations, so list first and count then.

        Raises:
            DatabaseError: the ledger cannot be read.
        """
        rows = self._everything()
        count = sum(row.archived is part.archived and part.holds(row) for row in rows)
        return f"… {count - MOST:,} more: {_SEARCH_FINDS}" if count > MOST else ""

    def _list(self, part: Part) -> Listing:
        rows = self._reader.list_conversations(limit=MOST + 1, archived=part.archived, tag=part.tag)
        now = self._now()
        views = [conversation_view(row, now=now) for row in rows[:MOST]]
        more = f"… more: {_SEARCH_FINDS}" if len(rows) > MOST else ""
        return Listing(views, _nothing_in(part), more, uncounted=bool(more))

    def _search(self, text: str, words: Sequence[str], part: Part) -> Listing:
        limit = _HITS if part.is_everyday else _HITS_IN_PART
        hits = self._reader.search(text, limit=limit)
        best: dict[int, SearchHit] = {}
        for hit in hits:
            best.setdefault(hit.conversation_id, hit)
        known = {row.id: row for row in self._everything()}
        named = (row.id for row in known.values() if _is_named(row, words))
        found = [
            row for row in self._rows(dict.fromkeys([*named, *best]), known) if part.holds(row)
        ]
        now = self._now()
        views = [_found_view(row, best.get(row.id), now) for row in found[:MOST]]
        cut_off = len(hits) >= limit
        more = f"… {len(found) - MOST:,} more" if len(found) > MOST else ""
        if cut_off:
            more = f"… maybe more: these are from the best {limit:,} places"
        where = "" if part.is_everyday else f" {_where(part)}"
        among = f" among the best {limit:,} places" if cut_off else ""
        return Listing(
            views, f"Nothing found{where}{among}", f"{more}; more words find fewer" if more else ""
        )

    def _rows(
        self, ids: dict[int, None], known: dict[int, ConversationRow]
    ) -> Iterator[ConversationRow]:
        for conversation_id in ids:
            # One that is not known yet was begun since, perhaps by another telex.
            row = known.get(conversation_id) or self._reader.conversation(conversation_id)
            if row is not None:
                yield row

    def _everything(self) -> Sequence[ConversationRow]:
        kept = self._kept
        if not kept.rows:
            kept.rows = (
                *self._reader.list_conversations(limit=_ALL),
                *self._reader.list_conversations(limit=_ALL, archived=True),
            )
        return kept.rows


def _is_named(row: ConversationRow, words: Sequence[str]) -> bool:
    name = " ".join((row.title, *(f"#{tag}" for tag in row.tags))).casefold()
    return all(word.casefold() in name for word in words)


def _found_view(row: ConversationRow, hit: SearchHit | None, now: datetime) -> ConversationView:
    if hit is None:
        return conversation_view(row, now=now)
    return conversation_view(row, now=now, snippet=hit.snippet, message_id=hit.message_id)


def _nothing_in(part: Part) -> str:
    if part.is_everyday:
        return "No conversations yet"
    return f"No conversations {_where(part)}"


def _where(part: Part) -> str:
    places = ("in the archive" if part.archived else "", f"with #{part.tag}" if part.tag else "")
    return " ".join(filter(None, places))
