"""Changing ``config.toml`` for the person: all of it or nothing, comments and order kept."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from storage.config_file import parse_settings, parse_toml
from storage.errors import ConfigFileError
from storage.file_signature import Signature, signature_of, signed
from storage.settings import Settings
from storage.toml_edit import remove_value, set_value
from storage.toml_item import TomlValue
from storage.toml_lines import line_of

_PRIVATE_FOLDER = 0o700
_ANY_WRITE = 0o222
_TRIES = 5
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class ConfigEdit:
    """One value to change.

    Args:
        key: its parts, such as ``("providers", "groq", "model")``.
        value: what it is to be; None removes the key, so that its default holds again.
    """

    key: tuple[str, ...]
    value: TomlValue | None


@dataclass(frozen=True, slots=True)
class Written:
    """What a change has brought about.

    Args:
        settings: what the file says now.
        signature: of the file as it was written; whatever it has later is somebody else's.
    """

    settings: Settings
    signature: Signature | None


def edit_config(path: Path, edits: Sequence[ConfigEdit]) -> Settings:
    """Write ``edits`` as ``write_edits`` does, and return the settings the file holds then."""
    return write_edits(path, edits).settings


def write_edits(path: Path, edits: Sequence[ConfigEdit]) -> Written:
    """Write ``edits`` into the file and return what it holds then. Blocks.

    Comments, order, line ends and everything else in the file stay as they are. A file that is not
    there is made, for this user alone; of a symbolic link the target is written.

    Args:
        path: the file.
        edits: in the order they are made.

    Raises:
        ConfigFileError: the file is broken now, would be afterwards, or cannot be written. It is
            then as it was.
    """
    target = Path(os.path.realpath(path))
    for _ in range(_TRIES):
        before = _content(target, path)
        after, settings = _edited(before or b"", edits, path)
        if after == (before or b""):
            return Written(settings, signature_of(target))
        written = _replace(target, path, before, after)
        if written is not None:
            return Written(settings, written)
    raise ConfigFileError(
        "another program keeps writing this file; nothing was changed, try again", path=path
    )


def check_edits(path: Path, edits: Sequence[ConfigEdit]) -> Settings:
    """Return the settings that ``edit_config`` would bring about, and write nothing. Blocks.

    Raises:
        ConfigFileError: as from ``edit_config``, but for what only writing finds out.
    """
    return _edited(_content(Path(os.path.realpath(path)), path) or b"", edits, path)[1]


def _content(target: Path, path: Path) -> bytes | None:
    try:
        return target.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigFileError(
            f"the file cannot be read: {error.strerror or error}", path=path
        ) from error


def _edited(content: bytes, edits: Sequence[ConfigEdit], path: Path) -> tuple[bytes, Settings]:
    mark = _BOM if content.startswith(_BOM) else b""
    raw = _decoded(content.removeprefix(_BOM), path)
    # Files of one kind of line end are edited with line feeds and get their own back.
    crlf = "\r\n" in raw and raw.count("\r\n") == raw.count("\n")
    text = raw.replace("\r\n", "\n") if crlf else raw
    try:
        values = parse_toml(text, path)
    except ConfigFileError as error:
        raise _about_now(error) from error
    changed, expected = text, values
    for edit in edits:
        expected = _expected(expected, edit, path)
        if edit.value is None:
            changed = remove_value(changed, edit.key)
        else:
            changed = set_value(changed, edit.key, edit.value)
    if not _same(_parsed(changed, path), expected):
        keys = ", ".join(".".join(edit.key) for edit in edits)
        raise ConfigFileError(
            f"{keys} cannot be changed from here, the way this file is written; change it in an"
            " editor",
            path=path,
            line=line_of(text, ".".join(edits[0].key)),
        )
    settings = _sound(changed, text, path)
    return mark + (changed.replace("\n", "\r\n") if crlf else changed).encode(), settings


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = "this is no UTF-8 text; save the file as UTF-8 first, nothing was changed"
        raise ConfigFileError(reason, path=path, line=line) from error


def _expected(values: Mapping[str, Any], edit: ConfigEdit, path: Path) -> dict[str, Any]:
    """Return ``values`` as they should be after ``edit``."""
    first, *rest = edit.key
    changed = dict(values)
    if not rest:
        changed.pop(first, None)
        if edit.value is not None:
            changed[first] = _as_parsed(edit.value)
        return changed
    inner = values.get(first, {})
    if not isinstance(inner, dict):
        raise ConfigFileError(
            f"{first} is no table, so there is no {'.'.join(edit.key)} to change; edit the file",
            path=path,
            key=first,
        )
    changed[first] = _expected(inner, ConfigEdit(tuple(rest), edit.value), path)
    return changed


def _as_parsed(value: TomlValue) -> object:
    """Return ``value`` as tomllib would read it back."""
    match value:
        case float():
            return Decimal(str(value))
        case Mapping():
            return {name: _as_parsed(inner) for name, inner in value.items()}
        case str() | bool() | int() | Decimal():
            return value
        case _:
            return [_as_parsed(inner) for inner in value]


def _same(one: object, other: object) -> bool:
    """Whether both say the same: a table that holds nothing says as much as none."""
    return _bare(one) == _bare(other)


def _bare(value: object) -> object:
    if not isinstance(value, dict):
        return value
    inner = {name: _bare(item) for name, item in value.items()}
    return {name: item for name, item in inner.items() if item != {}}


def _parsed(text: str, path: Path) -> object:
    try:
        return parse_toml(text, path)
    except ConfigFileError:
        return object()  # the same as nothing


def _sound(changed: str, text: str, path: Path) -> Settings:
    """Return the settings in ``changed``, and put the blame where it belongs.

    Raises:
        ConfigFileError: with the line in the file as it is now.
    """
    try:
        return parse_settings(changed, path)
    except ConfigFileError as error:
        try:
            parse_settings(text, path)
        except ConfigFileError as already:
            if (already.reason, already.key) == (error.reason, error.key):
                raise _about_now(already) from error
        line = line_of(text, error.key) if error.key else None
        raise ConfigFileError(error.reason, path=path, line=line, key=error.key) from error


def _about_now(error: ConfigFileError) -> ConfigFileError:
    """Return ``error`` in words for somebody who wanted to change something else."""
    return ConfigFileError(
        f"{error.reason}. Correct this first; nothing was changed",
        path=error.path,
        line=error.line,
        column=error.column,
        key=error.key,
    )


def _replace(target: Path, path: Path, before: bytes | None, after: bytes) -> Signature | None:
    """Put ``after`` in the file's place; None where it is not ``before`` any more."""
    try:
        target.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        mode = target.stat().st_mode if before is not None else None
        # A rename would get round this mark, even for others than root.
        if mode is not None and not mode & _ANY_WRITE:
            raise ConfigFileError(
                "the file is marked read-only; nothing was changed. Make it writable (chmod u+w)"
                " or change it where it is made",
                path=path,
            )
        # mkstemp creates with mode 0600; the same folder makes the rename atomic.
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(after)
                file.flush()
                os.fsync(file.fileno())
            if mode is not None:
                temporary.chmod(mode & 0o7777)
            if _content(target, path) != before:
                return None
            # It keeps all of this under its new name.
            signature = signed(temporary.stat())
            temporary.replace(target)
        finally:
            # Gone already where it took the file's place.
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigFileError(
            f"the file cannot be written: {error.strerror or error}; nothing was changed",
            path=path,
        ) from error
    return signature
