"""The values a transcript is given to paint."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from providers.messages import Role


class MessageState(StrEnum):
    """How far a message has come."""

    COMPLETE = "complete"
    STREAMING = "streaming"
    INTERRUPTED = "interrupted"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Something that happened before an answer was found, for example a fallback.

    Args:
        text: one line, for example "groq 429, cooling 38 s → google".
        partial: what the failed attempt had written so far; painted faded above the line.
    """

    text: str
    partial: str = ""


@dataclass(frozen=True, slots=True)
class AnswerFooter:
    """The line below an answer.

    Args:
        seconds: from the request to the end of the answer.
        ttft: seconds to the first token.
        cost_text: formatted money, "?" when the price is unknown.
        ending: how it ended, where it did not end by itself.
        reason: why this provider was chosen.
        cached: what came cheaper, for example "1,204 tok from the provider's cache".
    """

    provider: str
    model: str
    seconds: float | None = None
    ttft: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_text: str = "?"
    ending: str = ""
    reason: str = ""
    cached: str = ""

    def parts(self) -> list[str]:
        """Return what is known, in the order it is shown."""
        parts = [self.provider, self.model]
        if self.seconds is not None:
            first = "" if self.ttft is None else f" (first {seconds_text(self.ttft)})"
            parts.append(f"{seconds_text(self.seconds)}{first}")
        if self.input_tokens is not None or self.output_tokens is not None:
            parts.append(f"{_count(self.input_tokens)}→{_count(self.output_tokens)} tok")
        parts += [self.cached, self.cost_text, self.ending, self.reason]
        return [part for part in parts if part]


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message.

    Args:
        key: tells it from every other message of the conversation.
        reasoning: the model's reasoning, folded away until asked for.
        notices: what happened before ``text`` was written, oldest first.
        version: which of the ``versions`` this one is, counted from 1.
        versions: how many there are: answers to one question, or wordings of it.
        rating: what the person thought of an answer, for example "▲ good: clear".
        attachments: names of the files sent with a question.
    """

    key: str
    role: Role
    text: str
    reasoning: str = ""
    state: MessageState = MessageState.COMPLETE
    footer: AnswerFooter | None = None
    notices: tuple[NoticeView, ...] = ()
    version: int = 1
    versions: int = 1
    rating: str = ""
    attachments: tuple[str, ...] = ()

    @property
    def cut_off(self) -> bool:
        """Whether this is an answer that did not come to its own end."""
        if self.role is Role.USER or self.state is MessageState.STREAMING:
            return False
        ending = self.footer is not None and bool(self.footer.ending)
        return ending or self.state is not MessageState.COMPLETE


def seconds_text(seconds: float | None) -> str:
    """Return a duration for the eye: unknown is a dash, and short is not nothing."""
    if seconds is None:
        return "\N{EN DASH}"
    return "<0.1 s" if 0 < seconds < 0.1 else f"{seconds:.1f} s"


def _count(tokens: int | None) -> str:
    return "?" if tokens is None else f"{tokens:,}"
