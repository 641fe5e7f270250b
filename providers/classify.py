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

# The specification's own examples (analyse, compare, explain, evaluate), and their kin.
_TECHNICAL = (
    r"\b(anal[yi][sz]e\w*|compar(?:e|ing|ison)|explain\w*|evaluat\w+|prove|proof|deriv(?:e|ation)"
    r"|design|architect\w*|optimi[sz]e\w*|refactor\w*|debug\w*|implement\w*|critique|assess\w*"
    r"|trade-?offs?|step by step|algorithms?|theorem|complexity|pros and cons)\b"
)
_CODE = (
    r"```|\b(def|class|function|const|import|return|async|SELECT|INSERT INTO|#include)\b.*[({;:]"
    r"|Traceback \(most recent call last\)|\b(stack ?trace|segfault|regex(?:p)?|unit tests?"
    r"|pull request|compil(?:e|er|ation) error)\b"
    r"|\b(write|fix|debug|refactor|review|implement|port)\b.{0,60}\b(code|function|script|program"
    r"|class|method|query|bug|python|javascript|typescript|java|rust|golang|c\+\+|sql|bash|html|css)\b"
)
_TRANSLATION = (
    r"\b(translat(?:e|ion)|übersetz\w*|tradu(?:is|ire|ction|ce|cir|zione)|traduz\w*|перевед\w*)\b"
    r"|\bhow do (?:you|i) say\b|翻译|翻訳|번역"
)
_SUMMARY = (
    r"\b(summar(?:y|ise|ize|ising|izing)|tl;?dr|key points|in (?:one|two|three|a few) sentences?"
    r"|zusammenfass\w*|fass\w* .{0,40}zusammen|résum\w+|resum(?:e|en|ir))\b"
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
