"""``[[catalogue]]``: local models of the person's own choice."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.config_catalogue import CatalogueEntry
from storage.config_file import load_settings
from storage.errors import ConfigFileError

HASH = "0123456789abcdef" * 4


def _load(tmp_path: Path, *lines: str) -> tuple[CatalogueEntry, ...]:
    path = tmp_path / "config.toml"
    path.write_text("\n".join(["[[catalogue]]", *lines]))
    return load_settings(path).catalogue


def test_an_entry(tmp_path: Path) -> None:
    (entry,) = _load(
        tmp_path,
        'id = "phi"',
        'name = "Phi"',
        'url = "https://host/phi.gguf"',
        f'sha256 = "{HASH.upper()}"',
        "bytes = 100",
        "context_tokens = 2048",
    )
    assert (entry.id, entry.name, entry.file_name) == ("phi", "Phi", "phi.gguf")
    assert (entry.sha256, entry.bytes, entry.context_tokens) == (HASH, 100, 2048)


def test_what_may_be_left_out(tmp_path: Path) -> None:
    (entry,) = _load(tmp_path, 'id = "phi"', 'url = "http://h/p"', f'sha256 = "{HASH}"')
    assert (entry.name, entry.bytes, entry.context_tokens) == ("phi", None, 4096)


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (['name = "x"'], 1, "needs a id"),
        (['id = "../up"'], 2, "cannot be the name of a file"),
        (['id = "Phi"'], 2, "lower-case"),
        (['id = "phi"', 'sha256 = "abc"'], 3, "64 hexadecimal digits"),
        (['id = "phi"', f'sha256 = "{HASH}"'], 1, "needs a url"),
        (['id = "phi"', f'sha256 = "{HASH}"', 'url = "file:///etc/passwd"'], 4, "https://"),
        (['id = "phi"', f'sha256 = "{HASH}"', 'url = "http://h:99999/"'], 4, "https://"),
        (['id = "phi"', f'sha256 = "{HASH}"', 'url = "http://me:pw@h/"'], 4, "name or password"),
        (['id = "phi"', f'sha256 = "{HASH}"', 'url = "http://h/"', "bytes = 0"], 5, "1 or more"),
        (['id = "phi"', 'sha265 = "x"'], 3, "did you mean 'sha256'"),
    ],
)
def test_mistakes_name_the_place(tmp_path: Path, lines: list[str], line: int, words: str) -> None:
    with pytest.raises(ConfigFileError) as caught:
        _load(tmp_path, *lines)
    assert words in str(caught.value)
    assert f":{line}:" in str(caught.value)
    assert "pw" not in str(caught.value).replace(str(tmp_path), "")


def test_two_of_one_name(tmp_path: Path) -> None:
    one = ['id = "phi"', 'url = "http://h/p"', f'sha256 = "{HASH}"']
    with pytest.raises(ConfigFileError, match="two entries called 'phi'"):
        _load(tmp_path, *one, "[[catalogue]]", *one)
