"""Files that go along with a message, read from a real folder."""

from __future__ import annotations

import codecs
import os
import socket
from pathlib import Path

import pytest

from app.attachment_files import MEDIA_BYTES, TEXT_BYTES
from app.attachment_folders import LeftOut
from app.attachments import (
    TOTAL_BYTES,
    Attached,
    as_message,
    describe,
)
from providers.learning.estimate import estimate_text
from providers.messages import Attachment, AttachmentKind
from tests.app.attaching import PNG, names, read, refusal
from tests.unprivileged import open_folder, unprivileged


def test_a_text_file(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Notes\nhello")
    attached = read(tmp_path, "look at @notes.md")
    assert attached.attachments == (
        Attachment(AttachmentKind.FILE, "text/markdown", b"# Notes\nhello", "notes.md"),
    )
    assert attached.estimated_tokens == estimate_text("# Notes\nhello")


def test_no_reference_attaches_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "ask @someone or ada@example.org") == Attached()


def test_each_file_once_in_the_order_of_the_text(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(name)
    assert names(read(tmp_path, "@b.md @a.md @./b.md")) == ["b.md", "a.md"]


def test_home_and_absolute_and_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    monkeypatch.setenv("HOME", str(home))
    (home / "x.txt").write_text("x")
    (here / "two words.md").write_text("y")
    text = f'@~/x.txt @"two words.md" @{here}/../here/two*.md'
    assert names(read(here, text)) == ["~/x.txt", "two words.md"]
    assert "home folder" in refusal(here, "@~nobody-of-that-name/x.md")


@pytest.mark.parametrize(
    ("content", "kind", "media_type"),
    [
        (PNG, AttachmentKind.IMAGE, "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(20), AttachmentKind.IMAGE, "image/jpeg"),
        (b"GIF89a" + bytes(20), AttachmentKind.IMAGE, "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", AttachmentKind.IMAGE, "image/webp"),
        (b"RIFF\x10\0\0\0WAVEfmt ", AttachmentKind.AUDIO, "audio/wav"),
        (b"ID3\x04" + bytes(20), AttachmentKind.AUDIO, "audio/mpeg"),
        (b"\xff\xfb\x90\x44" + bytes(20), AttachmentKind.AUDIO, "audio/mpeg"),
        (b"OggS\0\x02" + bytes(20), AttachmentKind.AUDIO, "audio/ogg"),
        (b"fLaC\0\0\0\x22" + bytes(20), AttachmentKind.AUDIO, "audio/flac"),
        (b"\0\0\0\x20ftypM4A " + bytes(20), AttachmentKind.AUDIO, "audio/mp4"),
    ],
)
def test_images_and_sounds_are_known_by_their_content(
    tmp_path: Path, content: bytes, kind: AttachmentKind, media_type: str
) -> None:
    (tmp_path / "wrongly-named.txt").write_bytes(content)
    [attachment] = read(tmp_path, "@wrongly-named.txt").attachments
    assert (attachment.kind, attachment.media_type) == (kind, media_type)
    assert attachment.data == content


def test_a_name_alone_makes_no_image(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("only words")
    [attachment] = read(tmp_path, "@a.png").attachments
    assert attachment.kind is AttachmentKind.FILE
    assert attachment.media_type == "text/plain"


@pytest.mark.parametrize(
    "content",
    [
        "naïve 日本 🙂\n".encode(),
        codecs.BOM_UTF8 + "naïve 日本 🙂\n".encode(),
        "naïve 日本 🙂\n".encode("utf-16"),
        codecs.BOM_UTF16_BE + "naïve 日本 🙂\n".encode("utf-16-be"),
        "naïve 日本 🙂\n".encode("utf-32"),
    ],
)
def test_encodings_with_a_mark(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    [attachment] = read(tmp_path, "@a.txt").attachments
    assert attachment.data.decode() == "naïve 日本 🙂\n"


def test_latin_text_is_read_and_binaries_are_not(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Größe “quoted” 5 €".encode("cp1252"))
    [attachment] = read(tmp_path, "@a.txt").attachments
    assert attachment.data.decode() == "Größe “quoted” 5 €"
    for content in (
        b"\x7fELF\x02\x01\0\0",
        bytes(range(256)),
        b"text\0with a NUL",
        b"\xe9\x81\x03",
    ):
        (tmp_path / "app.bin").write_bytes(content)
        assert "@app.bin is no text, image or audio" in refusal(tmp_path, "@app.bin")


def test_an_empty_file_is_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    assert [attachment.data for attachment in read(tmp_path, "@a.txt").attachments] == [b""]


def test_what_does_not_exist_is_named_with_a_way_out(tmp_path: Path) -> None:
    message = refusal(tmp_path, "see @src/missing.py")
    assert "@src/missing.py does not exist" in message
    assert "backticks" in message
    assert read(tmp_path, "see `@src/missing.py`") == Attached()


def test_a_text_that_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("x" * (TEXT_BYTES + 1))
    assert "@a.log has 400 KB, a text file may have 400 KB" in refusal(tmp_path, "@a.log")
    (tmp_path / "a.log").write_text("x" * TEXT_BYTES)
    assert names(read(tmp_path, "@a.log")) == ["a.log"]


def test_a_huge_sparse_file_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    huge = tmp_path / "huge.log"
    with huge.open("wb") as file:
        file.truncate(1_000_000_000_000)

    def refuse(*_: object) -> None:
        raise AssertionError("opened")

    monkeypatch.setattr(Path, "open", refuse)
    message = refusal(tmp_path, "@huge.log")
    assert "@huge.log has 1 TB" in message
    assert "10 MB" in message


def test_an_image_may_be_larger_than_a_text_but_not_too_large(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG + bytes(TEXT_BYTES))
    assert names(read(tmp_path, "@a.png")) == ["a.png"]
    (tmp_path / "a.png").write_bytes(PNG + bytes(MEDIA_BYTES))
    assert "@a.png has 10 MB" in refusal(tmp_path, "@a.png")


def test_all_together_have_a_limit(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.png").write_bytes(PNG + bytes(TOTAL_BYTES // 2 - 1_000))
    message = refusal(tmp_path, "@a.png @b.png @c.png")
    assert "@c.png" in message
    assert "20 MB" in message


def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "@pipe.txt is a pipe" in refusal(tmp_path, "@pipe.txt")
    assert "a device" in refusal(tmp_path, "@/dev/zero")
    (tmp_path / "a.md").write_text("a")
    attached = read(tmp_path, "@./")
    assert names(attached) == ["a.md"]
    assert attached.left_out == {LeftOut.BINARY: 1}


def test_a_socket_is_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the address of a socket has a short limit
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s.txt")
        assert "@s.txt is a socket" in refusal(tmp_path, "@s.txt")


def test_links_that_lead_to_themselves(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to("b.md")
    (tmp_path / "b.md").symlink_to("a.md")
    assert "@a.md is a link that leads back to itself" in refusal(tmp_path, "@a.md")


def test_a_link_that_is_named_is_followed_but_none_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("s")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.txt").symlink_to("../secret.txt")
    (folder / "loop").symlink_to(".")
    (folder / "a.md").write_text("a")
    assert names(read(folder, "@link.txt")) == ["link.txt"]
    attached = read(tmp_path, "@folder/")
    assert names(attached) == ["folder/a.md"]
    assert attached.left_out == {LeftOut.LINK: 2}


def test_an_unreadable_file() -> None:
    with open_folder() as folder:
        file = folder / "locked.md"
        file.write_text("secret")
        file.chmod(0)
        with unprivileged():
            assert "@locked.md cannot be read: Permission denied" in refusal(folder, "@locked.md")


def test_a_hostile_name_is_inert(tmp_path: Path) -> None:
    name = "a\x1b]0;owned\x07[red]\u202e\nb.md"
    (tmp_path / name).write_text("x")
    attached = read(tmp_path, "@./")
    [attachment] = attached.attachments
    for line in (attachment.name, describe(attachment), as_message("", [attachment])[0]):
        assert not set("\x1b\x07\u202e").intersection(line)
    assert "\n" not in describe(attachment)
    (tmp_path / name).write_bytes(b"\0")
    assert "\x1b" not in refusal(tmp_path, f'@"{name[:3]}*"')
