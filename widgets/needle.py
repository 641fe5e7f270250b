"""What is looked for, and where it is in a text or on painted lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from textual.strip import Strip

from providers.sanitise import sanitise
from widgets.written import Run, Span, read

LONGEST_NEEDLE = 200  # characters


class Place(NamedTuple):
    """A part of what was found on one painted line.

    Args:
        span: the characters of the line.
        nth: which occurrence within the painted lines, counted from 0.
    """

    span: Span
    nth: int


@dataclass(frozen=True, slots=True)
class Needle:
    """A text to look for: capitals in it have to match, without any they do not matter."""

    text: str
    exact: bool

    @classmethod
    def of(cls, typed: str) -> Needle:
        """Return what a person means who typed ``typed``."""
        text = " ".join(sanitise(typed[:LONGEST_NEEDLE]).splitlines()).replace("\t", " ")
        exact = text != text.lower()
        return cls(text if exact else _folded(text), exact)

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    def count(self, text: str) -> int:
        """Return how often it is in ``text``."""
        return (text if self.exact else _folded(text)).count(self.text) if self else 0

    def starts(self, text: str) -> Iterator[int]:
        """Yield where it begins in ``text``, as often as ``count`` says."""
        if self:
            text = text if self.exact else _folded(text)
            at = text.find(self.text)
            while at >= 0:
                yield at
                at = text.find(self.text, at + len(self.text))

    def places(self, strips: Sequence[Strip]) -> dict[int, list[Place]]:
        """Return where it is on painted lines, also across soft wraps, by the line's number."""
        found: dict[int, list[Place]] = {}
        nth = 0
        for text, runs in _paragraphs(strips):
            for start in self.starts(text):
                for line, span in _painted(runs, start, start + len(self.text)):
                    found.setdefault(line, []).append(Place(span, nth))
                nth += 1
        return found


class _Laid(NamedTuple):
    """A run of text and where it begins in its paragraph."""

    start: int
    line: int
    run: Run


def _paragraphs(strips: Sequence[Strip]) -> Iterator[tuple[str, list[_Laid]]]:
    """Yield each text that was broken into lines, in one, with where its runs are painted."""
    parts: list[str] = []
    laid: list[_Laid] = []
    length = 0
    for number, strip in enumerate(strips):
        line = read(strip)
        if line.joint is None and laid:
            yield "".join(parts), laid
            parts, laid, length = [], [], 0
        elif line.joint is not None:
            parts.append(line.joint)
            length += len(line.joint)
        for run in line.runs:
            laid.append(_Laid(length, number, run))
            parts.append(run.text)
            length += len(run.text)
    if laid:
        yield "".join(parts), laid


def _painted(laid: Sequence[_Laid], start: int, stop: int) -> Iterator[tuple[int, Span]]:
    """Yield the lines and characters that the part of a paragraph is painted on."""
    for begins, line, run in laid:
        first = max(start, begins) - begins
        last = min(stop, begins + len(run.text)) - begins
        if first < last:
            yield line, (run.at + first, run.at + last)


def _folded(text: str) -> str:
    """Return ``text`` without regard to case, each character still where it was."""
    folded = text.casefold()
    if len(folded) == len(text):
        return folded
    return "".join(low if len(low := letter.casefold()) == 1 else letter for letter in text)
