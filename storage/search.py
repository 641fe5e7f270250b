"""Full-text search over every message that is not in the trash."""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from providers.messages import Role
from providers.sanitise import sanitise, sanitise_line
from storage import tree
from storage.clock import from_text
from storage.conversation_filter import ConversationFilter, condition
from storage.rows import SearchHit

_SNIPPET_WORDS = 16
_SNIPPET_CHARACTERS = 40  # on each side of a match found without the index

# Excerpts are made for the best matches alone: for every match they would take most of a second.
_BY_WORDS = f"""
    WITH best AS MATERIALIZED (
        SELECT rowid AS id, rank FROM messages_fts
        WHERE messages_fts MATCH :query AND rowid NOT IN ({tree.TRASHED}) AND {{among}}
        ORDER BY rank, rowid DESC LIMIT :limit
    )
    SELECT m.conversation_id, c.title, m.id, m.role, m.created_at,
        snippet(messages_fts, 0, '', '', '…', {_SNIPPET_WORDS}) AS excerpt
    FROM best
    JOIN messages_fts ON messages_fts.rowid = best.id
    JOIN messages m ON m.id = best.id
    JOIN conversations c ON c.id = m.conversation_id
    WHERE messages_fts MATCH :query ORDER BY best.rank, m.id DESC
"""  # noqa: S608  # a number of ours
_AS_IT_STANDS = f"""
    SELECT m.conversation_id, c.title, m.id, m.role, m.created_at, m.content AS excerpt
    FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE m.content LIKE :pattern ESCAPE '\\' AND m.id NOT IN ({tree.TRASHED}) AND {{among}}
    ORDER BY m.id DESC LIMIT :limit
"""  # noqa: S608  # ours


def search(
    db: Database, text: str, *, limit: int, among: ConversationFilter | None = None
) -> Sequence[SearchHit]:
    """Return messages that hold every word of ``text``, else those that hold it as it stands.

    Args:
        db: the database.
        text: what to look for.
        limit: how many messages at most.
        among: only messages of such conversations; None looks into all.
    """
    clean = sanitise_line(text)  # SQLite would end the query at a NUL
    if not clean or limit < 1:
        return ()
    sieve, values = ("{id} IS NOT NULL", {}) if among is None else _sieve(among)
    values["limit"] = limit
    by_words = _BY_WORDS.format(among=sieve.format(id="rowid"))
    hits = _hits(db, by_words, {**values, "query": fts_query(clean)}, around="")
    if hits:
        return hits
    as_it_stands = _AS_IT_STANDS.format(among=sieve.format(id="m.id"))
    return _hits(db, as_it_stands, {**values, "pattern": _like(clean)}, around=clean)


def _sieve(among: ConversationFilter) -> tuple[str, dict[str, object]]:
    terms, values = condition(among)
    messages = f"""
        SELECT x.id FROM conversations c JOIN messages x ON x.conversation_id = c.id
        WHERE {terms}
    """  # noqa: S608  # ours
    return f"{{id}} IN ({messages})", values


def fts_query(text: str) -> str:
    """Return an FTS5 expression for the words of ``text``, the last one as a prefix.

    Every word is a quoted string, so nothing in it is an operator:
    https://www.sqlite.org/fts5.html#full_text_query_syntax
    """
    words = ['"{}"'.format(word.replace('"', '""')) for word in text.split()]
    return f"{' '.join(words)}*"


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _hits(
    db: Database, sql: str, values: dict[str, object], *, around: str
) -> tuple[SearchHit, ...]:
    return tuple(
        SearchHit(
            conversation_id=row["conversation_id"],
            title=row["title"],
            message_id=row["id"],
            role=Role(row["role"]),
            snippet=_excerpt(row["excerpt"], around),
            created_at=from_text(row["created_at"]),
        )
        for row in db.query(sql, values)
    )


def _excerpt(text: str, around: str) -> str:
    """Return one line of ``text``; with ``around``, the part near its first occurrence."""
    clean = sanitise(text)
    if around:
        at = max(0, clean.lower().find(around.lower()))
        start, end = max(0, at - _SNIPPET_CHARACTERS), at + len(around) + _SNIPPET_CHARACTERS
        clean = f"{'…' if start else ''}{clean[start:end]}{'…' if end < len(clean) else ''}"
    return sanitise_line(clean)
