"""Writes that concern a conversation as a whole."""

from __future__ import annotations

from sqlite_utils import Database

from providers.sanitise import sanitise, sanitise_line

_TITLE_LENGTH = 60


def title_from(text: str) -> str:
    """Return the first line of ``text`` that says something, short enough for a list."""
    lines = (sanitise_line(line) for line in sanitise(text).splitlines())
    title = next(filter(None, lines), "")
    if len(title) <= _TITLE_LENGTH:
        return title
    return f"{title[: _TITLE_LENGTH - 1].rstrip()}…"


def create(db: Database, *, title: str, now: str) -> int:
    """Add an empty conversation and return its id."""
    return inserted(
        db,
        "INSERT INTO conversations (title, created_at, updated_at) VALUES (:title, :now, :now)",
        {"title": title_from(title), "now": now},
    )


def rename(db: Database, conversation_id: int, *, title: str, now: str) -> None:
    """Give a conversation another title."""
    db.execute(
        "UPDATE conversations SET title = :title, updated_at = :now WHERE id = :id",
        {"id": conversation_id, "title": title_from(title), "now": now},
    )


def title_if_untitled(db: Database, conversation_id: int, *, title: str) -> None:
    """Name a conversation after its first question unless the person named it."""
    db.execute(
        "UPDATE conversations SET title = :title WHERE id = :id AND title = ''",
        {"id": conversation_id, "title": title_from(title)},
    )


def save_draft(db: Database, conversation_id: int, *, text: str) -> None:
    """Keep what is typed but not sent; a draft does not make a conversation newer."""
    storable = text.encode(errors="replace").decode()  # lone surrogates have no UTF-8
    db.execute(
        "UPDATE conversations SET draft = :draft WHERE id = :id",
        {"id": conversation_id, "draft": storable},
    )


def delete(db: Database, conversation_id: int) -> None:
    """Forget every word of a conversation. What it cost, and how it was rated, is kept."""
    key = {"id": conversation_id}
    db.execute(
        "UPDATE attempts SET partial_text = '', partial_reasoning = '' WHERE exchange_id IN"
        " (SELECT id FROM exchanges WHERE conversation_id = :id)",
        key,
    )
    db.execute(
        "UPDATE ratings SET word = '' WHERE exchange_id IN"
        " (SELECT id FROM exchanges WHERE conversation_id = :id)",
        key,
    )
    db.execute("DELETE FROM exchanges WHERE conversation_id = :id", key)
    db.execute("DELETE FROM messages WHERE conversation_id = :id", key)
    db.execute("DELETE FROM conversations WHERE id = :id", key)


def touch(db: Database, conversation_id: int, *, now: str) -> None:
    """Make a conversation the most recent one."""
    db.execute(
        "UPDATE conversations SET updated_at = :now WHERE id = :id",
        {"id": conversation_id, "now": now},
    )


def inserted(db: Database, sql: str, values: dict[str, object]) -> int:
    """Run an INSERT and return the new row's id."""
    row_id = db.execute(sql, values).lastrowid
    assert row_id is not None, "SQLite sets lastrowid on every INSERT"
    return row_id
