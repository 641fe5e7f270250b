"""A copy says how far it got, and never more than that."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from app.clipboard import Reach, copy

_KEEPS = """#!/bin/sh
case "$*" in *-o*) exec cat "{store}";; *) exec cat > "{store}";; esac
"""
_LIES = """#!/bin/sh
case "$*" in *-o*) printf 'something else';; *) exec cat > /dev/null;; esac
"""
_FAILS = "#!/bin/sh\ncat > /dev/null; exit 1\n"


class Terminal:
    """Takes what is handed to the terminal."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def __call__(self, text: str) -> None:
        self.taken.append(text)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for programs, and a machine without any clipboard but those in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "TMUX"):
        monkeypatch.delenv(variable, raising=False)
    return folder


def install(tools: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tools / name
    path.write_text(script)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("DISPLAY", ":0")


@pytest.mark.usefixtures("tools")
async def test_without_a_clipboard_it_was_only_sent_to_the_terminal() -> None:
    terminal = Terminal()
    copied = await copy("text", {}, terminal)
    assert copied.reach is Reach.SENT
    assert "does not say" in copied.words
    assert terminal.taken == ["text"]


@pytest.mark.usefixtures("tools")
async def test_what_no_terminal_takes_is_not_claimed_to_be_sent() -> None:
    copied = await copy("x" * 80_000, {}, Terminal())
    assert copied.reach is Reach.HERE
    assert "too long" in copied.words


async def test_a_copy_that_can_be_read_back_is_confirmed(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tools / "store"
    install(tools, "xclip", _KEEPS.format(store=store), monkeypatch)
    text = "grüße\n\n\tund mehr 🚦\n"
    copied = await copy(text, {}, Terminal())
    assert copied.reach is Reach.CONFIRMED
    assert store.read_text() == text


@pytest.mark.parametrize("script", [_LIES, _FAILS], ids=["lies", "fails"])
async def test_a_clipboard_that_did_not_take_it_is_not_believed(
    tools: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    install(tools, "xclip", script, monkeypatch)
    copied = await copy("text", {}, Terminal())
    assert copied.reach is Reach.SENT


async def test_tmux_is_asked_and_believed_only_when_it_gives_it_back(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = _KEEPS.replace("*-o*", "*save-buffer*").format(store=tools / "store")
    install(tools, "tmux", keeps, monkeypatch)
    monkeypatch.delenv("DISPLAY")
    copied = await copy("text", {"TMUX": "/tmp/socket,1,0"}, Terminal())
    assert copied.reach is Reach.CONFIRMED
    assert "tmux's buffer" in copied.words
    install(tools, "tmux", _FAILS, monkeypatch)
    monkeypatch.delenv("DISPLAY")
    copied = await copy("text", {"TMUX": "/tmp/socket,1,0"}, Terminal())
    assert copied.reach is Reach.SENT
