"""Whether an answer goes round in circles, as small models and long answers do.

Three looks, each at another shape of the same fault: a text that ends in a loop, to the letter;
sentences or lines that come again and again; and few different word 4-grams, the ``distinct-n``
measure of Li et al., "A Diversity-Promoting Objective Function for Neural Conversation Models"
(NAACL 2016), with n = 4 as Holtzman et al. look for in "The Curious Case of Neural Text
Degeneration" (ICLR 2020). Code, tables and lists of numbers repeat by right and are left out.
"""

# ruff: noqa: RUF001  (other languages have letters and marks of their own)

from __future__ import annotations

import re
from collections import Counter

from providers.quality.assessment import Signal, SignalKind
from providers.quality.prose import code_blocks, without_code
from providers.quality.question import Question

_SHORTEST = 60
_READ = 20_000
"""Characters that are looked at, from the end: loops run until they are stopped."""
_PROBE = 16
_LONGEST_UNIT = 400
_LOOPS = 5
"""So often the same comes in a row before it is a loop: a chorus has four."""
_SHORTEST_LOOP = 80
_CODE_LOOPS = 12
_SAME = 6
_SAME_SHARE = 0.5
_SHORTEST_SEGMENT = 6
_NGRAM = 4
_FEWEST_WORDS = 60
_DISTINCT = 0.35
_SENTENCES = re.compile(r"[.!?。！？]+[\"'”’»」)]*\s*|\n+")
_ASKED = re.compile(
    r"\b(?:\d+|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|fifty|hundred"
    r"|thousand|many|drei|fünf|zehn|zwanzig"
    r"|hundert|trois|cinq|dix|vingt|cent|cinco|diez|cien|cinque|dieci|cento|dez|cem) ?(?:times|mal"
    r"|fois|veces|volte|vezes|раз)\b|\brepeat\w*"
    r"|\bwiederhol|\brépèt|\brepit|\bripet|\bповтор|重复|繰り返"
)
_HINTS = (
    *("times", "mal", "fois", "veces", "volte", "vezes", "раз"),
    *("repeat", "wiederhol", "répèt", "repit", "ripet", "повтор", "重复", "繰り返"),
)


def repetition(question: Question, text: str) -> Signal | None:
    """Return a signal when an answer repeats itself.

    Args:
        question: what was asked; who asks for something fifty times gets it.
        text: the answer.
    """
    if len(text) < _SHORTEST or _asked_for(question.lower):
        return None
    prose = without_code(text[-_READ:])
    words = _loop(prose) or _same_segments(prose) or _few_ngrams(prose) or _code_loop(text)
    return None if words is None else Signal(SignalKind.REPETITION, 0.7, words)


def _asked_for(question: str) -> bool:
    # The pattern tries every word of the question: most hold none of what it could end in.
    return any(hint in question for hint in _HINTS) and bool(_ASKED.search(question))


def _loop(text: str) -> str | None:
    """Whether the text ends with the same unit again and again, wherever in it that ends."""
    body = text.rstrip(" \n\t.,;:!?。…")
    size = len(body)
    if size < _SHORTEST_LOOP:
        return None
    probe = body[-_PROBE:]
    before = body.rfind(probe, max(0, size - _PROBE - _LONGEST_UNIT), size - 1)
    if before < 0:
        return None
    period = size - _PROBE - before
    length = _periodic(body, period)
    unit = body[-period:].strip()
    if length < max(_SHORTEST_LOOP, _LOOPS * period) or not any(c.isalnum() for c in unit):
        return None
    shown = " ".join(unit.split())
    return f'ends in a loop of "{shown[:30]}{"…" if len(shown) > 30 else ""}"'


def _periodic(text: str, period: int) -> int:
    """Return how many characters at the end of ``text`` repeat with that period."""
    size = len(text)
    low, high = 0, size - period
    # What ends periodically keeps doing so when it is shortened: so bisect.
    while low < high:
        middle = (low + high + 1) // 2
        if text[size - period - middle : size - period] == text[size - middle :]:
            low = middle
        else:
            high = middle - 1
    return low + period


def _same_segments(prose: str) -> str | None:
    parts = _SENTENCES.split(prose)
    if len(parts) < _SAME:
        return None
    segments = [part.strip().lower() for part in parts]
    known = [part for part in segments if _says_something(part)]
    if len(known) < _SAME:
        return None
    counts = Counter(known)
    [(_, most)] = counts.most_common(1)
    again = sum(len(part) * (count - 1) for part, count in counts.items())
    whole = sum(map(len, known))
    if most < _SAME or again < _SAME_SHARE * whole:
        return None
    return f"says the same {most} times"


def _says_something(segment: str) -> bool:
    """Whether it is more than a word or a rule of dashes; a sign of Chinese says as much."""
    if segment.isascii() and len(segment) < _SHORTEST_SEGMENT:
        return False
    return any(character.isalnum() for character in segment[:20])


def _few_ngrams(prose: str) -> str | None:
    words = prose.lower().split()
    if len(words) < _FEWEST_WORDS:
        return None
    grams = len(words) - _NGRAM + 1
    distinct = len(set(zip(words, words[1:], words[2:], words[3:], strict=False)))
    return "repeats itself" if distinct < _DISTINCT * grams else None


def _code_loop(text: str) -> str | None:
    for block in code_blocks(text):
        lines = block.splitlines()
        run, before = 0, ""
        for line in lines:
            same = line == before and any(c.isalnum() for c in line)
            run, before = (run + 1 if same else 1), line
            if run >= _CODE_LOOPS:
                return f"repeats the same line of code {_CODE_LOOPS} times and more"
    return None
