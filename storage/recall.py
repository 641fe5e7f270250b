"""What the person asked before, to be asked again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from storage import tree

_NEWEST_FIRST = f"""
    SELECT content, content_exact FROM messages
    WHERE role = 'user' AND id NOT IN ({tree.TRASHED}) ORDER BY id DESC
"""  # noqa: S608  # ours


def exact(content: str, content_exact: bytes | None) -> str:
    """Return what the person typed, to the byte."""
    return content if content_exact is None else content_exact.decode(errors="surrogatepass")


def recent_prompts(db: Database, *, limit: int) -> Sequence[str]:
    """Return the last questions of all conversations, newest first, each text once.

    Questions without a word, which had attachments alone, are left out.
    """
    found: dict[str, None] = {}
    cursor = db.execute(_NEWEST_FIRST)
    for row in cursor:
        if len(found) >= limit:
            break
        text = exact(*row)
        if text.strip():
            found.setdefault(text)
    cursor.close()  # an open query would keep the file's log from being folded in
    return tuple(found)
