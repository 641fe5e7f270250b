"""Which words of a message name files, and which only look like it."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.attachments import find_references


def named(text: str, *existing: str) -> list[str]:
    return [ref.path_text for ref in find_references(text, exists=existing.__contains__)]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("@notes.md", ["notes.md"]),
        ("read @notes.md, please", ["notes.md"]),
        ("is it in @notes.md?", ["notes.md"]),
        ("(see @src/a.py)", ["src/a.py"]),
        ("@src/a(1).py.", ["src/a(1).py"]),
        ('@"two words.md" and @b.txt', ["two words.md", "b.txt"]),
        ("@~/x @/etc/hosts @./y @../z", ["~/x", "/etc/hosts", "./y", "../z"]),
        ("@. and @..", [".", ".."]),
        ("@folder/", ["folder/"]),
        ("all of @src/**/*.py!", ["src/**/*.py"]),
        ("@*.md", ["*.md"]),
        ("@.gitignore", [".gitignore"]),
        ("@src\\a.py", ["src\\a.py"]),
        ("@photo.PNG", ["photo.PNG"]),
        ("one\n@a.md\ntwo", ["a.md"]),
    ],
)
def test_references(text: str, paths: list[str]) -> None:
    assert named(text) == paths


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.org wrote",
        "https://example.org/@ada/x.md",
        "ask @someone",
        "thanks @ada.",
        "@",
        "@@ -1,3 +1,4 @@",
        "@dataclass\nclass A: ...",
        "@functools.cache\ndef f(): ...",
        '@app.get("/users/{id}")\nasync def get(): ...',
        "    @pytest.mark.slow\n    def test(): ...",
        '@pytest.mark.parametrize("a", ["x/y"])',
        "@Override\npublic void run()",
        "if @user.name == other",
        "version @1.2.3 at @10.0.0.1",
        "```\n@src/a.py\n```",
        "~~~py\n@src/a.py",
        "write `@src/a.py` there",
        "``a ` @src/a.py``",
        '@""',
    ],
)
def test_no_references(text: str) -> None:
    assert named(text) == []


def test_a_plain_word_is_one_if_there_is_such_a_file() -> None:
    assert named("@Makefile and @someone, @Makefile.", "Makefile") == ["Makefile", "Makefile"]
    assert named("what is in @app?", "app") == ["app"]


def test_a_name_with_punctuation_is_one_if_there_is_such_a_file() -> None:
    assert named("@what?! now", "what?!") == ["what?!"]


def test_code_before_and_after_does_not_hide_a_reference() -> None:
    assert named("```\n@a.md\n```\n@b.md `@c.md` @d.md") == ["b.md", "d.md"]


words = st.lists(
    st.sampled_from(
        ["@", '"', "`", "```", "~~~", "\n", " ", "(", ")", "/", "\\", ".", "*", "a", "md"]
    )
    | st.text(max_size=3)
).map("".join)


@given(words, st.booleans())
@example('@"', True)
@example("@" * 50, True)
def test_it_never_raises_and_the_places_are_right(text: str, everything: bool) -> None:
    references = find_references(text, exists=lambda _: everything)
    end = 0
    for ref in references:
        assert end <= ref.start < ref.end <= len(text)
        end = ref.end
        written = text[ref.start : ref.end]
        assert written in (f"@{ref.path_text}", f'@"{ref.path_text}"')
        assert ref.path_text


@pytest.mark.parametrize(
    "text", ["@a.b " * 200_000, "` @a.md `` " * 90_000, "@x" * 500_000, "```\n@a.md\n" * 90_000]
)
def test_a_megabyte_takes_a_moment(text: str) -> None:
    started = time.process_time()
    find_references(text)
    assert time.process_time() - started < 5
