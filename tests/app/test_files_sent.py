"""Files that are named in a message go along with it, and stay with it."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.app.house import House, ask, chat, ready, send, toasts, transcript_text, until
from widgets.attachment_line import AttachmentLine

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    here = tmp_path / "work"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


async def test_a_text_file_is_told_before_sent_shown_and_sent_again_later(
    house: House, folder: Path
) -> None:
    (folder / "notes.md").write_text("Rayleigh scattering.")
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        screen.composer.set_text("Summarise @notes.md")
        line = screen.query_one(AttachmentLine)
        await until(pilot, lambda: "notes.md · 20 B · ~" in str(line.render()))
        await pilot.press("enter")
        await until(pilot, lambda: bool(house.server.groq.chats))
        await until(pilot, lambda: not screen.busy)
        assert "notes.md · 20 B" in transcript_text(app)
        await until(pilot, lambda: not line.display)
        (folder / "notes.md").unlink()
        await ask(pilot, app, "And shorter?")
    first, second = (request.body["messages"] for request in house.server.groq.chats)
    assert first[0]["content"].startswith("Summarise @notes.md")
    assert "Rayleigh scattering." in first[0]["content"]
    assert second[0] == first[0], "what was attached stays with its message"
    again = house.app()
    async with again.run_test(size=(120, 40)) as pilot:
        await ready(pilot, again)
        await until(pilot, lambda: "notes.md · 20 B" in transcript_text(again))


async def test_an_image_goes_to_those_who_can_see(house: House, folder: Path) -> None:
    (folder / "dot.png").write_bytes(PNG)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await ask(pilot, app, "What is in @dot.png ?")
        assert "dot.png" in transcript_text(app)
    chats = [
        request
        for endpoint in (house.server.groq, house.server.google, house.server.openai)
        for request in endpoint.chats
    ]
    assert len(chats) == 1
    assert base64.b64encode(PNG).decode() in str(chats[0].body)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.md", None, "missing.md"),
        ("app.bin", bytes(range(256)) * 8, "app.bin"),
        ("[$x].md", b"\x00\x01\x02" * 100, "[$x].md"),
    ],
)
async def test_what_cannot_be_attached_is_refused_and_the_words_stay(
    house: House, folder: Path, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (folder / name).write_bytes(content)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await send(pilot, app, f"Read @{name} please")
        await until(pilot, lambda: words in toasts(app))
        assert not screen.busy
        assert screen.composer.text == f"Read @{name} please"
    assert not house.server.groq.chats


async def test_an_edited_question_takes_its_file_along(house: House, folder: Path) -> None:
    (folder / "notes.md").write_text("Rayleigh scattering.")
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await ready(pilot, app)
        await ask(pilot, app, "Summarise @notes.md")
        await pilot.press("f7", "e")
        await until(pilot, lambda: "@notes.md" in screen.composer.text)
        screen.composer.set_text("Translate @notes.md")
        await pilot.press("enter")
        await until(pilot, lambda: len(house.server.groq.chats) == 2)
        await until(pilot, lambda: not chat(app).busy)
    [message] = house.server.groq.chats[1].body["messages"]
    assert message["content"].startswith("Translate @notes.md")
    assert "Rayleigh" in message["content"]
