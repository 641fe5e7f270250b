"""Files that go along with a message: read, described, and put into what is sent."""

from __future__ import annotations

import re
import stat
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.attachment_errors import AttachmentError
from app.attachment_files import read_file, size_text, stat_of
from app.attachment_folders import MOST_FILES, LeftOut, find_text_files, is_pattern
from app.references import Reference, find_references
from providers.learning.estimate import estimate_request, estimate_text
from providers.messages import Attachment, AttachmentKind, ChatRequest, Message, Role
from providers.sanitise import sanitise, sanitise_line

__all__ = [
    "Attached",
    "AttachmentError",
    "Reference",
    "as_message",
    "describe",
    "describe_left_out",
    "find_references",
    "read_attachments",
]

TOTAL_BYTES = 20_000_000
"""Of everything: what the providers' APIs take in one request once it is written as base64."""
_FENCES = re.compile(r"`{3,}")
_OPENING = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_LANGUAGE = re.compile(r"[A-Za-z0-9+#-]{1,12}")


@dataclass(frozen=True, slots=True)
class Attached:
    """What a text names.

    Args:
        attachments: in the order they are named, each once; text files as UTF-8.
        estimated_tokens: what they add to the message, before any provider has counted.
        left_out: how many entries of the named folders do not go along, by reason.
    """

    attachments: tuple[Attachment, ...] = ()
    estimated_tokens: int = 0
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)


def read_attachments(text: str, *, folder: Path) -> Attached:
    """Return every file that ``text`` names. Reads them all: call it in a thread.

    Args:
        text: what the person wrote.
        folder: what relative names are relative to.

    Raises:
        AttachmentError: one of them does not exist, cannot be read, is neither text nor an image
            nor sound, or they are too large or too many.
    """
    references = find_references(text, exists=lambda path: _exists(path, folder))
    left_out: Counter[LeftOut] = Counter()
    attachments: list[Attachment] = []
    total = 0
    for path, name in _files(references, folder, left_out):
        attachment = read_file(path, name)
        attachments.append(attachment)
        total += len(attachment.data)
        if total > TOTAL_BYTES or len(attachments) > MOST_FILES:
            raise AttachmentError(
                f"too much is attached, from @{attachment.name} on: a message may have"
                f" {MOST_FILES} files of {size_text(TOTAL_BYTES)} together. Name fewer of them"
            )
    return Attached(tuple(attachments), sum(map(_tokens, attachments)), dict(left_out))


def describe(attachment: Attachment) -> str:
    """Return one line about ``attachment``: ``notes.md · 3.2 KB · ~810 tok``."""
    name = sanitise_line(attachment.name) or attachment.media_type
    return f"{name} · {size_text(len(attachment.data))} · ~{_tokens(attachment):,} tok"


def describe_left_out(left_out: Mapping[LeftOut, int]) -> str:
    """Return one line about what does not go along, empty where that is nothing."""
    counts = ", ".join(f"{count} {reason}" for reason, count in left_out.items() if count)
    return f"left out: {counts}" if counts else ""


def as_message(text: str, attachments: Sequence[Attachment]) -> tuple[str, tuple[Attachment, ...]]:
    """Return what is sent: the text with its text files behind it, and what is no text.

    Each file is a fenced block under its name. The fence is longer than any in the file, so that
    nothing in a file can end its block and pose as the person's own words.
    """
    files = [_block(each) for each in attachments if each.kind is AttachmentKind.FILE]
    others = tuple(each for each in attachments if each.kind is not AttachmentKind.FILE)
    if not files:
        return text, others
    return "\n\n".join([*([_closed(text)] if text.strip() else ()), *files]), others


def _files(
    references: Sequence[Reference], folder: Path, left_out: Counter[LeftOut]
) -> Iterator[tuple[Path, str]]:
    seen: set[Path] = set()
    for reference in references:
        for path, name in _meant(reference.path_text, folder, left_out):
            try:
                same = path.resolve()
            except (OSError, RuntimeError):
                # A link that leads to itself: reading it says so.
                same = path
            if same not in seen:
                seen.add(same)
                yield path, name


def _meant(path_text: str, folder: Path, left_out: Counter[LeftOut]) -> Iterator[tuple[Path, str]]:
    shown = sanitise_line(path_text)
    if is_pattern(path_text) and not _exists(path_text, folder):
        parts = Path(path_text).parts
        fixed = next(at for at, part in enumerate(parts) if is_pattern(part))
        base, pattern = _resolve(str(Path(*parts[:fixed])), folder), parts[fixed:]
        prefix = Path(*parts[:fixed])
    else:
        base, pattern, prefix = _resolve(path_text, folder), (), Path(path_text)
        if not _is_folder(base, shown):
            yield base, path_text
            return
    _is_folder(base, shown)
    found = find_text_files(base, pattern, shown)
    left_out.update(found.left_out)
    if not found.files:
        besides = describe_left_out(found.left_out)
        raise AttachmentError(
            f"@{shown} stands for no text file{f' ({besides})' if besides else ''}: name another"
            " folder or pattern, or the file itself"
        )
    for path in found.files:
        yield path, (prefix / path.relative_to(base)).as_posix()


def _resolve(path_text: str, folder: Path) -> Path:
    try:
        return folder / Path(path_text).expanduser()
    except RuntimeError as error:
        raise AttachmentError(
            f"@{sanitise_line(path_text)}: there is no such home folder, write the whole path"
        ) from error


def _is_folder(path: Path, shown: str) -> bool:
    return stat.S_ISDIR(stat_of(path, shown).st_mode)


def _exists(path_text: str, folder: Path) -> bool:
    try:
        return _resolve(path_text, folder).exists()
    except (OSError, ValueError, AttachmentError):
        # A name that no file can have: too long, with a NUL, an unknown person's home.
        return False


def _tokens(attachment: Attachment) -> int:
    if attachment.kind is AttachmentKind.FILE:
        return estimate_text(attachment.data.decode(errors="replace"))
    bare = Message(Role.USER, "")
    with_it = Message(Role.USER, "", (attachment,))
    return estimate_request(ChatRequest([with_it])) - estimate_request(ChatRequest([bare]))


def _block(attachment: Attachment) -> str:
    content = sanitise(attachment.data.decode(errors="replace"))
    fence = "`" * (max([2, *map(len, _FENCES.findall(content))]) + 1)
    suffix = Path(attachment.name).suffix.removeprefix(".")
    language = suffix if _LANGUAGE.fullmatch(suffix) else ""
    end = "" if content.endswith("\n") or not content else "\n"
    return f"File: {sanitise_line(attachment.name)}\n{fence}{language}\n{content}{end}{fence}"


def _closed(text: str) -> str:
    """Return ``text`` with an end to the code block it leaves open, if it does."""
    fence = ""
    for line in text.splitlines():
        if fence:
            stripped = line.strip()
            if stripped.startswith(fence) and not stripped.strip(fence[0]):
                fence = ""
        elif match := _OPENING.match(line):
            fence = match[1]
    return f"{text.rstrip()}\n{fence}" if fence else text
