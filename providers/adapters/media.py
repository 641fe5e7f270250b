"""Images and sound, in the shapes the JSON APIs accept."""

from __future__ import annotations

from base64 import b64encode

from providers.media_limits import media_type
from providers.messages import Attachment


def base64(attachment: Attachment) -> str:
    """Return the bytes as text."""
    return b64encode(attachment.data).decode()


def data_url(image: Attachment) -> str:
    """Return an image as a URL that holds it."""
    return f"data:{media_type(image)};base64,{base64(image)}"


def audio_format(sound: Attachment) -> str:
    """Return Chat Completions' word for a sound's type: it takes ``wav`` and ``mp3``."""
    return "mp3" if media_type(sound) == "audio/mpeg" else "wav"
