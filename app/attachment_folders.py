"""What a folder or a pattern stands for: the text files in it that are worth reading."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from app.attachment_errors import AttachmentError
from app.attachment_files import TEXT_BYTES, size_text, unreadable
from app.ignored import Ignored
from app.media import HEAD, decode, media_of

MOST_FILES = 200
"""Of one message: more names no model keeps apart, and no person meant."""
MOST_ENTRIES = 20_000
"""Looked at under one folder: a home folder named by mistake must not take minutes."""
_VERSION_CONTROL = frozenset((".git", ".hg", ".svn", ".bzr", "CVS", "_darcs", ".jj"))
_WILD = frozenset("*?[")


class LeftOut(StrEnum):
    """Why something in a folder does not go along."""

    HIDDEN = "hidden"
    IGNORED = "ignored by .gitignore"
    BINARY = "not text"
    LARGE = f"over {size_text(TEXT_BYTES)}"
    LINK = "links"
    UNREADABLE = "unreadable"


@dataclass(slots=True)
class Found:
    """The text files of a folder or pattern.

    Args:
        files: their paths, in order.
        left_out: how many entries do not go along, by reason; a folder counts as one.
    """

    files: list[Path] = field(default_factory=list)
    left_out: Counter[LeftOut] = field(default_factory=Counter)


def is_pattern(path_text: str) -> bool:
    """Return whether ``path_text`` has wildcards."""
    return not _WILD.isdisjoint(path_text)


def find_text_files(base: Path, pattern: Sequence[str], shown: str) -> Found:
    """Return the text files under ``base``.

    Hidden entries, version control's folders, links, binaries, what is too large and what
    ``.gitignore`` excludes are left out and counted.

    Args:
        base: a folder.
        pattern: the parts of what a file's path below ``base`` must match, where ``**`` is any
            number of folders; empty for every file.
        shown: what the person wrote, for errors.

    Raises:
        AttachmentError: the folder cannot be read, or there is more in it than goes along.
    """
    found = Found()
    parts = _collapsed(pattern)
    depth = None if not parts or "**" in parts else len(parts)
    for entry in _entries(base, depth, found.left_out, shown):
        path = Path(entry)
        if parts and not _matches(path.relative_to(base).parts, parts):
            continue
        reason = _reason_against(path)
        if reason is not None:
            found.left_out[reason] += 1
            continue
        found.files.append(path)
        if len(found.files) > MOST_FILES:
            raise AttachmentError(
                f"@{shown} stands for more than {MOST_FILES} text files: name a smaller folder, or"
                f" a pattern such as @{shown.rstrip('/*') or '.'}/*.md"
            )
    found.files.sort()
    return found


def _entries(
    base: Path, depth: int | None, left_out: Counter[LeftOut], shown: str
) -> Iterator[str]:
    waiting = [(base, Ignored.above(base), 1)]
    seen = 0
    while waiting:
        folder, inherited, level = waiting.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            if folder == base:
                raise unreadable(shown, error) from error
            left_out[LeftOut.UNREADABLE] += 1
            continue
        ignored = inherited.within(folder)
        seen += len(entries)
        if seen > MOST_ENTRIES:
            raise AttachmentError(
                f"@{shown} holds more than {MOST_ENTRIES:,} entries: name a smaller folder in it"
            )
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            reason = _reason_to_pass(entry, ignored, is_folder=is_folder)
            if reason is not None:
                left_out[reason] += 1
            elif not is_folder:
                yield entry.path
            elif depth is None or level < depth:
                waiting.append((Path(entry.path), ignored, level + 1))


def _reason_to_pass(
    entry: os.DirEntry[str], ignored: Ignored, *, is_folder: bool
) -> LeftOut | None:
    if entry.name.startswith(".") or entry.name in _VERSION_CONTROL:
        return LeftOut.HIDDEN
    # A link may lead out of the folder that was named, to a key for instance.
    if entry.is_symlink():
        return LeftOut.LINK
    if ignored.excludes(Path(entry.path), is_folder=is_folder):
        return LeftOut.IGNORED
    return None


def _reason_against(path: Path) -> LeftOut | None:
    try:
        # A pipe or device is never opened.
        if not path.is_file():
            return LeftOut.BINARY
        if path.stat().st_size > TEXT_BYTES:
            return LeftOut.LARGE
        with path.open("rb") as file:
            content = file.read(TEXT_BYTES)
    except OSError:
        return LeftOut.UNREADABLE
    if media_of(content[:HEAD], path.name) is not None:
        return LeftOut.BINARY
    try:
        decode(content)
    except UnicodeError:
        return LeftOut.BINARY
    return None


def _collapsed(pattern: Sequence[str]) -> Sequence[str]:
    # Two "**" in a row mean the same as one, but would be tried in every combination.
    return [
        part for at, part in enumerate(pattern) if at == 0 or (part, pattern[at - 1]) != ("**",) * 2
    ]


def _matches(path: Sequence[str], pattern: Sequence[str]) -> bool:
    if not pattern:
        return not path
    if pattern[0] == "**":
        # At the end it stands for files as well, as in a shell.
        rest = pattern[1:] or ["*"]
        return any(_matches(path[at:], rest) for at in range(len(path)))
    return bool(path) and fnmatchcase(path[0], pattern[0]) and _matches(path[1:], pattern[1:])
