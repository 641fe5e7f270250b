"""The person's own editor, as a real program."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

import pytest

from app.editor import EditorError, edit_text, editor_command

PYTHON = sys.executable


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Temporary files go in here, so that what is left of them can be seen."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    return tmp_path


def editor(folder: Path, code: str) -> dict[str, str]:
    """Return an environment with an editor that runs ``code`` on ``file``."""
    script = folder / "my editor.py"
    script.write_text(f"import os, sys, pathlib\nfile = pathlib.Path(sys.argv[-1])\n{code}\n")
    return {"EDITOR": f"'{PYTHON}' '{script}' --wait", "PATH": os.environ["PATH"]}


def test_what_the_editor_leaves_comes_back(folder: Path) -> None:
    environment = editor(
        folder,
        "file.write_text(file.read_text(encoding='utf-8') + ' – wörld\\n', encoding='utf-8')",
    )
    assert edit_text("hello", environment) == "hello – wörld"
    assert edit_text("", environment) == " – wörld"
    assert edit_text("kept\n", environment) == "kept\n – wörld\n"


def test_the_file_is_markdown_private_and_gone_afterwards(folder: Path) -> None:
    seen = folder / "seen"
    environment = editor(
        folder,
        f"pathlib.Path({str(seen)!r}).write_text(f'{{file.name}} {{file.stat().st_mode:o}}"
        " {file.parent.stat().st_mode:o}')\nfile.with_name('prompt.md~').write_text('backup')",
    )
    assert edit_text("secret", environment) == "secret"
    name, mode, above = seen.read_text().split()
    assert name.endswith(".md")
    assert stat.S_IMODE(int(mode, 8)) == 0o600
    assert stat.S_IMODE(int(above, 8)) == 0o700
    assert list((folder / "temporary").iterdir()) == []


def test_arguments_come_before_the_file(folder: Path) -> None:
    environment = editor(folder, "file.write_text(repr(sys.argv[1:-1]))")
    assert edit_text("", environment) == "['--wait']"


def test_visual_comes_first_and_blank_counts_as_unset() -> None:
    assert editor_command({"VISUAL": "a b", "EDITOR": "c"}) == ["a", "b"]
    assert editor_command({"VISUAL": "  ", "EDITOR": "c"}) == ["c"]


def test_without_either_the_first_one_installed_is_taken(tmp_path: Path) -> None:
    for name in ("vi", "vim"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o700)
    assert editor_command({"PATH": str(tmp_path)}) == ["vim"]
    with pytest.raises(EditorError, match="there is no editor: set EDITOR"):
        editor_command({"PATH": str(tmp_path / "none")})


def test_an_editor_that_gives_up(folder: Path) -> None:
    environment = editor(folder, "sys.exit(3)")
    with pytest.raises(EditorError, match="ended with exit code 3; your text is as it was"):
        edit_text("kept", environment)
    assert list((folder / "temporary").iterdir()) == []


def test_an_editor_that_is_killed(folder: Path) -> None:
    with pytest.raises(EditorError, match="signal 9"):
        edit_text("kept", editor(folder, "os.kill(os.getpid(), 9)"))


@pytest.mark.parametrize("command", ["no-such-editor-\x1b[2J", "/etc/hostname", "/"])
def test_an_editor_that_does_not_start(folder: Path, command: str) -> None:
    with pytest.raises(EditorError, match="set EDITOR to a command") as caught:
        edit_text("kept", {"EDITOR": command, "PATH": os.environ["PATH"]})
    assert "\x1b" not in str(caught.value)
    assert list((folder / "temporary").iterdir()) == []


def test_a_command_that_cannot_be_read() -> None:
    with pytest.raises(EditorError, match="EDITOR=vim 'a cannot be read"):
        edit_text("kept", {"EDITOR": "vim 'a"})


def test_no_place_for_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(EditorError, match="nothing was changed"):
        edit_text("kept", {"EDITOR": PYTHON, "PATH": os.environ["PATH"]})


def test_a_file_the_editor_removed(folder: Path) -> None:
    with pytest.raises(EditorError, match="nothing was changed"):
        edit_text("kept", editor(folder, "file.unlink()"))


def test_bytes_that_are_no_text_do_not_lose_the_rest(folder: Path) -> None:
    environment = editor(folder, "file.write_bytes(b'good \\xff text')")
    assert edit_text("", environment) == "good \ufffd text"
