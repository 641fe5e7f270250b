"""The README's examples do what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.keymap_groups import key_groups
from app.keymap_words import binding_words
from storage.config_file import load_settings
from storage.settings import Settings
from tests.fakeserver import FakeServer, ok

IN_README = {
    "Writing",
    "Routing",
    "Reading",
    "Going places",
    "With a message",
    "In the history",
    "Commands",
}
"""Headings of the help; the keys of each other screen stand at its foot."""
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found
    return found


def block(language: str) -> str:
    return blocks(language)[0]


def test_the_library_examples_run_one_after_the_other(tmp_path: Path) -> None:
    with FakeServer() as server:
        server.groq.default(ok("Scattering."))
        server.anthropic.default(ok("More scattering."))
        done = subprocess.run(
            [sys.executable, "-c", "\n".join(blocks("python"))],
            cwd=tmp_path,
            env=server.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    answer, facts, streamed, story, predicted, measured, saved, ruled, *many = (
        done.stdout.splitlines()
    )
    assert answer == story == "Scattering."
    assert re.fullmatch(r"groq 0\.0\d+", facts)
    assert streamed == "More scattering."
    assert predicted == "groq True"
    assert measured == "1.0 True"
    assert re.match(r"saved \$0\.\d+ ", saved)
    assert ruled == "rule (code)"
    *squares, cached = many
    assert sorted(int(line.split()[0]) for line in squares) == list(range(20))
    assert cached == "True 0"


def test_the_example_configuration_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    keys, everything = blocks("toml")
    path.write_text(keys, encoding="utf-8")
    assert load_settings(path).keys["chat.find"] == "ctrl+f,f12"
    path.write_text(everything, encoding="utf-8")
    settings = load_settings(path)
    assert settings.primary_provider == "anthropic"
    assert settings.providers["ollama"].base_url == "http://127.0.0.1:11434/v1"
    assert settings.monthly_budget == 20


@dataclass(frozen=True)
class Usual:
    """Somebody who chose no keys."""

    settings: Settings = field(default_factory=Settings)


@pytest.mark.parametrize(
    "keys",
    sorted(
        {
            row.keys
            for group in key_groups(Usual(), binding_words())
            if group.title in IN_README
            for row in group.rows
        }
    ),
)
def test_every_key_of_the_help_screen_is_in_the_readme(keys: str) -> None:
    for part in keys.split():
        assert f"`{part}`" in README or part == "ctrl+c"
