"""Personas and templates: Markdown files that a person can edit, beside ``config.toml``."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from providers.errors import TelexError
from providers.sanitise import sanitise_line
from storage.prompt_texts import PERSONAS, TEMPLATES

MOST_BYTES = 64 * 1024
"""Of one file: more than any prompt a person writes, and what still fits every model."""
_NAME = re.compile(r"[\w-]{1,64}")
_NAME_RULE = "a name is made of letters, digits, - and _, at most 64 of them"
_INPUT = "{{input}}"
_SUMMARY = 100  # characters


class PromptKind(StrEnum):
    """What a prompt file is for."""

    PERSONA = "persona"
    TEMPLATE = "template"

    @property
    def folder(self) -> str:
        """The name of the folder such files are in."""
        return f"{self.value}s"


_BUILT_IN: Mapping[PromptKind, Mapping[str, str]] = {
    PromptKind.PERSONA: PERSONAS,
    PromptKind.TEMPLATE: TEMPLATES,
}


class PromptFileError(TelexError):
    """A persona or template cannot be used, found or made.

    Args:
        message: what is wrong, where, and what to do.
        path: the file.
    """

    def __init__(self, message: str, *, path: Path) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True, slots=True)
class PromptFile:
    """One persona or template.

    Args:
        name: what it is called by.
        path: its file; where it would be, if it is ``built_in``.
        summary: its first line, or why it cannot be used.
        built_in: whether it comes with telex and has no file.
    """

    name: str
    path: Path
    summary: str
    built_in: bool = False


class PromptFiles:
    """The personas and templates there are.

    Args:
        folder: holds ``personas/NAME.md`` and ``templates/NAME.md``; none of it need exist.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def personas(self) -> Sequence[PromptFile]:
        """Return every persona by name, the person's own and the built-in ones."""
        return self._listed(PromptKind.PERSONA)

    def templates(self) -> Sequence[PromptFile]:
        """Return every template by name, the person's own and the built-in ones."""
        return self._listed(PromptKind.TEMPLATE)

    def persona(self, name: str) -> str:
        """Return a persona's text.

        Raises:
            PromptFileError: there is none of that name, or its file cannot be read, is larger
                than 64 KB or is no UTF-8.
        """
        return self._text(PromptKind.PERSONA, name)

    def template(self, name: str) -> str:
        """Return a template's text, for ``fill``.

        Raises:
            PromptFileError: as for ``persona``.
        """
        return self._text(PromptKind.TEMPLATE, name)

    def create(self, kind: PromptKind, name: str, text: str = "") -> Path:
        """Make a file to edit; without ``text`` it begins with what is built in by that name.

        Raises:
            PromptFileError: the name cannot be used, there is such a file already, or it cannot
                be written. No file is ever replaced.
        """
        path = self._path(kind, name)
        content = text or _BUILT_IN[kind].get(name, "")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", errors="replace", newline="\n") as file:
                file.write(content)
        except FileExistsError as error:
            raise PromptFileError(
                f"{path} exists already: edit it, or take another name", path=path
            ) from error
        except OSError as error:
            raise PromptFileError(
                f"{path} cannot be written: {error.strerror or error}", path=path
            ) from error
        return path

    def _listed(self, kind: PromptKind) -> Sequence[PromptFile]:
        found = {
            name: PromptFile(name, self._path(kind, name), _first_line(text), built_in=True)
            for name, text in _BUILT_IN[kind].items()
        }
        found.update((file.name, file) for file in self._own(kind))
        return sorted(found.values(), key=lambda file: file.name)

    def _own(self, kind: PromptKind) -> Iterator[PromptFile]:
        folder = self._folder / kind.folder
        try:
            paths = sorted(folder.glob("*.md"))
        except OSError:
            # A folder that cannot be read leaves the built-in ones; reading a name says why.
            return
        for path in paths:
            name = sanitise_line(path.stem)
            try:
                summary = _first_line(_read(path)) if _NAME.fullmatch(path.stem) else _NAME_RULE
            except PromptFileError as error:
                summary = sanitise_line(str(error))
            yield PromptFile(name, path, summary)

    def _text(self, kind: PromptKind, name: str) -> str:
        path = self._path(kind, name)
        try:
            return _read(path)
        except FileNotFoundError as error:
            built_in = _BUILT_IN[kind].get(name)
            if built_in is not None:
                return built_in
            known = ", ".join(file.name for file in self._listed(kind))
            raise PromptFileError(
                f"there is no {kind} {name}: {path} does not exist. There are: {known}", path=path
            ) from error

    def _path(self, kind: PromptKind, name: str) -> Path:
        folder = self._folder / kind.folder
        if not _NAME.fullmatch(name):
            raise PromptFileError(
                f"“{sanitise_line(name)[:80]}” is no name for a {kind}: {_NAME_RULE}", path=folder
            )
        return folder / f"{name}.md"


def fill(template: str, text: str) -> str:
    """Return ``template`` with ``text`` in the place of ``{{input}}``, else behind it.

    Braces of any other kind stay as they are, in the template and in the text.
    """
    if _INPUT in template:
        return template.replace(_INPUT, text)
    return f"{template.rstrip()}\n\n{text}" if text else template


def _read(path: Path) -> str:
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise PromptFileError(f"{path} is no ordinary file: replace it by one", path=path)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise PromptFileError(
            f"{path} cannot be read: {error.strerror or error}", path=path
        ) from error
    if len(content) > MOST_BYTES:
        raise PromptFileError(
            f"{path} is larger than {MOST_BYTES // 1024} KB: shorten it", path=path
        )
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise PromptFileError(
            f"{path} is no UTF-8 (byte {error.start}): save it as UTF-8", path=path
        ) from error


def _first_line(text: str) -> str:
    lines = (sanitise_line(line.lstrip("# ")) for line in text.splitlines())
    return next((line[:_SUMMARY] for line in lines if line), "(empty)")
