"""An image, in the two shapes the JSON APIs accept."""

from __future__ import annotations

from base64 import b64encode

from providers.messages import Attachment


def base64(image: Attachment) -> str:
    """Return the image's bytes as text."""
    return b64encode(image.data).decode()


def data_url(image: Attachment) -> str:
    """Return the image as a URL that holds it."""
    return f"data:{image.media_type};base64,{base64(image)}"
