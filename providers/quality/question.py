"""The question as the signals read it: in its own words, apart from what is attached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from providers.messages import AttachmentKind, ChatRequest, Message, Role
from providers.quality.prose import split_files

_READ = 3_000
"""Characters of the question that are looked at, from its beginning and from its end."""
_LONGEST_SOURCE = 100_000
"""Characters of all sources together that are looked at."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked.

    Args:
        text: the last thing the person said, without quoted files; long ones lose their middle.
        lower: the same in lower case.
        system: the system prompt, or empty.
        sources: the text of the files attached anywhere in the conversation.
        fresh: whether one of them came with this question.
    """

    text: str
    lower: str
    system: str
    sources: tuple[str, ...]
    fresh: bool


def read_question(request: ChatRequest) -> Question:
    """Return what ``request`` asks."""
    said = [message for message in request.messages if message.role is Role.USER]
    text, files = split_files(said[-1].content) if said else ("", [])
    if len(text) > 2 * _READ:
        text = f"{text[:_READ]}\n\n{text[-_READ:]}"
    last = [*files, *(_attached(said[-1]) if said else ())]
    sources = list(last)
    for message in said[:-1]:
        if message.attachments or "File: " in message.content:
            sources += [*split_files(message.content)[1], *_attached(message)]
    return Question(
        text=text,
        lower=text.lower(),
        system=request.system or "",
        sources=tuple(_shortened(sources)) if sources else (),
        fresh=bool(last),
    )


def _attached(message: Message) -> Iterator[str]:
    for each in message.attachments:
        if each.kind is AttachmentKind.FILE and each.media_type.startswith("text/"):
            yield each.data[: 4 * _LONGEST_SOURCE].decode(errors="replace")


def _shortened(sources: list[str]) -> Iterator[str]:
    room = _LONGEST_SOURCE
    for source in sources:
        if room <= 0:
            return
        yield source[:room]
        room -= len(source)
