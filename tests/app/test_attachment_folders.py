"""Folders and patterns that are attached: which of their files go along."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.attachment_files import TEXT_BYTES
from app.attachment_folders import MOST_FILES, LeftOut
from app.attachments import (
    describe_left_out,
)
from tests.app.attaching import PNG, names, read, refusal


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, content in {
        ".git/config": b"[core]",
        ".gitignore": b"build/\n*.log\n!keep.log\n\\\n",
        ".env": b"KEY=1",
        "README.md": b"read me",
        "build/out.txt": b"built",
        "a.log": b"log",
        "keep.log": b"kept",
        "src/a.py": b"a = 1",
        "src/deep/b.py": b"b = 2",
        "src/deep/.gitignore": b"c.py\n",
        "src/deep/c.py": b"c = 3",
        "src/logo.png": PNG,
        "src/data.bin": b"\0\1\2",
        "src/big.txt": b"x" * (TEXT_BYTES + 1),
        "src/x.log": b"log",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path


def test_a_folder_is_its_text_files(project: Path) -> None:
    attached = read(project, "@./")
    assert names(attached) == ["README.md", "keep.log", "src/a.py", "src/deep/b.py"]
    assert attached.left_out == {
        LeftOut.HIDDEN: 4,
        LeftOut.IGNORED: 4,
        LeftOut.BINARY: 2,
        LeftOut.LARGE: 1,
    }
    assert "4 ignored by .gitignore" in describe_left_out(attached.left_out)


def test_a_folder_in_a_repository_inherits_its_rules(project: Path) -> None:
    assert names(read(project, "@src")) == ["src/a.py", "src/deep/b.py"]
    assert names(read(project / "src", "@deep/")) == ["deep/b.py"]


def test_a_file_that_is_named_goes_along_whatever_the_rules_say(project: Path) -> None:
    assert names(read(project, "@a.log @.env")) == ["a.log", ".env"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("src/**/*.py", ["src/a.py", "src/deep/b.py"]),
        ("**/*.py", ["src/a.py", "src/deep/b.py"]),
        ("src/*.py", ["src/a.py"]),
        ("*.md", ["README.md"]),
        ("src/**", ["src/a.py", "src/deep/b.py"]),
        ("src/**/**/b.p[xy]", ["src/deep/b.py"]),
        ("s?c/deep/*", ["src/deep/b.py"]),
    ],
)
def test_patterns(project: Path, pattern: str, found: list[str]) -> None:
    assert names(read(project, f"@{pattern}")) == found


def test_what_stands_for_nothing_says_so(project: Path) -> None:
    assert "@*.rst stands for no text file" in refusal(project, "@*.rst")
    message = refusal(project, "@src/*.png")
    assert "@src/*.png stands for no text file (left out: 1 not text" in message
    assert "@nowhere/*.py does not exist" in refusal(project, "@nowhere/*.py")


def test_too_many_files(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 1):
        (tmp_path / f"{number}.txt").write_text("x")
    assert "more than 200 text files" in refusal(tmp_path, "@./")
