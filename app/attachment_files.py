"""Reading one file that is to go along with a message."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from app.attachment_errors import AttachmentError
from app.media import HEAD, decode, media_of, text_type
from providers.messages import Attachment, AttachmentKind
from providers.sanitise import sanitise_line

TEXT_BYTES = 400_000
"""Of one text file: about 100,000 tokens, what most models' contexts hold beside an answer."""
MEDIA_BYTES = 10_000_000
"""Of one image or sound: what providers take in a request; images are scaled down there anyway."""


def stat_of(path: Path, shown: str) -> os.stat_result:
    """Return the facts of what ``path`` leads to, without opening it.

    Raises:
        AttachmentError: it does not exist, may not be looked at, or leads nowhere.
    """
    try:
        return path.stat()
    except FileNotFoundError as error:
        raise AttachmentError(
            f"@{shown} does not exist: correct its name, or put it in `backticks` to send it as"
            " text"
        ) from error
    except OSError as error:
        raise unreadable(shown, error) from error


def read_file(path: Path, name: str) -> Attachment:
    """Return the file at ``path``; text comes as UTF-8 whatever it was.

    Args:
        path: where it is.
        name: what it is called in the message and in errors.

    Raises:
        AttachmentError: it cannot be read, is no ordinary file, is too large, or is neither text
            nor an image nor sound.
    """
    shown = sanitise_line(name)
    facts = stat_of(path, shown)
    if not stat.S_ISREG(facts.st_mode):
        # To open a pipe blocks, and to open a device can do anything.
        raise AttachmentError(
            f"@{shown} is {_sort(facts.st_mode)} and no file: put what it gives into a file first"
        )
    if facts.st_size > MEDIA_BYTES:
        raise _too_large(shown, facts.st_size)
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            media = media_of(head, path.name)
            limit = TEXT_BYTES if media is None else MEDIA_BYTES
            # One byte more: some files have no size before they are read, such as /proc/cpuinfo.
            content = head + file.read(max(0, limit - len(head)) + 1)
    except OSError as error:
        raise unreadable(shown, error) from error
    if len(content) > limit:
        raise _too_large(shown, max(facts.st_size, len(content)), limit)
    if media is not None:
        return Attachment(media.kind, media.media_type, content, shown)
    try:
        text = decode(content)
    except UnicodeError as error:
        raise AttachmentError(
            f"@{shown} is no text, image or audio: convert it to one of these first"
        ) from error
    return Attachment(AttachmentKind.FILE, text_type(path.name), text.encode(), shown)


def unreadable(shown: str, error: OSError) -> AttachmentError:
    """Return what to say about a file or folder that the system does not give."""
    if error.errno == errno.ELOOP:
        return AttachmentError(f"@{shown} is a link that leads back to itself: name its target")
    reason = error.strerror or str(error)
    return AttachmentError(f"@{shown} cannot be read: {reason}. Its permissions may forbid it")


def size_text(size: int) -> str:
    """Return ``size``, in bytes, for people: 3.2 KB."""
    if size < 1000:
        return f"{size} B"
    value, unit = size / 1000, "KB"
    for larger in ("MB", "GB", "TB"):
        if value < 999.95:
            break
        value, unit = value / 1000, larger
    return f"{value:.1f} {unit}".replace(".0 ", " ")


def _too_large(shown: str, size: int, limit: int = 0) -> AttachmentError:
    text = f"a text file may have {size_text(TEXT_BYTES)}"
    media = f"an image or sound {size_text(MEDIA_BYTES)}"
    allowed = {TEXT_BYTES: text, MEDIA_BYTES: f"an image or sound may have {media[17:]}"}
    return AttachmentError(
        f"@{shown} has {size_text(size)}, {allowed.get(limit, f'{text}, {media}')}:"
        " attach a smaller part of it"
    )


def _sort(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"
