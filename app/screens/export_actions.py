"""The conversation in view, written to a file."""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from app.refusals import CannotDo

if TYPE_CHECKING:
    from app.screens.crew import Crew

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
    from storage.export import to_json, to_markdown

    row = await crew.places.row()
    if row is None:
        raise CannotDo("This conversation has not begun yet: there is nothing to export.")
    path = _target(words, row.title, crew.desk.telex.folder)
    messages = await crew.places.path()
    if path.suffix == _JSON:
        text = json.dumps(to_json(row, messages), ensure_ascii=False, indent=2) + "\n"
    else:
        text = to_markdown(row, messages)
    await asyncio.to_thread(_write, path, text)
    crew.desk.notify(f"Written: {path}", markup=False)


def _target(words: str, title: str, folder: Path) -> Path:
    if not words:
        name = _NO_NAME.sub("-", title).strip("-")[:_LONGEST_NAME] or "conversation"
        return folder / f"{name}{_MARKDOWN}"
    if words in _FORMATS:
        return _target("", title, folder).with_suffix(_FORMATS[words])
    # Path.expanduser raises where there is no such user.
    path = folder / os.path.expanduser(words)  # noqa: PTH111
    if path.suffix not in (_MARKDOWN, _JSON):
        raise CannotDo(f"{path.name} ends in neither .md nor .json: say /export {path.stem}.md")
    return path


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise CannotDo(f"{path} is there already. Name another file: /export NAME.md") from None
    except OSError as error:
        raise CannotDo(f"{path} cannot be written: {error.strerror or error}") from error
