"""What the history lists: one part of all conversations, or those a search finds in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from app.history_filters import Search, parse_search
from app.views import conversation_view
from storage.conversation_filter import ConversationFilter

if TYPE_CHECKING:
    from storage.reader import Reader
    from storage.rows import ConversationRow, SearchHit
    from widgets.history_list import ConversationView

MOST = 500
"""Conversations listed at once: with more, opening the list takes noticeably long."""
_HITS = 500
_ALL = -1  # SQLite's word for no limit
_SEARCH_FINDS = "search finds them"
_NOTHING = "Nothing found"
_NO_FILTERED = "No conversation is like this"


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

    def narrowed(self, like: ConversationFilter, *, everywhere: bool) -> ConversationFilter:
        """Return what conversations must have to be listed here.

        Args:
            like: what is asked of them besides.
            everywhere: look into the archive too, where it is not the archive alone.
        """
        here = like.archived if everywhere or like.archived is not None else False
        return replace(
            like,
            archived=True if self.archived else here,
            tags=like.tags if self.tag is None else (*like.tags, self.tag),
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """What is to be listed.

    Args:
        conversations: at most ``MOST``.
        empty: what to say where there are none.
        count: how many there are, listed or not, in words.
        more: what to say below them.
    """

    conversations: Sequence[ConversationView]
    empty: str
    count: str = ""
    more: str = ""


@dataclass
class _Kept:
    """Conversations as they were read, by what they had to have."""

    rows: dict[ConversationFilter, Sequence[ConversationRow]] = field(default_factory=dict)


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
        """Return the conversations of ``part`` that a search finds.

        Those with the words in their title or tags come first, pinned and newest before others,
        then those with the words in a message, best match first. Without words, all are listed.

        Args:
            text: words, and filters such as ``rated:good``; see ``app.history_filters``.
            part: where to look.

        Raises:
            UnknownFilter: a filter is none that is known.
            DatabaseError: the ledger cannot be read.
        """
        wanted = parse_search(text, self._now())
        if wanted.words:
            return self._search(wanted, part)
        return self._list(wanted, part)

    def _list(self, wanted: Search, part: Part) -> Listing:
        like = part.narrowed(wanted.like, everywhere=wanted.filtered)
        rows = self._reader.list_conversations(limit=MOST, archived=None, like=like)
        count = self._reader.count_conversations(like)
        now = self._now()
        views = [conversation_view(row, now=now) for row in rows]
        empty = f"{_NO_FILTERED}{_in(part)}" if wanted.filtered else _nothing_in(part)
        return Listing(
            views,
            empty,
            count=self._of_all(count, part) if wanted.filtered else _conversations(count),
            more=f"… {count - MOST:,} more: {_SEARCH_FINDS}" if count > MOST else "",
        )

    def _search(self, wanted: Search, part: Part) -> Listing:
        words = wanted.words.split()
        like = part.narrowed(wanted.like, everywhere=True)
        anywhere = like == ConversationFilter()
        hits = self._reader.search(wanted.words, limit=_HITS, among=None if anywhere else like)
        best: dict[int, SearchHit] = {}
        for hit in hits:
            best.setdefault(hit.conversation_id, hit)
        known = {row.id: row for row in self._rows_like(like)}
        named = (row.id for row in known.values() if _is_named(row, words))
        found = list(self._rows(dict.fromkeys([*named, *best]), known))
        now = self._now()
        views = [_found_view(row, best.get(row.id), now) for row in found[:MOST]]
        cut_off = len(hits) >= _HITS
        more = f"… {len(found) - MOST:,} more" if len(found) > MOST else ""
        if cut_off:
            more = f"… maybe more: these are from the best {_HITS:,} places"
        empty = _NOTHING if part.is_everyday and not wanted.filtered else f"{_NOTHING}{_in(part)}"
        if wanted.filtered:
            empty += ": fewer filters find more"
        return Listing(
            views,
            empty,
            count=self._of_all(len(found), part, at_least=cut_off),
            more=f"{more}; more words find fewer" if more else "",
        )

    def _of_all(self, found: int, part: Part, *, at_least: bool = False) -> str:
        everything = self._reader.count_conversations(
            part.narrowed(ConversationFilter(), everywhere=True)
        )
        return f"{found:,}{'+' * at_least} of {everything:,}"

    def _rows(
        self, ids: dict[int, None], known: dict[int, ConversationRow]
    ) -> Iterator[ConversationRow]:
        for conversation_id in ids:
            # One that is not known yet was begun since, perhaps by another telex.
            row = known.get(conversation_id) or self._reader.conversation(conversation_id)
            if row is not None:
                yield row

    def _rows_like(self, like: ConversationFilter) -> Sequence[ConversationRow]:
        """Return conversations, those in the archive after the others."""
        kept = self._kept.rows
        if like not in kept:
            parts = (False, True) if like.archived is None else (like.archived,)
            kept[like] = tuple(
                row
                for archived in parts
                for row in self._reader.list_conversations(
                    limit=_ALL, archived=archived, like=replace(like, archived=archived)
                )
            )
        return kept[like]


def _is_named(row: ConversationRow, words: Sequence[str]) -> bool:
    name = " ".join((row.title, *(f"#{tag}" for tag in row.tags))).casefold()
    return all(word.casefold() in name for word in words)


def _found_view(row: ConversationRow, hit: SearchHit | None, now: datetime) -> ConversationView:
    if hit is None:
        return conversation_view(row, now=now)
    return conversation_view(row, now=now, snippet=hit.snippet, message_id=hit.message_id)


def _conversations(count: int) -> str:
    return f"{count:,} conversation{'s' * (count != 1)}" if count else ""


def _nothing_in(part: Part) -> str:
    if part.is_everyday:
        return "No conversations yet · esc goes to the chat: ask something there"
    if part.archived and part.tag is None:
        return "No conversations in the archive · a puts one there, A shows the others"
    return f"No conversations{_in(part)}"


def _in(part: Part) -> str:
    places = ("in the archive" if part.archived else "", f"with #{part.tag}" if part.tag else "")
    return "".join(f" {place}" for place in places if place)
