"""Answers to give again: entries that point to exchanges, so that no word is kept twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlite_utils import Database

from providers.answer_cache import CachedAnswer
from providers.billing.money import from_nanos
from providers.caching import Caching
from providers.events import FinishKind, StreamFinished
from providers.usage import Usage
from storage.clock import from_text, to_seconds, to_text

# What is in the trash, or in a conversation that keeps its answers to itself, is not given again.
_FIND = """
    SELECT e.provider, e.model, m.content, m.reasoning, e.finish_reason, a.finish_reason,
        a.response_model, a.input_tokens, a.output_tokens, a.cached_tokens, a.cache_write_tokens,
        a.reasoning_tokens, a.usage_estimated, e.cost_nanos, e.latency_ms, k.created_at
    FROM cache k
    JOIN exchanges e ON e.id = k.exchange_id
    JOIN conversations c ON c.id = e.conversation_id
    JOIN messages m ON m.id = e.answer_message_id
    JOIN attempts a ON a.exchange_id = e.id AND a.outcome = 'ok'
    WHERE k.key = :key AND k.created_at > :since AND e.state = 'complete'
        AND c.trashed_at IS NULL AND c.cache
        AND NOT EXISTS (SELECT 1 FROM trashed_messages t WHERE t.message_id = m.id)
    ORDER BY a.id DESC LIMIT 1
"""
_USED = "UPDATE cache SET hits = hits + 1, used_at = :now WHERE key = :key"
_KEEP = """
    INSERT INTO cache (key, exchange_id, created_at, used_at)
    SELECT :key, e.id, :now, :now FROM exchanges e
    JOIN conversations c ON c.id = e.conversation_id WHERE e.id = :exchange AND c.cache
    ON CONFLICT (key) DO UPDATE SET exchange_id = excluded.exchange_id, hits = 0,
        created_at = excluded.created_at, used_at = excluded.used_at
"""
_SHRINK = """
    DELETE FROM cache WHERE created_at <= :since OR key IN (
        SELECT key FROM cache ORDER BY used_at DESC, key LIMIT -1 OFFSET :most)
"""
_FORGET = """
    DELETE FROM cache WHERE exchange_id IN (SELECT id FROM exchanges WHERE conversation_id = ?)
"""
_SUMMARY = """
    SELECT count(*), coalesce(sum(saved_nanos), 0), coalesce(sum(saved_nanos IS NULL), 0)
    FROM exchanges WHERE cached AND started_at >= ?
"""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What giving answers again was worth.

    Args:
        answers: how many were given again.
        saved: US dollars they had cost the first time, as far as that is known.
        unknown: how many of them had an unknown price.
    """

    answers: int
    saved: Decimal
    unknown: int


def find(db: Database, key: str, caching: Caching, *, now: datetime) -> CachedAnswer | None:
    """Return the answer kept under ``key`` and count its use, None without one young enough.

    Args:
        db: the database, in a transaction.
        key: from ``providers.answer_cache.cache_key``.
        caching: how long answers are given again.
        now: the current instant.
    """
    since = to_text(now - timedelta(seconds=caching.ttl))
    row = db.execute(_FIND, {"key": key, "since": since}).fetchone()
    if row is None:
        return None
    db.execute(_USED, {"key": key, "now": to_text(now)})
    provider, model, text, reasoning, kind, raw, response_model, *rest = row
    *tokens, estimated, cost, latency, kept_at = rest
    read, said, cached, written, thought = (count or 0 for count in tokens)
    usage = Usage(read, said, cached, written, thought, bool(estimated))
    return CachedAnswer(
        provider=provider,
        model=model,
        text=text,
        reasoning=reasoning,
        finish=StreamFinished(FinishKind(kind), raw or kind, usage, response_model),
        usage=usage,
        cost=None if cost is None else from_nanos(cost),
        latency=to_seconds(latency) or 0.0,
        age=max(0.0, (now - from_text(kept_at)).total_seconds()),
    )


def keep(db: Database, key: str, exchange_id: int, caching: Caching, *, now: datetime) -> None:
    """Have ``key`` point to an exchange, and let go of what is too old or too much.

    Does nothing where the exchange's conversation keeps its answers to itself.
    """
    db.execute(_KEEP, {"key": key, "exchange": exchange_id, "now": to_text(now)})
    since = to_text(now - timedelta(seconds=caching.ttl))
    db.execute(_SHRINK, {"since": since, "most": caching.max_entries})


def forget(db: Database, conversation_id: int) -> None:
    """Give no answer of a conversation again."""
    db.execute(_FORGET, [conversation_id])


def replayed(db: Database, since: datetime) -> Replayed:
    """Return what giving answers again was worth since an instant."""
    answers, saved, unknown = db.execute(_SUMMARY, [to_text(since)]).fetchone()
    return Replayed(answers, from_nanos(saved), unknown)
