"""Whether an answer about attached texts says what stands in none of them.

A cheap stand-in for checking facts: the numbers, full names and quotations of an answer are looked
for in its sources, as the entity and number checks of Nan et al., "Entity-level Factual Consistency
of Abstractive Text Summarization" (EACL 2021, their precision-source), do. It sees invented facts,
and no wrong conclusion from right ones.
"""

# ruff: noqa: RUF001  (other languages have letters and marks of their own)

from __future__ import annotations

import re
from collections.abc import Iterator

from providers.messages import ChatRequest
from providers.quality.assessment import Signal, SignalKind
from providers.quality.prose import code_blocks, quotes, without_code
from providers.quality.question import Question

_SHARE = 0.34
"""Share of an answer's claims that no source holds, from which on it counts."""
_READ = 8_000
_MOST_CLAIMS = 60
_SMALL = 12
"""Counts up to here are reckoned by whoever reads."""
_LONG_QUOTE = 15
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f' ]\d{3})*(?:[.,]\d+)?")
_NOT_DIGITS = re.compile(r"\D")
_ITEM_NUMBER = re.compile(r"^\s*\d{1,3}[.)]\s", re.MULTILINE)
_NAME = re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w'’-]+(?: (?:de |von |van |der )?[A-ZÀ-ÖØ-Þ][\w'’-]+)+(?!\w|:)")
_HEADING = re.compile(r"^\s*(?:#.*|\*\*[^*\n]+\*\*:?\s*)$|\*\*[^*\n]+:\*\*", re.MULTILINE)
_ARTICLES = frozenset(
    {
        "The",
        "A",
        "An",
        "Der",
        "Die",
        "Das",
        "Le",
        "La",
        "Les",
        "El",
        "Los",
        "Las",
        "Il",
        "Lo",
        "O",
        "Os",
        "In",
        "On",
        "At",
        "By",
        "Laut",
        "Selon",
        "Según",
    }
)

_REFERS = re.compile(
    r"\b(?:files?|documents?|texts?|attach\w*|reports?|letters?|contracts?|notes?|minutes"
    r"|articles?|e-?mails?|mails?|logs?"
    r"|config\w*|tables?|data|paragraphs?|pages?|according|based on|summar\w*|recipes?|plans?"
    r"|quote|says?|per the"
    r"|who|whom|which|when|where|how (?:much|many|long|old)|what"
    r"|dateien?|dokument\w*|laut|anhang|vertrag\w*|fasse?|zusammenfass\w*|bericht\w*|steht|wer"
    r"|wann|wie ?viele?|wo|welche\w*"
    r"|selon|fichiers?|contrat|texte|résum\w*|qui|quand|combien|quel\w*|où"
    r"|documento|archivo|texto|según|resum\w*|contrato|quién|cuándo|cuánt\w*|dónde|qué|quem|quando"
    r"|quanto"
    r"|secondo|riassum\w*|testo|contratto|chi|dove|quale|файл\w*|документ\w*|текст\w*|кто|когда"
    r"|сколько|где)\b"
    r"|文件|文章|总结|資料|要約|문서|요약"
)
_CREATES = re.compile(
    r"\b(?:write|poem|story|rewrite|improve|faster|better|missing|lacks?|fair|opinion|think|good"
    r"|bad|translate|implement|refactor|fix|optimi[sz]e|continue|invent|imagine|should|could"
    r"|suggest"
    r"|would|fehlt|meinst|findest|schreib\w*|gedicht|verbesser\w*|übersetz\w*|écri\w*|tradui\w*"
    r"|escrib\w*|traduc\w*|scriv\w*|traduz\w*|напиш\w*|перевед\w*)\b"
    r"|翻译|翻訳|번역"
)
_RECKONS = re.compile(
    r"\b(?:average|mean|median|sum|total|add up|percent\w*|difference|convert|calculat\w*"
    r"|comput\w*|ratio|growth|durchschnitt|summe"
    r"|insgesamt|prozent|moyenne|somme|total|promedio|suma|media|somma|média|soma|среднее|сумма)\b"
)


def unsupported(request: ChatRequest, question: Question, text: str) -> Signal | None:
    """Return a signal when too many of an answer's claims stand in no source.

    Args:
        request: the conversation; whatever was said in it supports a claim as well.
        question: what was asked, with the sources.
        text: the answer.
    """
    if not question.sources or not _asks_about_them(question):
        return None
    said = " ".join([question.text, question.system, *(m.content for m in request.messages[-6:-1])])
    support = "\n".join([*question.sources, said])
    answer = _HEADING.sub("", without_code(text[:_READ]))
    reckons = _RECKONS.search(question.lower) is not None
    claims = [*_numbers(answer, support)] if not reckons else []
    claims += _names(answer, support)
    claims += _quotations(answer, support)
    missing = [words for words, found in claims if not found]
    if not missing or len(missing) < _SHARE * len(claims):
        return None
    severity = min(0.8, 0.45 + 0.35 * len(missing) / len(claims))
    shown = ", ".join(words[:40] for words in missing[:3])
    return Signal(SignalKind.UNSUPPORTED, severity, f"not in the sources: {shown}")


def _asks_about_them(question: Question) -> bool:
    lower = question.lower
    if _CREATES.search(lower) or code_blocks(question.text):
        return False
    return question.fresh or _REFERS.search(lower) is not None


def _numbers(answer: str, support: str) -> Iterator[tuple[str, bool]]:
    said = [n for n in _NUMBER.findall(_ITEM_NUMBER.sub("", answer)) if _counts(n)][:_MOST_CLAIMS]
    if not said:
        return
    written = set(_NUMBER.findall(support))
    known = {_digits(number) for number in written}
    known |= {part.strip("0") for number in written for part in _NOT_DIGITS.split(number)}
    for number in dict.fromkeys(said):
        yield number, _digits(number) in known


def _counts(number: str) -> bool:
    # Python refuses to read thousands of digits, and three are no small count anyway.
    return len(number) > 2 or not number.isdecimal() or int(number) > _SMALL


def _digits(number: str) -> str:
    """Return what two ways to write the same number have in common: 1.2 (million), 1,200,000."""
    return _NOT_DIGITS.sub("", number).strip("0")


def _names(answer: str, support: str) -> Iterator[tuple[str, bool]]:
    lower = support.lower()
    for name in list(dict.fromkeys(_NAME.findall(answer)))[:_MOST_CLAIMS]:
        words = [word for word in name.split() if word not in _ARTICLES]
        if len(words) < 2:  # a single one may begin a sentence
            continue
        yield " ".join(words), all(_stem(word) in lower for word in words)


def _stem(word: str) -> str:
    return word.lower().removesuffix("'s").removesuffix("’s")[:12]


def _quotations(answer: str, support: str) -> Iterator[tuple[str, bool]]:
    known = " ".join(support.lower().split())
    for quote in quotes(answer)[:_MOST_CLAIMS]:
        words = " ".join(quote.lower().split()).strip(" .,;:!?…")
        if len(words) >= _LONG_QUOTE and " " in words:
            yield f'"{quote}"', words in known
