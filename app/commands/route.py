"""``telex route``: who would answer a question, and why. Nothing is sent."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any

from app.chat import Question
from app.commands.question import read_question
from app.exit_codes import EXIT_ANSWERED, EXIT_FAILED, EXIT_USAGE
from app.outlook import Outlook, look_ahead
from app.prediction_text import cost_range, seconds_range
from app.runtime import Overrides, Runtime, open_runtime
from providers.learning.calibration import Range
from providers.routing.prediction import Prediction
from providers.sanitise import sanitise_line

_HEADS = ("", "provider", "model", "cost", "seconds", "quality", "why")
_RIGHT = {3, 4, 5}


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
    outlook = asyncio.run(_look(open_runtime(overrides=overrides), question))
    if arguments.json:
        sys.stdout.write(json.dumps(_as_json(outlook), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(_as_text(outlook))
    return EXIT_FAILED if outlook.first is None else EXIT_ANSWERED


async def _look(runtime: Runtime, text: str) -> Outlook:
    question = Question(text, options=runtime.options, system=runtime.settings.system_prompt)
    try:
        request = await runtime.drafts.request(question)
        return await look_ahead(runtime.factory.router, request, question.options)
    finally:
        await runtime.aclose()


def _as_json(outlook: Outlook) -> dict[str, Any]:
    """Return the decision; what is unknown is null."""
    first = outlook.first
    asked = [_candidate(each, place) for place, each in enumerate(outlook.asked, start=1)]
    return {
        "strategy": outlook.strategy.value,
        "provider": None if first is None or outlook.draws_an_arm else first.provider,
        "model": None if first is None or outlook.draws_an_arm else first.model,
        "reason": outlook.reason,
        "candidates": [*asked, *(_candidate(each, None) for each in outlook.others)],
    }


def _candidate(each: Prediction, place: int | None) -> dict[str, Any]:
    return {
        "place": place,
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


def _range(value: Range | None) -> dict[str, float] | None:
    if value is None:
        return None
    return {"low": value.low, "expected": value.expected, "high": value.high}


def _as_text(outlook: Outlook) -> str:
    first = outlook.first
    who = "nobody would answer" if first is None else f"{first.provider} · {first.model}"
    if outlook.draws_an_arm:
        who = "drawn when it is asked"
    lines = [f"{outlook.strategy.value}: {who}", sanitise_line(outlook.reason), ""]
    asked = [_row(str(place), each) for place, each in enumerate(outlook.asked, start=1)]
    rows = [_HEADS, *asked, *(_row("–", each) for each in outlook.others)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    for row in rows:
        cells = [
            f"{cell:>{width}}" if column in _RIGHT else f"{cell:<{width}}"
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def _row(place: str, each: Prediction) -> tuple[str, ...]:
    why = each.reason
    if each.usable and place == "–":
        why = f"not in the fallback chain; {why}"
    return (
        place,
        sanitise_line(each.provider),
        sanitise_line(each.model),
        cost_range(each),
        seconds_range(each) if each.usable else "–",
        f"{each.quality:.2f}",
        sanitise_line(why),
    )
