"""Whether there is an answer at all, and whether it ends where it meant to."""

# ruff: noqa: RUF001  (other languages have letters and marks of their own)

from __future__ import annotations

import re

from providers.events import FinishKind, StreamFinished
from providers.quality.assessment import Signal, SignalKind

_NOTHING = re.compile(r"[\s\u200b-\u200d\ufeff…\"'.,:;`~*_#>|-]*\Z")
_FENCES = re.compile(r"^[`~]{3,}[\w+-]*", re.MULTILINE)
_SHORTEST_DRAWING = 16
"""Marks that may be a picture, or an answer in signs."""
_FENCE = re.compile(r"^[ \t]{0,3}(`{3,}|~{3,})", re.MULTILINE)
_ENDS = ".!?…。！？:;)]}\"'”’»」』）】*_`|>~=—।؟۔"
_SENTENCE_END = re.compile(r"[.!?…。！？؟।](?:[\"'”’»」)]*)(?:\s|$|(?=[^\x00-\x7f]))")
_LIST_ITEM = re.compile(r"\s*(?:[-*+•–#>|]|\d{1,3}[.)])\s")
_SHORTEST = 40
"""Characters from which on an end without a full stop can mean anything."""
_TAIL_WORDS = 5
_DANGLING_UNSPACED = (
    "そして",
    "また",
    "しかし",
    "から",
    "ので",
    "が",
    "は",
    "を",
    "に",
    "の",
    "和",
    "的",
    "而且",
    "因为",
    "但是",
    "以及",
    "并",
)

# Words no sentence ends with, so that a text without a full stop was cut behind them: articles,
# possessives, conjunctions and prepositions from the Snowball stop word lists
# (https://snowballstem.org/algorithms/, BSD licence), as far as they cannot stand alone at an end.
_DANGLING_WORDS = """
    the a an and or but of to with from for into because which that who whose their its his her my
    your our than as if while when where whether by at between through during without is are was
    were be can could would should will may must
    der die das den dem des ein eine einen einem einer und oder aber von zu mit aus für weil dass
    wenn als ob ihre seine mein dein unser bei zwischen durch ohne gegen wird werden kann sowie
    le la les un une des du de et ou mais avec pour dans par parce que qui dont leur ses son sa
    sans entre vers chez est sont
    el los las una unos y o pero con para por porque su sus en sin desde hasta es son
    il lo gli uno e ma con per nel nella dei delle degli di da tra fra perché sono
    os um uma uns mas com para por porque seu sua em no na entre sem são do da dos das
    het een en of maar met voor van omdat dat zijn haar naar
    och eller men med för att som från av till
    и или но в на с из для потому что который которая которые от до при без между над
"""
_DANGLING = frozenset(_DANGLING_WORDS.split())


def empty(text: str) -> Signal | None:
    """Return a signal when ``text`` holds nothing but space and a few marks."""
    head = text[:400]
    if not _NOTHING.match(_FENCES.sub("", head)):
        return None
    marks = len("".join(_FENCES.sub("", text).split()))
    return Signal(SignalKind.EMPTY, 1.0, "says nothing") if marks < _SHORTEST_DRAWING else None


def truncated(text: str, finish: StreamFinished) -> Signal | None:
    """Return a signal when an answer was cut, or breaks off.

    Args:
        text: the answer.
        finish: how its stream ended; many local servers call everything a good end.
    """
    if finish.kind is FinishKind.LENGTH:
        return Signal(SignalKind.TRUNCATED, 0.6, "cut off at the length limit")
    if _open_fence(text):
        return Signal(SignalKind.TRUNCATED, 0.5, "a code block is left open")
    words = _broken_off(text)
    return None if words is None else Signal(SignalKind.TRUNCATED, 0.45, words)


def _open_fence(text: str) -> bool:
    if "```" not in text and "~~~" not in text:
        return False
    fence = ""
    for match in _FENCE.finditer(text):
        if not fence:
            fence = match[1]
        elif match[1][0] == fence[0] and len(match[1]) >= len(fence):
            fence = ""
    return bool(fence)


def _broken_off(text: str) -> str | None:
    tail = text[-600:].rstrip()
    if len(text) < _SHORTEST and tail.isascii():
        return None
    if not tail or tail[-1] in _ENDS:
        return None
    line = tail[tail.rfind("\n") + 1 :]
    last = line.rsplit(None, 1)[-1] if line.split() else ""
    if tail[-1] in ",、，،" or (last.lower() in _DANGLING and " " in line):
        return f'breaks off at "{last[-20:]}"'
    if not line.isascii() and line.endswith(_DANGLING_UNSPACED):
        return f'breaks off at "{line[-3:]}"'
    if _LIST_ITEM.match(line):
        return None
    return _without_its_end(line)


def _without_its_end(line: str) -> str | None:
    """Whether sentences that end well are followed by one that does not."""
    ends = [match.end() for match in _SENTENCE_END.finditer(line)]
    if not ends:
        return None
    rest = line[ends[-1] :].strip()
    # A signature or a source behind the last sentence is short, and Chinese has no spaces.
    if len(rest.split()) >= _TAIL_WORDS and rest[-1].isalnum():
        return "stops in the middle of a sentence"
    return None
