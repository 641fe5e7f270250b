"""The page on LangChain does what it says."""

from __future__ import annotations

import re

import pytest

from tests.fakeserver import FakeServer, ok
from tests.langchain.examples import FOLDER

PAGE = (FOLDER.parent / "langchain.md").read_text(encoding="utf-8")


def test_its_program_runs(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server.groq.default(ok("Scattering."))
    server.anthropic.default(ok("More scattering."))
    for variable, value in server.environment().items():
        monkeypatch.setenv(variable, value)
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(program, "docs/langchain.md", "exec"), {})
    answer, facts, streamed, last = capsys.readouterr().out.splitlines()
    assert answer == streamed == "Scattering."
    assert re.fullmatch(r"groq \S+", facts)
    assert last == "quality More scattering."


def test_the_files_it_names_exist() -> None:
    named = re.findall(r"\]\((\S+?)\)", PAGE)
    assert len(named) == 3
    for path in named:
        assert (FOLDER.parent / path).is_file()
