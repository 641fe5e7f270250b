"""Personas and templates in real files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.sanitise import sanitise_line
from storage.prompt_files import MOST_BYTES, PromptFileError, PromptFiles, PromptKind, fill
from tests.unprivileged import open_folder, unprivileged


@pytest.fixture
def files(tmp_path: Path) -> PromptFiles:
    return PromptFiles(tmp_path)


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / "personas" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def summaries(files: PromptFiles) -> dict[str, str]:
    return {file.name: file.summary for file in files.personas() if not file.built_in}


def test_there_are_some_without_any_file(files: PromptFiles, tmp_path: Path) -> None:
    personas = {file.name: file for file in files.personas()}
    assert {"concise", "teacher", "reviewer", "translator"} <= set(personas)
    assert {"summarize", "explain", "commit", "improve", "tests"} <= {
        file.name for file in files.templates()
    }
    for file in (*files.personas(), *files.templates()):
        assert file.built_in
        assert 10 < len(file.summary) <= 100
    assert personas["concise"].path == tmp_path / "personas" / "concise.md"
    assert files.persona("concise").startswith("Answer briefly")
    assert "{{input}}" in files.template("commit")
    assert list(tmp_path.iterdir()) == [], "reading makes no files"


def test_a_persons_own_wins(files: PromptFiles, tmp_path: Path) -> None:
    write(tmp_path, "concise.md", b"\xef\xbb\xbf\n# My own\r\nwords")
    assert files.persona("concise") == "\n# My own\nwords"
    [mine] = [file for file in files.personas() if file.name == "concise"]
    assert (mine.summary, mine.built_in) == ("My own", False)


def test_create_begins_with_what_is_built_in(files: PromptFiles) -> None:
    path = files.create(PromptKind.PERSONA, "concise")
    assert path.read_text() == PromptFiles(Path("nowhere")).persona("concise")
    other = files.create(PromptKind.TEMPLATE, "mine-2", "Say {{input}}\n")
    assert files.template("mine-2") == "Say {{input}}\n"
    assert other.parent.name == "templates"
    assert files.create(PromptKind.PERSONA, "größe_1").read_text() == ""


def test_create_replaces_nothing(files: PromptFiles) -> None:
    path = files.create(PromptKind.PERSONA, "mine", "first")
    with pytest.raises(PromptFileError, match="exists already") as caught:
        files.create(PromptKind.PERSONA, "mine", "second")
    assert caught.value.path == path
    assert path.read_text() == "first"


def test_create_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PromptFileError, match="cannot be written"):
        PromptFiles(tmp_path / "file").create(PromptKind.PERSONA, "mine")


@pytest.mark.parametrize(
    "name", ["", "a b", "../../etc/passwd", "a/b", "a.md", "x" * 65, "a\0", "\x1b[2J", "a\n"]
)
def test_names(files: PromptFiles, tmp_path: Path, name: str) -> None:
    for use in (files.persona, lambda name: files.create(PromptKind.PERSONA, name)):
        with pytest.raises(PromptFileError, match="letters, digits, - and _") as caught:
            use(name)
        assert sanitise_line(str(caught.value)) == str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_one_that_does_not_exist(files: PromptFiles, tmp_path: Path) -> None:
    write(tmp_path, "mine.md", b"x")
    with pytest.raises(PromptFileError, match="there is no persona nobody") as caught:
        files.persona("nobody")
    assert caught.value.path == tmp_path / "personas" / "nobody.md"
    assert "concise, editor, mine, reviewer" in str(caught.value)


def test_one_that_is_too_large(files: PromptFiles, tmp_path: Path) -> None:
    write(tmp_path, "big.md", b"x" * MOST_BYTES)
    assert len(files.persona("big")) == MOST_BYTES
    path = write(tmp_path, "big.md", b"x" * (MOST_BYTES + 1))
    with pytest.raises(PromptFileError, match="is larger than 64 KB") as caught:
        files.persona("big")
    assert str(path) in str(caught.value)
    assert "larger than 64 KB" in summaries(files)["big"]


def test_one_that_is_no_utf8(files: PromptFiles, tmp_path: Path) -> None:
    path = write(tmp_path, "latin.md", "Größe".encode("latin-1"))
    with pytest.raises(PromptFileError, match="is no UTF-8") as caught:
        files.persona("latin")
    assert str(path) in str(caught.value)


def test_one_that_is_no_file(files: PromptFiles, tmp_path: Path) -> None:
    write(tmp_path, "a.md", b"")
    os.mkfifo(tmp_path / "personas" / "pipe.md")
    (tmp_path / "personas" / "folder.md").mkdir()
    (tmp_path / "personas" / "loop.md").symlink_to("loop.md")
    for name in ("pipe", "folder"):
        with pytest.raises(PromptFileError, match="is no ordinary file"):
            files.persona(name)
    with pytest.raises(PromptFileError, match="cannot be read"):
        files.persona("loop")
    assert summaries(files)["a"] == "(empty)"
    assert set(summaries(files)) == {"a", "pipe", "folder", "loop"}


def test_one_that_may_not_be_read() -> None:
    with open_folder() as folder:
        (folder / "personas").mkdir()
        file = folder / "personas" / "mine.md"
        file.write_bytes(b"x")
        file.chmod(0)
        with (
            unprivileged(),
            pytest.raises(PromptFileError, match="cannot be read: Permission denied"),
        ):
            PromptFiles(folder).persona("mine")


def test_what_comes_from_files_is_inert(files: PromptFiles, tmp_path: Path) -> None:
    write(tmp_path, "evil.md", "\x1b]0;owned\x07 [/] \u202e".encode())
    write(tmp_path, "bad name\x1b.md", b"x")
    for file in files.personas():
        assert sanitise_line(file.name) == file.name
        assert sanitise_line(file.summary) == file.summary
    assert summaries(files)["bad name␛"].startswith("a name is made of letters")


def test_a_folder_that_is_none_leaves_the_built_in_ones(files: PromptFiles, tmp_path: Path) -> None:
    (tmp_path / "personas").write_text("not a folder")
    assert all(file.built_in for file in files.personas())
    assert "concise" in {file.name for file in files.personas()}


@pytest.mark.parametrize(
    ("template", "text", "filled"),
    [
        ("Say {{input}}!", "hi", "Say hi!"),
        ("{{input}} and {{input}}", "x", "x and x"),
        ("Summarize.\n", "hi", "Summarize.\n\nhi"),
        ("Summarize.\n", "", "Summarize.\n"),
        ("{a} {{b}} {{ input }}", "x", "{a} {{b}} {{ input }}\n\nx"),
        ("{{input}}", "{{input}} {0} \\1 $x", "{{input}} {0} \\1 $x"),
    ],
)
def test_fill(template: str, text: str, filled: str) -> None:
    assert fill(template, text) == filled


@given(st.text(), st.text(min_size=1))
def test_the_text_is_always_in_it(template: str, text: str) -> None:
    assert text in fill(template, text)
