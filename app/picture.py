"""What is on the screen, as a picture in a file."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from app.refusals import CannotDo


async def save_picture(svg: str, folder: Path, now: datetime) -> Path:
    """Write ``svg`` into a new file and return that.

    Args:
        svg: the picture.
        folder: where the file goes.
        now: the moment, which names it.

    Raises:
        CannotDo: it cannot be written there.
    """
    path = folder / f"telex-{now:%Y%m%d-%H%M%S}.svg"
    try:
        await asyncio.to_thread(path.write_text, svg, encoding="utf-8")
    except OSError as error:
        raise CannotDo(
            f"{path} cannot be written: {error.strerror or error}; start telex in a folder of yours"
        ) from error
    return path
