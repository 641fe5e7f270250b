"""What a check has found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Args:
        subject: what, in a word or two.
        state: how it is.
        found: what was found.
        advice: what to do, empty where nothing has to be done.
    """

    subject: str
    state: State
    found: str
    advice: str = ""


def fine(subject: str, found: str) -> Finding:
    """Return that all is well."""
    return Finding(subject, State.OK, found)


def warning(subject: str, found: str, advice: str) -> Finding:
    """Return that something does not work as it could."""
    return Finding(subject, State.WARNING, found, advice)


def problem(subject: str, found: str, advice: str) -> Finding:
    """Return that something is broken."""
    return Finding(subject, State.PROBLEM, found, advice)


def count(findings: Iterable[Finding]) -> Mapping[State, int]:
    """Return how many there are of each state."""
    states = [each.state for each in findings]
    return {state: states.count(state) for state in State}


def summary(findings: Iterable[Finding]) -> str:
    """Return how many things are wrong, in words."""
    counts = count(findings)
    broken, odd = counts[State.PROBLEM], counts[State.WARNING]
    if not broken and not odd:
        return "All is well."
    parts = [
        f"{number} {word}{'s' * (number != 1)}"
        for number, word in ((broken, "problem"), (odd, "warning"))
        if number
    ]
    return f"{', '.join(parts)}."
