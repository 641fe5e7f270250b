"""The configuration file in the person's own editor, at the line that matters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.editor import EditorError, edit_file, editor_command

_TAKE_A_LINE = frozenset({"nano", "pico", "vi", "vim", "nvim", "emacs", "emacsclient", "micro",
                          "kak", "joe", "mg", "ne", "view"})  # fmt: skip
"""Editors that open a file at a line with ``+LINE`` before its name."""


def edit_config_file(file: Path, line: int | None, environment: Mapping[str, str]) -> None:
    """Let the person edit the file. Blocks until the editor ends.

    Args:
        file: the configuration, which need not exist.
        line: where to begin, counted from 1; None, and editors that cannot, begin at the top.
        environment: ``VISUAL``, ``EDITOR`` and ``PATH``; the editor gets all of it.

    Raises:
        EditorError: there is no editor, it does not start or ends with an error, or there can be
            no such file.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EditorError(
            f"the folder {file.parent} cannot be made: {error.strerror or error}"
        ) from error
    edit_file(file, environment if line is None else _at(line, environment))


def _at(line: int, environment: Mapping[str, str]) -> Mapping[str, str]:
    command = editor_command(environment)
    if not command or Path(command[0]).stem not in _TAKE_A_LINE:
        return environment
    said = environment.get("VISUAL", "").strip() or environment.get("EDITOR", "").strip()
    return {**environment, "VISUAL": f"{said or command[0]} +{line}"}
