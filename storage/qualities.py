"""What the answers of earlier runs were thought to be worth, for who learns from it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from sqlite_utils import Database

from providers.quality.assessment import SignalKind

_RECENT = 2_000
"""Answers that count: models change under their names."""
_QUERY = """
    SELECT provider, model, task, quality, quality_signals FROM exchanges
    WHERE quality IS NOT NULL AND provider IS NOT NULL AND model IS NOT NULL AND cached = 0
    ORDER BY id DESC LIMIT ?
"""


@dataclass(slots=True)
class ModelScores:
    """All scores of one model at one kind of task.

    Args:
        task: the kind's name, None where it is unknown.
        answers: how many were looked at.
        total: the sum of their scores, each 0 to 1, without what a judge said.
        verdicts: how many of them a judge looked at.
        judged: the sum of what it said, each 0 to 1.
    """

    provider: str
    model: str
    task: str | None
    answers: int = 0
    total: float = 0.0
    verdicts: int = 0
    judged: float = 0.0


def scores_by_model(db: Database, limit: int = _RECENT) -> Sequence[ModelScores]:
    """Return the scores of the last ``limit`` answers, by model and kind of task."""
    found: dict[tuple[str, str, str | None], ModelScores] = {}
    for provider, model, task, quality, signals in db.execute(_QUERY, [limit]):
        key = (provider, model, task)
        scores = found.get(key)
        if scores is None:
            scores = found[key] = ModelScores(*key)
        scores.answers += 1
        if signals == "[]":
            scores.total += quality
            continue
        severities: defaultdict[bool, list[float]] = defaultdict(list)
        for each in json.loads(signals):
            severities[each["kind"] == SignalKind.JUDGED].append(1.0 - each["severity"])
        scores.total += prod(severities[False])
        scores.verdicts += len(severities[True])
        scores.judged += sum(severities[True])
    return tuple(found.values())
