"""Answers labelled with what is wrong with them, and how often the signals agree.

``tuning.jsonl`` is what the signals were adjusted on; ``held_out.jsonl`` was written before that
and never adjusted to. ``python -m tests.core.quality_set`` prints precision and recall on both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from providers.events import FinishKind, StreamFinished
from providers.messages import Attachment, AttachmentKind, ChatRequest, Message, Role
from providers.quality.assess import assess
from providers.quality.assessment import SignalKind

FILES = ("tuning", "held_out")
KINDS = tuple(kind for kind in SignalKind if kind is not SignalKind.JUDGED)


@dataclass(frozen=True)
class Sample:
    """One question with its answer, and the kinds of fault that are in it."""

    request: ChatRequest
    question: str
    answer: str
    finish: StreamFinished
    labels: frozenset[SignalKind]

    @property
    def found(self) -> frozenset[SignalKind]:
        """What the signals say."""
        assessment = assess(self.request, self.answer, self.finish)
        return frozenset(signal.kind for signal in assessment.signals)


@dataclass
class Score:
    """How often one kind was found rightly, wrongly, and not."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    mistakes: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The share of what was found that is there."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of what is there that was found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def load(name: str) -> Sequence[Sample]:
    """Return the samples of one of ``FILES``."""
    path = Path(__file__).with_name(f"{name}.jsonl")
    lines = path.read_text(encoding="utf-8").split("\n")
    return [_sample(json.loads(line)) for line in lines if line]


def _sample(row: dict[str, Any]) -> Sample:
    sources = row.get("sources", [])
    # Half of them come as telex sends text files, half as an attachment of the library's.
    quoted = len(row["answer"]) % 2 == 0
    text = row["question"]
    if quoted:
        text += "".join(f"\n\nFile: {s['name']}\n```\n{s['text']}\n```" for s in sources)
    attached = [
        Attachment(AttachmentKind.FILE, "text/plain", s["text"].encode(), s["name"])
        for s in sources
        if not quoted
    ]
    return Sample(
        ChatRequest((Message(Role.USER, text, tuple(attached)),), system=row.get("system")),
        row["question"],
        row["answer"],
        StreamFinished(FinishKind(row["finish"]), row["finish"], None),
        frozenset(map(SignalKind, row["labels"])),
    )


def scores(samples: Sequence[Sample]) -> dict[SignalKind, Score]:
    """Return the score of each kind."""
    result: dict[SignalKind, Score] = {kind: Score() for kind in KINDS}
    for sample in samples:
        for kind, score in result.items():
            _count(score, kind, sample)
    return result


def _count(score: Score, kind: SignalKind, sample: Sample) -> None:
    found, there = kind in sample.found, kind in sample.labels
    score.right += found and there
    score.wrong += found and not there
    score.missed += there and not found
    if found != there:
        what = "wrongly" if found else "missed"
        score.mistakes.append(f"{what}: {sample.question[:60]} → {sample.answer[:60]!r}")


def overall(by_kind: dict[SignalKind, Score]) -> Score:
    """Return all kinds together."""
    return Score(
        sum(score.right for score in by_kind.values()),
        sum(score.wrong for score in by_kind.values()),
        sum(score.missed for score in by_kind.values()),
    )


def report(name: str, *, mistakes: bool = False) -> Iterator[str]:
    """Yield the lines of a table."""
    samples = load(name)
    by_kind = scores(samples)
    good = sum(not sample.labels for sample in samples)
    yield f"{name}: {len(samples)} answers, {good} of them good"
    yield f"  {'kind':<16}{'there':>6}{'precision':>11}{'recall':>8}"
    for kind, score in by_kind.items():
        there = score.right + score.missed
        yield f"  {kind:<16}{there:>6}{score.precision:>11.2f}{score.recall:>8.2f}"
        if mistakes:
            yield from (f"      {line}" for line in score.mistakes)
    whole = overall(by_kind)
    there = whole.right + whole.missed
    yield f"  {'all':<16}{there:>6}{whole.precision:>11.2f}{whole.recall:>8.2f}"
    clean = sum(not sample.labels and not sample.found for sample in samples)
    yield f"  good answers left alone: {clean} of {good}"
