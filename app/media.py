"""What a file is, by its content: a name can say anything."""

from __future__ import annotations

import codecs
import mimetypes
from dataclasses import dataclass

from providers.messages import AttachmentKind

HEAD = 512
"""Bytes that decide; every signature is within the first twelve."""

_BOMS = (
    # UTF-32 first: its little-endian mark begins like that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Media:
    """A format other than text."""

    kind: AttachmentKind
    media_type: str


@dataclass(frozen=True, slots=True)
class _Signature:
    """Bytes a format begins with.

    Args:
        prefix: the first bytes.
        media: the format.
        inner: more bytes, from ``at`` on; empty where the prefix decides.
    """

    prefix: bytes
    media: Media
    inner: bytes = b""
    at: int = 8


# Source: WHATWG, "MIME Sniffing", sections 6.1 (images) and 6.2 (audio); for FLAC RFC 9639,
# section 6; for M4A ISO/IEC 14496-12, the file type box.
_SIGNATURES = (
    _Signature(b"\x89PNG\r\n\x1a\n", Media(AttachmentKind.IMAGE, "image/png")),
    _Signature(b"\xff\xd8\xff", Media(AttachmentKind.IMAGE, "image/jpeg")),
    _Signature(b"GIF87a", Media(AttachmentKind.IMAGE, "image/gif")),
    _Signature(b"GIF89a", Media(AttachmentKind.IMAGE, "image/gif")),
    _Signature(b"RIFF", Media(AttachmentKind.IMAGE, "image/webp"), b"WEBP"),
    _Signature(b"RIFF", Media(AttachmentKind.AUDIO, "audio/wav"), b"WAVE"),
    _Signature(b"ID3", Media(AttachmentKind.AUDIO, "audio/mpeg")),
    _Signature(b"OggS\x00", Media(AttachmentKind.AUDIO, "audio/ogg")),
    _Signature(b"fLaC", Media(AttachmentKind.AUDIO, "audio/flac")),
)
_M4A_BRANDS = (b"M4A ", b"M4B ", b"mp42", b"isom")
# A bare MPEG frame: eleven set bits, then a version (not 01) and layer III with or without CRC.
_MP3_SECOND = frozenset((0xFA, 0xFB, 0xF2, 0xF3, 0xE2, 0xE3))


def media_of(head: bytes, name: str) -> Media | None:
    """Return the image or audio format of what begins with ``head``; None for anything else.

    Args:
        head: the first bytes.
        name: the file's name: an MP4 container is taken for sound only where it is called so.
    """
    for signature in _SIGNATURES:
        if head.startswith(signature.prefix) and head[signature.at :].startswith(signature.inner):
            return signature.media
    if head[4:8] == b"ftyp" and (
        head[8:11] == b"M4A" or (head[8:12] in _M4A_BRANDS and name.lower().endswith(".m4a"))
    ):
        return Media(AttachmentKind.AUDIO, "audio/mp4")
    if _is_mp3_frame(head):
        return Media(AttachmentKind.AUDIO, "audio/mpeg")
    return None


def decode(content: bytes) -> str:
    """Return ``content`` as text.

    UTF-8, or whatever its byte order mark says; else Windows-1252, of which ISO 8859-1's printable
    characters are a part, if nothing but printable characters comes out.

    Raises:
        UnicodeError: it is no text.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _printable(content.decode(encoding))
    try:
        return _without_nul(content.decode())
    except UnicodeDecodeError:
        return _printable(content.decode("cp1252"))


def text_type(name: str) -> str:
    """Return the MIME type of a text file called ``name``: always one of ``text/``."""
    guessed, _ = mimetypes.guess_type(name)
    return guessed if guessed is not None and guessed.startswith("text/") else "text/plain"


def _is_mp3_frame(head: bytes) -> bool:
    if len(head) < 4 or head[0] != 0xFF or head[1] not in _MP3_SECOND:
        return False
    bit_rate, sample_rate = head[2] >> 4, head[2] >> 2 & 3
    return bit_rate not in (0, 15) and sample_rate != 3


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise UnicodeError("a NUL character")
    return text


def _printable(text: str) -> str:
    if not all(character.isprintable() or character.isspace() for character in text):
        raise UnicodeError("characters that cannot be printed")
    return text
