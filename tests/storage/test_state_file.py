from __future__ import annotations

import stat
from pathlib import Path

import pytest

from storage.errors import PathsError
from storage.state_file import State, load_state, save_state

_STATE = State("quality", "openai", "nord", ("panel-a", "panel-b"), 7, primary_model="m")


@pytest.mark.parametrize("state", [_STATE, State()])
def test_what_was_saved_comes_back(tmp_path: Path, state: State) -> None:
    path = tmp_path / "state.toml"
    assert load_state(path) == State()
    save_state(path, state)
    save_state(path, state)
    assert load_state(path) == state
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["state.toml"]


def test_a_draft_may_hold_anything(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    save_state(path, State(draft='two\nlines """ \x00 \x1b'))
    assert load_state(path).draft == 'two\nlines """ \x00 \x1b'
    save_state(path, State(draft="lone \ud800"))
    assert load_state(path).draft == "lone ?"


@pytest.mark.parametrize("content", [b"strategy = ", b"\xff\xfe"])
def test_a_broken_file_is_moved_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.toml"
    path.write_bytes(content)
    assert load_state(path) == State()
    assert not path.exists()
    assert (tmp_path / "state.toml.broken").read_bytes() == content


def test_values_of_a_wrong_type_count_as_unset(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    path.write_text(
        'strategy = 3\ntheme = "nord"\nfolded_panels = [1, "a"]\nconversation_id = true\nnew = 1'
    )
    assert load_state(path) == State(theme="nord", folded_panels=("a",))


def test_a_folder_that_is_gone_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(PathsError, match="not remembered"):
        save_state(tmp_path / "gone" / "state.toml", _STATE)
    assert load_state(tmp_path) == State()


def test_what_cannot_be_replaced_leaves_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    (path / "full").mkdir(parents=True)
    with pytest.raises(PathsError):
        save_state(path, _STATE)
    assert [entry.name for entry in tmp_path.iterdir()] == ["state.toml"]
