"""What images and sound each API takes: types, sizes, how many.

Sources, as of November 2026:

- OpenAI: "Images and vision", image input requirements; the types of ``input_audio`` in the API
  reference of Chat Completions.
- Anthropic: "Vision", request limits: 100 images for a model with a window of 200,000 tokens (more
  for others), 10 MB for one image and 32 MB for all, both as base64.
- Google: "Image understanding" and "Audio understanding", supported formats; "Increased file size
  limits" (blog.google, January 2026): 100 MB inline, as base64.
- Groq: "Images and vision": 5 images, 4 MB for all as base64.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from providers.messages import Attachment, AttachmentKind
from providers.sanitise import sanitise_line

_MB = 1_000_000


def _encoded(megabytes: int) -> int:
    """Return the bytes that are that many binary megabytes as base64: four characters for three."""
    return megabytes * 2**20 * 3 // 4


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """What an API takes. Sizes in bytes, before base64; None where no limit is known.

    Args:
        image_types, audio_types: MIME types, as ``media_type`` gives them.
        images: how many in one request.
        image_bytes: of one image.
        total_bytes: of everything attached in one request.
    """

    image_types: Sequence[str]
    audio_types: Sequence[str] = ()
    images: int | None = None
    image_bytes: int | None = None
    total_bytes: int | None = None


_WEB_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_CHAT_AUDIO = ("audio/wav", "audio/mpeg")

LIMITS: Mapping[str, MediaLimits] = {
    "openai": MediaLimits(_WEB_IMAGES, _CHAT_AUDIO, images=1_500, total_bytes=_encoded(50)),
    "anthropic": MediaLimits(
        _WEB_IMAGES, images=100, image_bytes=_encoded(10), total_bytes=_encoded(32)
    ),
    "google": MediaLimits(
        ("image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"),
        ("audio/wav", "audio/mpeg", "audio/aiff", "audio/aac", "audio/ogg", "audio/flac"),
        images=3_600,
        total_bytes=_encoded(100),
    ),
    "groq": MediaLimits(_WEB_IMAGES, images=5, total_bytes=_encoded(4)),
    "custom": MediaLimits(_WEB_IMAGES, _CHAT_AUDIO),
    "local": MediaLimits(()),
}
"""By kind of provider."""

_SAME = {
    "image/jpg": "image/jpeg",
    "audio/mp3": "audio/mpeg",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/x-aiff": "audio/aiff",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
}
_WORDS = {"audio/mpeg": "MP3", "audio/mp4": "M4A", "image/webp": "WebP"}


def media_type(attachment: Attachment) -> str:
    """Return the MIME type, of several names of the same thing always the same one."""
    told = attachment.media_type.partition(";")[0].strip().lower()
    return _SAME.get(told, told)


def excess(limits: MediaLimits, attachments: Sequence[Attachment]) -> str | None:
    """Return in words why ``attachments`` cannot be sent, None when they can.

    Args:
        limits: of the API.
        attachments: everything in the conversation; only images and sounds count.
    """
    images = [each for each in attachments if each.kind is AttachmentKind.IMAGE]
    sounds = [each for each in attachments if each.kind is AttachmentKind.AUDIO]
    for group, types, noun in (
        (images, limits.image_types, "images"),
        (sounds, limits.audio_types, "audio"),
    ):
        for each in group:
            if media_type(each) not in types:
                wrong = f"{_name(each)} is {sanitise_line(media_type(each)) or 'of no known type'}"
                return f"takes {_listed(types)} {noun}, {wrong}"
    if limits.images is not None and len(images) > limits.images:
        return f"takes up to {limits.images:,} images, these are {len(images):,}"
    return _too_large(limits, images, sum(len(each.data) for each in (*images, *sounds)))


def _too_large(limits: MediaLimits, images: Sequence[Attachment], total: int) -> str | None:
    if (most := limits.image_bytes) is not None:
        for each in images:
            if (size := len(each.data)) > most:
                return f"takes images up to {_most(most)}, {_name(each)} has {_least(size)}"
    if (most := limits.total_bytes) is not None and total > most:
        return f"takes attachments up to {_most(most)} in all, these have {_least(total)}"
    return None


def _name(attachment: Attachment) -> str:
    return sanitise_line(attachment.name) or "one without a name"


def _listed(types: Iterable[str]) -> str:
    words = [_WORDS.get(each, each.partition("/")[2].upper()) for each in types]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _most(size: int) -> str:
    """Return a limit in megabytes, never rounded to more than it is."""
    return f"{floor(size / _MB * 10) / 10:g} MB"


def _least(size: int) -> str:
    """Return a size in megabytes, never rounded to less, so that it is not below its limit."""
    return f"{ceil(size / _MB * 10) / 10:g} MB"
