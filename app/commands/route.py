"""``telex route``: who would answer a question, and why. Nothing is sent."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.chat import Question
from app.commands.question import read_question
from app.exit_codes import EXIT_ANSWERED, EXIT_FAILED, EXIT_USAGE
from app.prediction_text import cost_range, seconds_range
from app.runtime import Overrides, Runtime, open_runtime
from providers.calibration import Range
from providers.prediction import Prediction
from providers.sanitise import sanitise_line

_HEADS = ("", "provider", "model", "cost", "seconds", "quality", "why")
_RIGHT = {3, 4, 5}


@dataclass(frozen=True, slots=True)
class _Verdict:
    strategy: str
    reason: str
    predictions: Sequence[Prediction]

    @property
    def first(self) -> Prediction | None:
        """Who would answer, None when nobody can."""
        return next((each for each in self.predictions if each.usable), None)


def route(arguments: argparse.Namespace) -> int:
    """Run ``telex route``; exit code 1 when nobody can answer.

    Raises:
        TelexError: the configuration, a name or the database cannot be used.
    """
    question = read_question(arguments.question)
    if not question.strip():
        sys.stderr.write('telex: there is no question; try: telex route "Why is the sky blue?"\n')
        return EXIT_USAGE
    overrides = Overrides(
        strategy=arguments.strategy, provider=arguments.provider, model=arguments.model
    )
    verdict = asyncio.run(_decide(open_runtime(overrides=overrides), question))
    if arguments.json:
        sys.stdout.write(json.dumps(_as_json(verdict), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(_as_text(verdict))
    return EXIT_FAILED if verdict.first is None else EXIT_ANSWERED


async def _decide(runtime: Runtime, text: str) -> _Verdict:
    question = Question(text, options=runtime.options, system=runtime.settings.system_prompt)
    router = runtime.factory.router
    try:
        request = await runtime.chat.preview(question)
        ranking = await router.rank(request, question.options)
        predictions = await router.predict(request, question.options)
    finally:
        await runtime.aclose()
    return _Verdict(router.strategy_of(question.options).value, ranking.reason, predictions)


def _as_json(verdict: _Verdict) -> dict[str, Any]:
    """Return the decision; what is unknown is null."""
    first = verdict.first
    return {
        "strategy": verdict.strategy,
        "provider": None if first is None else first.provider,
        "model": None if first is None else first.model,
        "reason": verdict.reason,
        "candidates": [
            {
                "provider": each.provider,
                "model": each.model,
                "usable": each.usable,
                "reason": each.reason,
                "cost_usd": _range(each.cost),
                "latency_s": _range(each.latency),
                "latency_measured": each.latency_measured,
                "quality": each.quality,
                "quality_basis": each.quality_words,
            }
            for each in verdict.predictions
        ],
    }


def _range(value: Range | None) -> dict[str, float] | None:
    if value is None:
        return None
    return {"low": value.low, "expected": value.expected, "high": value.high}


def _as_text(verdict: _Verdict) -> str:
    first = verdict.first
    who = "nobody would answer" if first is None else f"{first.provider} · {first.model}"
    lines = [f"{verdict.strategy}: {who}", sanitise_line(verdict.reason), ""]
    rows = [_HEADS, *(_row(place, each) for place, each in enumerate(verdict.predictions, 1))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    for row in rows:
        cells = [
            f"{cell:>{width}}" if column in _RIGHT else f"{cell:<{width}}"
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def _row(place: int, each: Prediction) -> tuple[str, ...]:
    return (
        str(place) if each.usable else "–",
        sanitise_line(each.provider),
        sanitise_line(each.model),
        cost_range(each),
        seconds_range(each) if each.usable else "–",
        f"{each.quality:.2f}",
        sanitise_line(each.reason),
    )
