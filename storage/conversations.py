"""Writes that concern a conversation as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from providers.billing.money import to_nanos
from providers.sanitise import sanitise, sanitise_line
from storage import replays
from storage.rows import ConversationWishes, TitledBy

_TITLE_LENGTH = 60
_TAG_LENGTH = 40


def title_from(text: str) -> str:
    """Return the first line of ``text`` that says something, short enough for a list."""
    lines = (sanitise_line(line) for line in sanitise(text).splitlines())
    title = next(filter(None, lines), "")
    if len(title) <= _TITLE_LENGTH:
        return title
    return f"{title[: _TITLE_LENGTH - 1].rstrip()}…"


def create(
    db: Database,
    *,
    title: str,
    titled_by: TitledBy,
    wishes: ConversationWishes | None,
    now: str,
) -> int:
    """Add an empty conversation and return its id.

    Raises:
        ValueError: the budget is no amount of money, or below zero.
    """
    shown = title_from(title)
    return inserted(
        db,
        "INSERT INTO conversations (title, titled_by, created_at, updated_at, strategy, provider,"
        " model, persona, budget_nanos, cache) VALUES (:title, :titled_by, :now, :now, :strategy,"
        " :provider, :model, :persona, :budget, :cache)",
        {
            "title": shown,
            "titled_by": titled_by if shown else TitledBy.QUESTION,
            "now": now,
            **_columns(wishes or ConversationWishes()),
        },
    )


def rename(db: Database, conversation_id: int, *, title: str, now: str) -> None:
    """Give a conversation the person's title; an empty one leaves it to be titled again."""
    shown = title_from(title)
    db.execute(
        "UPDATE conversations SET title = :title, titled_by = :titled_by, updated_at = :now"
        " WHERE id = :id",
        {
            "id": conversation_id,
            "title": shown,
            "titled_by": TitledBy.PERSON if shown else TitledBy.QUESTION,
            "now": now,
        },
    )


def title_if_untitled(db: Database, conversation_id: int, *, title: str) -> None:
    """Name a conversation after its first question unless the person named it."""
    db.execute(
        "UPDATE conversations SET title = :title WHERE id = :id AND title = ''",
        {"id": conversation_id, "title": title_from(title)},
    )


def suggest_title(db: Database, conversation_id: int, *, title: str) -> bool:
    """Put a model's title in place of one made from the question; return whether it took."""
    shown = title_from(title)
    if not shown:
        return False
    changed = db.execute(
        "UPDATE conversations SET title = :title, titled_by = 'model'"
        " WHERE id = :id AND titled_by = 'question' AND trashed_at IS NULL",
        {"id": conversation_id, "title": shown},
    )
    return changed.rowcount > 0


def set_wishes(db: Database, conversation_id: int, wishes: ConversationWishes) -> None:
    """Replace everything a conversation asks for.

    Raises:
        ValueError: the budget is no amount of money, or below zero.
    """
    db.execute(
        "UPDATE conversations SET strategy = :strategy, provider = :provider, model = :model,"
        " persona = :persona, budget_nanos = :budget, cache = :cache WHERE id = :id",
        {"id": conversation_id, **_columns(wishes)},
    )
    if not wishes.cache:
        replays.forget(db, conversation_id)


def set_pinned(db: Database, conversation_id: int, *, pinned: bool) -> None:
    """Keep a conversation at the top of the list, or no longer."""
    db.execute("UPDATE conversations SET pinned = ? WHERE id = ?", [pinned, conversation_id])


def set_archived(db: Database, conversation_id: int, *, archived: bool) -> None:
    """Put a conversation aside, or take it back."""
    db.execute("UPDATE conversations SET archived = ? WHERE id = ?", [archived, conversation_id])


def set_tags(db: Database, conversation_id: int, tags: Sequence[str]) -> None:
    """Replace a conversation's tags; of those that differ in case alone the first counts."""
    clean: dict[str, str] = {}
    for tag in tags:
        shown = sanitise_line(tag)[:_TAG_LENGTH].rstrip()
        if shown:
            clean.setdefault(shown.casefold(), shown)
    db.execute("DELETE FROM tags WHERE conversation_id = ?", [conversation_id])
    for position, (folded, shown) in enumerate(clean.items()):
        db.execute(
            "INSERT INTO tags (conversation_id, folded, tag, position) VALUES (?, ?, ?, ?)",
            [conversation_id, folded, shown, position],
        )


def save_draft(db: Database, conversation_id: int, *, text: str) -> None:
    """Keep what is typed but not sent; a draft does not make a conversation newer."""
    storable = text.encode(errors="replace").decode()  # lone surrogates have no UTF-8
    db.execute(
        "UPDATE conversations SET draft = :draft WHERE id = :id",
        {"id": conversation_id, "draft": storable},
    )


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


def _columns(wishes: ConversationWishes) -> dict[str, object]:
    budget = None if wishes.budget is None else to_nanos(wishes.budget)
    if budget is not None and budget < 0:
        raise ValueError(f"a budget is $0 or more, not {wishes.budget}")
    return {
        "strategy": _clean(wishes.strategy),
        "provider": _clean(wishes.provider),
        "model": _clean(wishes.model),
        "persona": _clean(wishes.persona),
        "budget": budget,
        "cache": wishes.cache,
    }


def _clean(wish: str | None) -> str | None:
    return None if wish is None else sanitise(wish)
