"""How the text could go on: commands, arguments, and the files of a real folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.attachments import read_attachments
from app.completions import Choice, Completions
from app.file_choices import MOST_SCANNED, MOST_SECONDS, FileChoices
from app.slash import COMMANDS, ArgumentKind
from providers.sanitise import sanitise
from widgets.completion import CompletionSet

STRATEGIES = [Choice("cost", "cheapest"), Choice("latency"), Choice("quality")]


def completions(folder: Path, *tags: str) -> Completions:
    return Completions(
        folder=folder,
        arguments={
            ArgumentKind.STRATEGY: lambda: STRATEGIES,
            ArgumentKind.TAG: lambda: [Choice(tag) for tag in tags],
        },
    )


async def ask(folder: Path, text: str, cursor: int | None = None) -> CompletionSet | None:
    return await completions(folder).complete(text, len(text) if cursor is None else cursor)


async def labels(folder: Path, text: str) -> list[str]:
    found = await ask(folder, text)
    return [item.label for item in found.items] if found else []


def accept(text: str, found: CompletionSet | None, number: int = 0) -> str:
    assert found is not None
    return text[: found.start] + found.items[number].insert + text[found.end :]


async def test_a_slash_lists_every_command(tmp_path: Path) -> None:
    found = await ask(tmp_path, "/")
    assert found is not None
    assert [item.label for item in found.items] == [f"/{command.name}" for command in COMMANDS]
    assert all(item.detail for item in found.items)


async def test_names_that_begin_so_come_before_those_that_contain_it(tmp_path: Path) -> None:
    assert await labels(tmp_path, "/co") == ["/compare", "/copy", "/code", "/continue"]
    assert (await labels(tmp_path, "/edit"))[:2] == ["/edit", "/editor"]
    assert await labels(tmp_path, "/EXP") == ["/explain", "/export"]
    assert await labels(tmp_path, "/port") == ["/export"]
    assert await labels(tmp_path, "/zzz") == []


async def test_a_short_name_is_complete(tmp_path: Path) -> None:
    found = await ask(tmp_path, "/q")
    assert found is not None
    assert (found.items[0].insert, found.items[0].detail) == ("/q", "quit: leave telex")
    assert found.items[1].insert == "/quit"


async def test_a_command_with_an_argument_goes_on(tmp_path: Path) -> None:
    found = await ask(tmp_path, "/strat")
    assert found is not None
    assert accept("/strat", found) == "/strategy "
    assert found.items[0].more
    assert await labels(tmp_path, "/strategy ") == ["cost", "latency", "quality"]
    assert await labels(tmp_path, "/strategy  LA") == ["latency"]
    assert await labels(tmp_path, "/strategy t") == ["cost", "latency", "quality"]
    assert await labels(tmp_path, "/strategy x") == []
    assert accept("/strategy lat", await ask(tmp_path, "/strategy lat")) == "/strategy latency"


async def test_arguments_are_current() -> None:
    tags = ["old"]
    current = Completions(
        folder=Path(), arguments={ArgumentKind.TAG: lambda: [Choice(tag) for tag in tags]}
    )
    tags.append("new")
    found = await current.complete("/tag ", 5)
    assert found is not None
    assert [item.label for item in found.items] == ["old", "new"]


@pytest.mark.parametrize(
    "text",
    ["", "hello", "//strat", "a /strat", "/strategy\nx", "/ x", "ada@example", "@@", "/new x"],
)
async def test_nothing_to_complete(tmp_path: Path, text: str) -> None:
    assert await ask(tmp_path, text) is None


async def test_a_slash_on_another_line_or_behind_the_cursor_is_none(tmp_path: Path) -> None:
    assert await ask(tmp_path, "x\n/st") is None
    assert await ask(tmp_path, "/st", 0) is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("notes.md", "My Notes.txt", "app/main.py", "two words/in it.md", ".hidden/x.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x" * 1_200)
    (tmp_path / ".env").touch()
    return tmp_path


async def test_files_with_their_sizes_folders_first(folder: Path) -> None:
    found = await ask(folder, "look at @")
    assert found is not None
    assert [(item.label, item.detail) for item in found.items] == [
        ("app/", "folder"),
        ("two words/", "folder"),
        ("My Notes.txt", "1.2 KB"),
        ("notes.md", "1.2 KB"),
    ]
    assert (found.start, found.end) == (8, 9)


async def test_beginnings_come_before_what_contains_it(folder: Path) -> None:
    assert await labels(folder, "@no") == ["notes.md", "My Notes.txt"]
    assert await labels(folder, "(@MAIN") == []
    assert await labels(folder, "(@app/MAI") == ["main.py"]


async def test_hidden_files_only_when_asked(folder: Path) -> None:
    assert await labels(folder, "@.") == [".hidden/", ".env"]
    assert await labels(folder, "@.hidden/") == ["x.md"]


@pytest.mark.parametrize(
    ("text", "number", "accepted"),
    [
        ("see @not", 0, "see @notes.md "),
        ("see @a", 0, "see @app/"),
        ("see @app/", 0, "see @app/main.py "),
        ("@my", 0, '@"My Notes.txt" '),
        ("@two", 0, '@"two words/'),
        ('@"two words/', 0, '@"two words/in it.md" '),
    ],
)
async def test_what_is_accepted_is_a_reference(
    folder: Path, text: str, number: int, accepted: str
) -> None:
    found = await ask(folder, text)
    assert accept(text, found, number) == accepted
    if accepted.endswith(" "):
        assert len(read_attachments(accepted, folder=folder).attachments) == 1


async def test_within_a_text_only_the_name_is_replaced(folder: Path) -> None:
    text = "see @not, and then"
    found = await ask(folder, text, 6)
    assert found is not None
    assert text[found.start : found.end] == "@not,"
    quoted = 'see @"My No" and'
    found = await ask(folder, quoted, 9)
    assert found is not None
    assert quoted[found.end :] == 'No" and'


async def test_a_home_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    assert await labels(folder, "@~") == ["~/"]
    assert "notes.md" in await labels(folder / "app", "@~/")
    assert "notes.md" in await labels(folder / "app", "@../")


async def test_folders_that_cannot_be_read_have_no_files(folder: Path) -> None:
    assert await ask(folder, "@nowhere/") is None
    assert await ask(folder, "@notes.md/") is None
    assert await ask(folder, f"@{'x' * 900}/a") is None
    assert await ask(folder, "@~nobody-of-that-name/") is None


async def test_names_that_cannot_be_written_are_not_offered(tmp_path: Path) -> None:
    for name in ("a\x1b]0;x\x07", "a\nb", 'a"b', "a\u202eb", "[red]a", "fine.md"):
        (tmp_path / name).touch()
    assert await labels(tmp_path, "@") == ["[red]a", "fine.md"]


def test_a_large_folder_is_not_read_to_its_end(tmp_path: Path) -> None:
    for number in range(MOST_SCANNED + 50):
        (tmp_path / f"{number:04}.txt").touch()
    files = FileChoices(tmp_path)
    found = files.complete(0, 1, "")
    assert found is not None
    assert len(found.items) == 50
    assert len(list(files._scan(tmp_path, ""))) == MOST_SCANNED


def test_a_slow_folder_shows_what_came_in_time(tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / f"{number}.txt").touch()
    now = iter(tick * MOST_SECONDS * 0.4 for tick in range(100))
    found = FileChoices(tmp_path, clock=lambda: next(now)).complete(0, 1, "")
    assert found is not None
    assert len(found.items) == 2


@settings(deadline=None)
@given(st.text(alphabet='@/"\\ .~ab\n`*[', max_size=12), st.data())
def test_any_text_has_an_answer_within_it(text: str, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(0, len(text)))
    files = FileChoices(Path(__file__).parent)
    typed = files.typed(text, cursor)
    if typed is not None:
        start, end, name = typed
        assert 0 <= start < cursor <= end <= len(text)
        assert text[start] == "@"
        assert name in text
        found = files.complete(*typed)
        for item in found.items if found else ():
            assert sanitise(item.insert) == item.insert
