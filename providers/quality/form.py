"""Whether an answer has the form that was asked for."""

# ruff: noqa: RUF001  (other languages have letters and marks of their own)

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from providers.quality.assessment import Signal, SignalKind
from providers.quality.prose import code_blocks
from providers.quality.question import Question
from providers.quality.wishes import Form, Wish, wishes

_LEEWAY = 1.15
"""How far a length may be passed: nobody counts to the word."""
_SHORT_ANSWER = 3
_ITEM = re.compile(
    r"^\s*(?:#+\s*|\*\*|__|>\s*)*(?:[-*+•–▪◦]\s|\d{1,3}\s*[.):]|[a-z][.)]\s)", re.MULTILINE
)
_SEPARATED = re.compile(r"\s*(?:[,;、，]|\b(?:and|und|et|y|e|и|or|oder|ou)\b|&|\n)\s*")
_SENTENCE = re.compile(
    r"(?<![\s.][A-Za-z])(?<!\be\.g)(?<!\bi\.e)[.!?]+[\"'”’)]*(?=\s+[\"'“(]?[^\W\d_a-zа-яß]|\s*$)"
    r"|[。！？]"
)
_CODE_LINE = re.compile(
    r"`|^\s*(?:def|class|import|from|function|select|insert|#include|const|let|var|public|fn|func"
    r"|package|for|if|while|<\w+)\b"
    r"|[;{}]\s*$|^\s*\$ |\w\(.*\)",
    re.MULTILINE | re.IGNORECASE,
)
_TABLE = re.compile(r"^[^\n|]*\|[^\n]*\|[^\n]*$|^[^\n\t]+\t[^\n]+$|[│┃╎]|<table", re.MULTILINE)
_YES_NO = re.compile(
    r"\b(?:yes|no|not|ja|nein|nee|oui|non|sí|si|sì|sim|não|да|нет|nej|tak|nie|kyllä|ei|yeah"
    r"|nope)\b|是|不|はい|いいえ|네|아니",
    re.IGNORECASE,
)


def missing_format(question: Question, text: str) -> Signal | None:
    """Return a signal when a form that was asked for is not there.

    Args:
        question: what was asked.
        text: the answer.
    """
    for wish in wishes(question):
        words = _CHECKS[wish.form](wish, text)
        if words is not None:
            return Signal(SignalKind.MISSING_FORMAT, 0.55, words)
    return None


def _json(_: Wish, text: str) -> str | None:
    blocks = code_blocks(text)
    candidates = [*blocks, text, *_cut_out(text)]
    if any(_parses(candidate) for candidate in candidates):
        return None
    return "JSON was asked for, and there is none that parses"


def _cut_out(text: str) -> list[str]:
    pairs = (("{", "}"), ("[", "]"))
    spans = [(text.find(first), text.rfind(last)) for first, last in pairs]
    return [text[start : end + 1] for start, end in spans if 0 <= start < end]


def _parses(text: str) -> bool:
    text = text.strip()
    if not text:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        lines = [line for line in text.splitlines() if line.strip()]
        return len(lines) > 1 and all(
            line.lstrip()[0] in "{[" and _line_parses(line) for line in lines
        )
    return True


def _line_parses(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _table(_: Wish, text: str) -> str | None:
    rows = len(_TABLE.findall(text))
    return "a table was asked for" if rows < 2 and "<table" not in text else None


def _code(_: Wish, text: str) -> str | None:
    return None if _CODE_LINE.search(text) else "code was asked for"


def _bullets(_: Wish, text: str) -> str | None:
    return None if _ITEM.search(text) else "a list was asked for"


def _items(wish: Wish, text: str) -> str | None:
    wanted = wish.count
    if wanted < 2:  # one of something needs no list
        return None
    marked = len(_ITEM.findall(text))
    lines = sum(1 for line in text.splitlines() if line.strip())
    if marked >= wanted or lines >= wanted:
        return None
    if marked > 1:
        return f"{wanted} were asked for, there are {marked}"
    parts = sum(1 for part in _SEPARATED.split(text) if part.strip())
    return None if parts >= wanted else f"{wanted} were asked for, there are fewer"


def _one_word(_: Wish, text: str) -> str | None:
    return "one word was asked for" if _words(text) > _SHORT_ANSWER else None


def _yes_or_no(_: Wish, text: str) -> str | None:
    head = " ".join(text.split()[:12])
    if _YES_NO.search(head) or _YES_NO.search(text[-40:]):
        return None
    return "yes or no was asked for"


def _most_words(wish: Wish, text: str) -> str | None:
    count = _words(text)
    limit = wish.count * _LEEWAY + 1
    return f"has {count} words, {wish.count} were asked for" if count > limit else None


def _most_sentences(wish: Wish, text: str) -> str | None:
    count = len(_SENTENCE.findall(text))
    return f"has {count} sentences, {wish.count} were asked for" if count > wish.count else None


def _most_characters(wish: Wish, text: str) -> str | None:
    count = len(text.strip())
    limit = wish.count * 1.02
    return f"has {count} characters, {wish.count} were asked for" if count > limit else None


def _words(text: str) -> int:
    spaced = len(text.split())
    return spaced if text.isascii() or spaced > 1 else max(spaced, len(text.strip()) // 4)


_CHECKS: Mapping[Form, Callable[[Wish, str], str | None]] = {
    Form.JSON: _json,
    Form.TABLE: _table,
    Form.CODE: _code,
    Form.BULLETS: _bullets,
    Form.ITEMS: _items,
    Form.ONE_WORD: _one_word,
    Form.YES_OR_NO: _yes_or_no,
    Form.WORDS: _most_words,
    Form.SENTENCES: _most_sentences,
    Form.CHARACTERS: _most_characters,
}
