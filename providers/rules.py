"""The person's own table: which kind of request goes to which provider and model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from providers.classify import Classification, TaskKind, last_question
from providers.errors import ConfigError
from providers.messages import AttachmentKind, ChatRequest

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class RoutingRule:
    """Sends requests that meet all of its conditions to one provider. The first match decides.

    Args:
        provider: whom to ask.
        model: which of its models; None leaves that to the ranking.
        name: how reasons call it; empty says what it looks for.
        task: the kind of task; a string is accepted.
        pattern: a regular expression (Python's ``re``, case ignored) found in the question.
        min_tokens, max_tokens: bounds of the whole request's estimated size, inclusive.
        attachment: the kind of something attached; a string is accepted.

    Raises:
        ConfigError: no condition, an unknown word, or a pattern that does not compile.
    """

    provider: str
    model: str | None = None
    name: str = ""
    task: TaskKind | None = None
    pattern: str | None = None
    min_tokens: int | None = None
    max_tokens: int | None = None
    attachment: AttachmentKind | None = None

    def __post_init__(self) -> None:
        if self.task is not None:
            object.__setattr__(self, "task", _word(TaskKind, self.task, "task"))
        if self.attachment is not None:
            kind = _word(AttachmentKind, self.attachment, "attachment")
            object.__setattr__(self, "attachment", kind)
        if self.pattern is not None:
            try:
                _compiled(self.pattern)
            except re.error as error:
                raise ConfigError(
                    f"the pattern {self.pattern!r} is no regular expression: {error}",
                    key="rules.pattern",
                ) from error
        conditions = (self.task, self.pattern, self.min_tokens, self.max_tokens, self.attachment)
        if all(condition is None for condition in conditions):
            raise ConfigError(
                f"the rule for {self.provider} has no condition: give it task, pattern,"
                " min_tokens, max_tokens or attachment",
                key="rules",
            )

    @property
    def label(self) -> str:
        """The words for reasons."""
        if self.name:
            return f"rule {self.name!r}"
        said = [
            f"{self.task.value}" if self.task else "",
            f"/{self.pattern}/" if self.pattern else "",
            f"from {self.min_tokens:,} tokens" if self.min_tokens is not None else "",
            f"up to {self.max_tokens:,} tokens" if self.max_tokens is not None else "",
            f"with {self.attachment.value}" if self.attachment else "",
        ]
        return f"rule ({', '.join(part for part in said if part)})"

    def matches(self, request: ChatRequest, kind: Classification, tokens: int) -> bool:
        """Whether all conditions hold.

        Args:
            request: the request.
            kind: what ``classify`` says of it.
            tokens: the estimate for the whole request.
        """
        if self.task is not None and kind.task is not self.task:
            return False
        if self.min_tokens is not None and tokens < self.min_tokens:
            return False
        if self.max_tokens is not None and tokens > self.max_tokens:
            return False
        if self.attachment is not None and self.attachment not in request.attachments:
            return False
        return self.pattern is None or bool(_compiled(self.pattern).search(last_question(request)))


def first_match(
    rules: Sequence[RoutingRule], request: ChatRequest, kind: Classification, tokens: int
) -> RoutingRule | None:
    """Return the first of ``rules`` whose conditions all hold, or None."""
    return next((rule for rule in rules if rule.matches(request, kind, tokens)), None)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _word(words: type[Word], value: str, key: str) -> Word:
    try:
        return words(value)
    except ValueError:
        allowed = ", ".join(word.value for word in words)
        raise ConfigError(
            f"{value!r} is no {key}; allowed are {allowed}", key=f"rules.{key}"
        ) from None
