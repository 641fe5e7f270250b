"""Messages to show, and what is painted of them."""

from __future__ import annotations

from textual.pilot import Pilot

from providers.messages import Role
from tests.widgets.bench_transcript import FOOTER
from tests.widgets.hosts import painted
from widgets.transcript import Transcript
from widgets.views import MessageView


def question(key: str, text: str) -> MessageView:
    return MessageView(key, Role.USER, text)


def answer(key: str, text: str, reasoning: str = "") -> MessageView:
    return MessageView(key, Role.ASSISTANT, text, reasoning, footer=FOOTER)


def lines(transcript: Transcript) -> list[str]:
    """Return every line of the transcript, whether in view or not."""
    strips = (transcript.document.strip(y) for y in range(transcript.document.height))
    return [strip.text.rstrip() for strip in strips if strip is not None]


def messages_in_view(pilot: Pilot[None]) -> list[str]:
    """Return the screen without the cursor's mark, the scrollbar and the foot."""
    return [line[1:-1] for line in painted(pilot.app)[:-1]]


async def stream(pilot: Pilot[None], transcript: Transcript, key: str, text: str) -> None:
    transcript.append_text(key, text)
    transcript.flush()
    await pilot.pause()
