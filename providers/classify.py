"""What kind of question this is, told from its text alone: for ``dynamic`` and for rules.

No network and no model: a handful of signs, each cheap to look for. They err towards the general
(``chat``, ``medium``), because a wrong special treatment is worse than none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from providers.config import Strategy
from providers.messages import AttachmentKind, ChatRequest, Role


class TaskKind(StrEnum):
    """What is asked for."""

    CODE = "code"
    TRANSLATION = "translation"
    SUMMARY = "summary"
    LONG_CONTEXT = "long_context"
    VISION = "vision"
    CHAT = "chat"

    @property
    def words(self) -> str:
        """The word for the person's eye."""
        return self.value.replace("_", " ")


class Complexity(StrEnum):
    """How demanding it looks."""

    SIMPLE = "simple"
    MEDIUM = "medium"
    COMPLEX = "complex"


LONG_CONTEXT_TOKENS = 16_000
"""From here on the conversation itself is the difficulty."""
_LARGE_TOKENS = 3_000
_SMALL_TOKENS = 400
_SIMPLE_WORDS = 40

# The specification's own examples (analyse, compare, explain, evaluate) and their kin, in the
# languages that most people write to models in. Scripts without spaces have no word boundaries.
_TECHNICAL = (
    r"\b(anal[yi][sz]e\w*|compar(?:e|ing|ison)|explain\w*|evaluat\w+|prove|proof|deriv(?:e|ation)"
    r"|design|architect\w*|optimi[sz]e\w*|refactor\w*|debug\w*|implement\w*|critique|assess\w*"
    r"|trade-?offs?|step by step|algorithms?|theorem|complexity|pros and cons"
    r"|analysier\w*|vergleich\w*|erklär\w*|erläuter\w*|bewerte\w*|beweis\w*|entwirf"
    r"|schritt für schritt"
    r"|analyse[rz]?|compare[rz]?|expli(?:que[rz]?|cation)|évalue[rz]?|démontre[rz]?|conçois"
    r"|anali[zc]a\w*|compara\w*|explica\w*|evalúa\w*|avali[ae]\w*|demuestra|demonstre|diseña\w*"
    r"|analizza\w*|confront[ai]\w*|spiega\w*|valuta\w*|dimostra\w*|progetta\w*"
    r"|проанализируй\w*|анализ\w*|сравни\w*|объясни\w*|оцени\w*|докажи\w*)\b"
    r"|分析|比较|比較|解释|解釋|説明し|证明|證明|証明|评估|評価|설명|비교|분석|증명"
)
_LANGUAGES = (
    r"(?:python|javascript|typescript|java|rust|golang|c\+\+|c#|kotlin|swift|php|ruby|sql|bash"
    r"|shell|html|css|django|react|numpy|pandas)"
)
_PARTS = (
    r"(?:code|coding|functions?|scripts?|programs?|class(?:es)?|methods?|quer(?:y|ies)|bugs?|loops?"
    r"|funktion\w*|programm\w*|skript\w*|fonctions?|programme\w*|funci[oó]n\w*|funzion\w*|funç\w*"
    r"|функци\w*|скрипт\w*|программ\w*)"
)
_CODE = (
    r"```|\b(def|class|function|const|import|return|async|SELECT|INSERT INTO|#include)\b.*[({;:]"
    r"|Traceback \(most recent call last\)|\b(stack ?trace|segfault|regex(?:p)?|unit tests?"
    r"|pull request|compil(?:e|er|ation) error|linked list|binary tree|null pointer)\b"
    rf"|\b{_LANGUAGES}(?!\w).{{0,60}}\b{_PARTS}\b|\b{_PARTS}\b.{{0,60}}\b{_LANGUAGES}(?!\w)"
    r"|\b(fix|debug|refactor|review|port)\b.{0,60}\b(code|function|script|class|method|query)\b"
    r"|代码|代碼|函数|函數|関数|コード|함수|코드"
)
_TRANSLATION = (
    r"\b(translat(?:e|ion)|übersetz\w*|tradu(?:is|ire|ction|ce|ci|cir|zione)|traduz\w*|перевед\w*)\b"
    r"|\b(?:how do (?:you|i) say|comment dit-on|wie sagt man|cómo se dice|come si dice)\b"
    r"|翻译|翻譯|翻訳|번역"
)
_SUMMARY = (
    r"\b(summar(?:y|ise|ize|ising|izing)|tl;?dr|key points|in (?:one|two|three|a few) sentences?"
    r"|zusammenfass\w*|fass\w* .{0,40}zusammen|résum\w+|resum(?:e|en|ir|a|o)|riassum\w+"
    r"|кратко (?:изложи|перескажи)\w*)\b|摘要|总结|總結|要約|요약"
)
_READ = 4_000
"""Characters of the question that are looked at, from its beginning and from its end: people put
the request before or behind what they paste."""


