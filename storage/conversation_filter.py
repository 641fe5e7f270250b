"""Which conversations are looked for, besides the words in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.clock import to_text
from storage.rating_stats import GOOD

_SEEN = "NOT EXISTS (SELECT 1 FROM trashed_messages t WHERE t.message_id = {message})"
_ANSWER = f"""
    SELECT 1 FROM exchanges e WHERE e.conversation_id = c.id
    AND {_SEEN.format(message="e.answer_message_id")}
"""  # noqa: S608  # ours
_RATED = f"""
    SELECT 1 FROM exchanges e JOIN ratings r ON r.exchange_id = e.id
    WHERE e.conversation_id = c.id AND {_SEEN.format(message="e.answer_message_id")}
"""  # noqa: S608  # ours
_ATTACHED = f"""
    SELECT 1 FROM messages m JOIN attachments a ON a.message_id = m.id
    WHERE m.conversation_id = c.id AND {_SEEN.format(message="m.id")}
"""  # noqa: S608  # ours
_TAGGED = "SELECT 1 FROM tags t WHERE t.conversation_id = c.id AND t.folded = :{name}"


@dataclass(frozen=True, slots=True)
class ConversationFilter:
    """What a conversation must have; None is whatever.

    Args:
        archived: whether it is in the archive.
        pinned: whether it is pinned.
        tags: all of them, in upper or lower case.
        providers: each of them gave one of its answers.
        since, until: when it was written to last; ``until`` is not part of it.
        rated_good: one of its answers was rated good, or bad.
        attached: something is attached to one of its messages.
        failed: one of its questions was answered by nobody.
    """

    archived: bool | None = None
    pinned: bool | None = None
    tags: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    rated_good: bool | None = None
    attached: bool = False
    failed: bool = False


def condition(wanted: ConversationFilter) -> tuple[str, dict[str, object]]:
    """Return a condition on ``conversations c``, and its parameters.

    What is in the trash never meets it.
    """
    terms = ["c.trashed_at IS NULL"]
    values: dict[str, object] = {}
    for column, flag in (("archived", wanted.archived), ("pinned", wanted.pinned)):
        if flag is not None:
            terms.append(f"c.{column} = :{column}")
            values[column] = flag
    for place, tag in enumerate(wanted.tags):
        terms.append(f"EXISTS ({_TAGGED.format(name=f'tag{place}')})")
        values[f"tag{place}"] = tag.casefold()
    for place, provider in enumerate(wanted.providers):
        terms.append(
            f"EXISTS ({_ANSWER} AND e.state = 'complete' AND e.provider = :provider{place})"
        )
        values[f"provider{place}"] = provider
    if wanted.since is not None:
        terms.append("c.updated_at >= :since")
        values["since"] = to_text(wanted.since)
    if wanted.until is not None:
        terms.append("c.updated_at < :until")
        values["until"] = to_text(wanted.until)
    if wanted.rated_good is not None:
        sign = ">=" if wanted.rated_good else "<"
        terms.append(f"EXISTS ({_RATED} AND r.score {sign} {GOOD})")
    if wanted.attached:
        terms.append(f"EXISTS ({_ATTACHED})")
    if wanted.failed:
        terms.append(f"EXISTS ({_ANSWER} AND e.state = 'failed')")
    return " AND ".join(terms), values
