"""Conversations, written to files."""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from app.refusals import CannotDo
from providers.sanitise import sanitise_line

if TYPE_CHECKING:
    from app.screens.crew import Crew
    from storage.reader import Reader
    from storage.rows import ConversationRow

_MARKDOWN, _JSON = ".md", ".json"
_FORMATS = {"markdown": _MARKDOWN, "md": _MARKDOWN, "json": _JSON}
_NO_NAME = re.compile(r"[^\w\-]+")
_LONGEST_NAME = 50  # characters; every file system takes them


async def export(crew: Crew, words: str) -> None:
    """Write the conversation in view, on its current path.

    Args:
        crew: those who do the chat's work.
        words: where to, ending in ``.md`` or ``.json``; empty names it by the title.

    Raises:
        CannotDo: there is nothing to write, or the file is there already or cannot be written.
    """
    row = await crew.places.row()
    if row is None:
        raise CannotDo("This conversation has not begun yet: there is nothing to export.")
    reader = (await crew.desk.telex.runtime()).reader
    path = await asyncio.to_thread(write_conversation, reader, row, words, crew.desk.telex.folder)
    crew.desk.notify(f"Written: {sanitise_line(str(path))}", markup=False)


def write_conversation(reader: Reader, row: ConversationRow, words: str, folder: Path) -> Path:
    """Write a conversation, on its current path, and return the file. Blocks: use a thread.

    Args:
        reader: the ledger.
        row: the conversation.
        words: where to, ending in ``.md`` or ``.json``; a format alone, or nothing, names the file
            by the title.
        folder: where relative names begin.

    Raises:
        CannotDo: the file is there already, or cannot be written.
        DatabaseError: the ledger cannot be read.
    """
    from storage.export import to_json, to_markdown

    path = _target(words, row.title, folder)
    messages = reader.load_messages(row.id)
    if path.suffix == _JSON:
        text = json.dumps(to_json(row, messages), ensure_ascii=False, indent=2) + "\n"
    else:
        text = to_markdown(row, messages)
    _write(path, text)
    return path


def free_name(title: str, folder: Path) -> str:
    """Return a name for a Markdown file that is not taken in ``folder``. Looks at the disk."""
    first = _target("", title, folder)
    path, number = first, 2
    while path.exists():
        path = first.with_stem(f"{first.stem}-{number}")
        number += 1
    return path.name


def _target(words: str, title: str, folder: Path) -> Path:
    if not words:
        name = _NO_NAME.sub("-", title).strip("-")[:_LONGEST_NAME] or "conversation"
        return folder / f"{name}{_MARKDOWN}"
    if words in _FORMATS:
        return _target("", title, folder).with_suffix(_FORMATS[words])
    # Path.expanduser raises where there is no such user.
    path = folder / os.path.expanduser(words)  # noqa: PTH111
    if path.suffix not in (_MARKDOWN, _JSON):
        raise CannotDo(f"{path.name} ends in neither .md nor .json: try {path.stem}.md")
    return path


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise CannotDo(f"{path} is there already. Give another name: nothing was written") from None
    except (OSError, ValueError) as error:  # a NUL in the name is a ValueError
        reason = getattr(error, "strerror", None) or error
        raise CannotDo(f"{path} cannot be written: {reason}") from error
