"""Writing in the person's own editor. Whoever calls lends it the terminal."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from providers.errors import TelexError
from providers.sanitise import sanitise_line

_VARIABLES = ("VISUAL", "EDITOR")  # the customary order: VISUAL is for full screens
_FALLBACKS = ("nano", "vim", "vi", "notepad")
_WHAT_TO_SET = 'set EDITOR to a command that waits until you are done, such as "nano"'


class EditorError(TelexError):
    """The editor could not be started, or gave up. The text is as it was."""


def edit_text(text: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return ``text`` as the person left it in their editor. Blocks until that ends.

    The text is in a file that only this user can read, and that is gone afterwards together with
    the backups an editor makes beside it.

    Args:
        text: what to begin with.
        environment: ``VISUAL``, ``EDITOR`` and ``PATH``; the editor gets all of it.

    Raises:
        EditorError: there is no editor, it does not start or ends with an error, or no file can be
            made for it.
    """
    command = editor_command(environment)
    try:
        # mkdtemp makes a folder of mode 0700.
        with tempfile.TemporaryDirectory(prefix="telex-", ignore_cleanup_errors=True) as folder:
            file = Path(folder) / "prompt.md"
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="") as opened:
                opened.write(text)
            _run([*command, str(file)], environment)
            edited = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise EditorError(
            f"the text could not be handed to the editor: {error.strerror or error};"
            " nothing was changed"
        ) from error
    # Editors end a file with a line break that nobody typed.
    return edited if text.endswith("\n") else edited.removesuffix("\n")


def edit_file(file: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Let the person edit a file of their own. Blocks until the editor ends.

    Args:
        file: what to edit.
        environment: as for ``edit_text``.

    Raises:
        EditorError: there is no editor, or it does not start or ends with an error.
    """
    _run([*editor_command(environment), str(file)], environment)


def editor_command(environment: Mapping[str, str]) -> Sequence[str]:
    """Return the program to start, with its arguments.

    Raises:
        EditorError: none is set and none is installed, or what is set cannot be read.
    """
    for variable in _VARIABLES:
        value = environment.get(variable, "").strip()
        if value:
            return _split(variable, value)
    for name in _FALLBACKS:
        if shutil.which(name, path=environment.get("PATH")):
            return [name]
    raise EditorError(f"there is no editor: {_WHAT_TO_SET}")


def _split(variable: str, value: str) -> Sequence[str]:
    try:
        # Backslashes are a part of Windows paths.
        return shlex.split(value, posix=os.name != "nt")
    except ValueError as error:
        raise EditorError(f"{variable}={_shown(value)} cannot be read: {error}") from error


def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    program = shutil.which(command[0], path=environment.get("PATH"))
    if program is None:
        raise EditorError(
            f"the editor {_shown(command[0])} was not found; your text is as it was: {_WHAT_TO_SET}"
        )
    try:
        # The person's own command, not a shell's.
        ended = subprocess.run([program, *command[1:]], env=dict(environment), check=False)  # noqa: S603
    except OSError as error:
        raise EditorError(
            f"the editor {_shown(command[0])} could not be started: {error.strerror or error};"
            f" your text is as it was: {_WHAT_TO_SET}"
        ) from error
    if ended.returncode != 0:
        raise EditorError(
            f"the editor {_shown(command[0])} ended with {_ending(ended.returncode)}; your text is"
            f" as it was. If it did not open at all, {_WHAT_TO_SET}"
        )


def _ending(code: int) -> str:
    return f"exit code {code}" if code > 0 else f"signal {-code}"


def _shown(command: str) -> str:
    return sanitise_line(command)[:80]
