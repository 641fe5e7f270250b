"""Reading what a text attaches, in short words."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.attachments import (
    Attached,
    AttachmentError,
    read_attachments,
)
from providers.sanitise import sanitise_line

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def read(folder: Path, text: str) -> Attached:
    return read_attachments(text, folder=folder)


def names(attached: Attached) -> list[str]:
    return [attachment.name for attachment in attached.attachments]


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(AttachmentError) as caught:
        read(folder, text)
    message = str(caught.value)
    assert sanitise_line(message) == message
    return message