@dataclass(frozen=True, slots=True)
class Classification:
    """The verdict on one request.

    Args:
        task: what is asked for.
        complexity: how demanding it looks.
        words: the signs it rests on, for the person.
    """

    task: TaskKind
    complexity: Complexity
    words: str

    @property
    def yardstick(self) -> Strategy:
        """What ``dynamic`` ranks by: simple by cost, complex by quality, the rest by latency."""
        match self.complexity:
            case Complexity.SIMPLE:
                return Strategy.COST
            case Complexity.COMPLEX:
                return Strategy.QUALITY
            case Complexity.MEDIUM:
                return Strategy.LATENCY


def classify(request: ChatRequest, tokens: int) -> Classification:
    """Return what kind of request this is.

    Args:
        request: the last thing the person said decides, and how large the whole is.
        tokens: the estimate for the whole request.
    """
    question = last_question(request)
    task = _task(request, question, tokens)
    technical = _find(_TECHNICAL, question)
    if tokens >= _LARGE_TOKENS:
        return Classification(task, Complexity.COMPLEX, f"comes to about {tokens:,} tokens")
    if technical is not None:
        return Classification(task, Complexity.COMPLEX, f'says "{technical[0].lower()}"')
    if task in {TaskKind.CODE, TaskKind.VISION}:
        return Classification(task, Complexity.COMPLEX, f"is about {task.value}")
    words = len(question.split())
    if words <= _SIMPLE_WORDS and tokens <= _SMALL_TOKENS:
        return Classification(task, Complexity.SIMPLE, "is short and plain")
    size = f"has {words} words" if words > _SIMPLE_WORDS else f"comes with {tokens} tokens"
    return Classification(task, Complexity.MEDIUM, size)


def last_question(request: ChatRequest) -> str:
    """Return what the person said last: all of it when short, else its beginning and its end."""
    said = (message.content for message in reversed(request.messages) if message.role is Role.USER)
    text = next(said, "")
    return text if len(text) <= 2 * _READ else f"{text[:_READ]}\n{text[-_READ:]}"


def _task(request: ChatRequest, question: str, tokens: int) -> TaskKind:
    if AttachmentKind.IMAGE in request.attachments:
        return TaskKind.VISION
    if tokens >= LONG_CONTEXT_TOKENS:
        return TaskKind.LONG_CONTEXT
    if _find(_TRANSLATION, question):
        return TaskKind.TRANSLATION
    if _find(_SUMMARY, question):
        return TaskKind.SUMMARY
    return TaskKind.CODE if _find(_CODE, question) else TaskKind.CHAT


def _find(signs: str, question: str) -> re.Match[str] | None:
    return _compiled(signs).search(question)


@cache
def _compiled(signs: str) -> re.Pattern[str]:
    # Compiled when first needed: together they take milliseconds, which a start-up can't spare.
    return re.compile(signs, re.IGNORECASE | re.MULTILINE)
