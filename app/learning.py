"""What earlier runs teach the router, before its first decision in this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.outcomes import learn_outcomes
from providers.classify import TaskKind
from providers.config import ProviderConfig
from providers.errors import NOT_THE_PROVIDERS
from providers.learning.estimate import Key
from providers.learning.health import Outcome
from providers.routing.router_parts import RouterParts
from storage.settings import Settings

if TYPE_CHECKING:
    from storage.reader import Reader
    from storage.spending import AttemptSample

_HISTORY = 50
"""Recent calls of each model that inform the first routing decision of a run."""


def learn(parts: RouterParts, reader: Reader, settings: Settings) -> None:
    """Tell ``parts`` how calls went and how answers were rated. Blocks for some milliseconds.

    Args:
        parts: health, calibration, estimates and ratings of this run.
        reader: the ledger, as all runs have left it.
        settings: whose providers and models count.
    """
    known = learn_calls(parts, reader, settings.providers)
    for rated in reader.ratings_by_model():
        parts.quality.warm_up(rated.provider, rated.model, rated.count, rated.total)
    for seen in reader.scores_by_model():
        key, task = (seen.provider, seen.model), TaskKind(seen.task) if seen.task else None
        parts.quality.observe(*key, seen.total, task=task, count=seen.answers)
        if seen.verdicts:
            parts.quality.judge(*key, seen.judged, count=seen.verdicts)
    learn_outcomes(parts.adaptive, reader, settings.adaptive, known)


def learn_calls(
    parts: RouterParts, reader: Reader, providers: Mapping[str, ProviderConfig]
) -> Sequence[tuple[Key, AttemptSample]]:
    """Tell ``parts`` how the recent calls of these providers went, and return them.

    A model that was called in this run already is left as it was measured.

    Args:
        parts: health, calibration and estimates of this run.
        reader: the ledger.
        providers: whose models count, by name.
    """
    now = datetime.now(UTC)
    known: list[tuple[Key, AttemptSample]] = []
    for name, config in providers.items():
        for variant in config.variants():
            key = (name, variant.model)
            if parts.monitor.health(*key).requests:
                continue
            calls = reader.provider_history(*key, limit=_HISTORY)
            known += [(key, call) for call in calls]
            parts.monitor.warm_up(*key, [_outcome(call, now) for call in calls if _says(call)])
            for call in calls:
                # What we only estimated teaches nothing about our estimates.
                if call.ok and not call.usage_estimated:
                    _compare(parts, key, call)
    return known


def _compare(parts: RouterParts, key: tuple[str, str], call: AttemptSample) -> None:
    """Learn from an answer what was predicted of it, and how long it was."""
    if call.cost is not None and call.predicted_cost is not None:
        parts.cost_calibration.observe(
            key, predicted=float(call.predicted_cost), actual=float(call.cost)
        )
    if call.predicted_latency is not None:
        parts.latency_calibration.observe(
            key, predicted=call.predicted_latency, actual=call.latency
        )
    if call.output_tokens is not None:
        # What its input was estimated at is not kept: only the length of the answer teaches.
        parts.estimator.observe(
            key, raw_estimate=0, input_tokens=0, output_tokens=call.output_tokens
        )


def _says(call: AttemptSample) -> bool:
    """Whether it says something about the provider: an answer, or a failure of its own."""
    return call.ok or call.error_type not in NOT_THE_PROVIDERS


def _outcome(call: AttemptSample, now: datetime) -> Outcome:
    return Outcome(
        call.ok,
        call.latency,
        call.time_to_first_token,
        call.error_type,
        output_tokens=call.output_tokens or 0,
        age=max(0.0, (now - call.started_at).total_seconds()),
    )
