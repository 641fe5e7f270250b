"""Fetching a model: resumable, hashed, and under its name only when it is whole and right."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.fetch_model import FetchFailed
from app.job_text import size_text
from app.local_models.partial import Partial, held
from app.local_models.space import check_space
from storage.config_catalogue import CatalogueEntry

if TYPE_CHECKING:
    import httpx2

    from app.jobs import JobProgress

T = TypeVar("T")

_BLOCK = 2**18  # bytes written at once; a broken connection loses what is not written yet
_MAGIC = b"GGUF"
_CONNECT, _IDLE = 15.0, 30.0  # seconds
_CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)")


async def fetch(
    entry: CatalogueEntry, models: Path, progress: JobProgress, *, idle: float = _IDLE
) -> Path:
    """Fetch a model into the folder of models; does nothing when it is there and right.

    Cancelling at any time, a broken connection and a crash keep what came; the next fetch goes on
    there. Proxies of the environment are used. No key and no cookie is sent.

    Args:
        entry: what to fetch.
        models: the folder; must exist.
        progress: told how far it is.
        idle: seconds without a byte until the server counts as gone.

    Returns:
        The file.

    Raises:
        FetchFailed: says what happened, what is kept and what to do.
        NotEnoughSpace: it does not fit on the disk.
    """
    target = models / entry.file_name
    with held(target):
        partial = Partial(target, entry.url)
        progress.doing("checking what is here")
        if await finished(_is_right, target, entry.sha256):
            await finished(partial.discard)
            return target
        await finished(partial.open)
        if entry.bytes is not None and partial.size > entry.bytes:
            await finished(partial.discard)
        await finished(check_space, models, max(0, (entry.bytes or 0) - partial.size))
        if entry.bytes is None or partial.size < entry.bytes:
            progress.doing("")
            progress.at(partial.size, entry.bytes)
            await _Download(entry, partial, progress, idle).run()
        progress.doing("checking")
        if partial.sha256() != entry.sha256:
            await finished(partial.discard)
            raise FetchFailed(
                f"what {_host(entry.url)} sent as {entry.name} has the wrong hash: it is damaged or"
                " another file. It was deleted, nothing in use has changed; try again later"
            )
        await finished(partial.finish)
    return target


class _Download:
    """One request, or a second one where the first cannot go on."""

    def __init__(
        self, entry: CatalogueEntry, partial: Partial, progress: JobProgress, idle: float
    ) -> None:
        self._entry = entry
        self._partial = partial
        self._progress = progress
        self._idle = idle
        self._total: int | None = entry.bytes

    @property
    def _kept(self) -> str:
        size = self._partial.size
        return "; what came so far is kept, and fetching again goes on there" if size else ""

    async def run(self) -> None:
        """Fetch what is missing."""
        # Importing the library and reading certificates takes longer than a frame.
        client = await asyncio.to_thread(_client, self._idle)
        import httpx2

        host = _host(self._entry.url)
        async with client:
            try:
                if not await self._request(client):
                    await asyncio.to_thread(self._partial.discard)
                    await self._request(client)
            except httpx2.TimeoutException as error:
                raise FetchFailed(f"{host} did not answer in time{self._kept}") from error
            except (httpx2.ConnectError, httpx2.ProxyError) as error:
                raise FetchFailed(
                    f"{host} cannot be reached ({error}); fetching needs the network: check it"
                    f" (and HTTPS_PROXY, if you use one), then try again{self._kept}"
                ) from error
            except (httpx2.TooManyRedirects, httpx2.UnsupportedProtocol, httpx2.InvalidURL) as bad:
                raise FetchFailed(
                    f"{host} sends telex on to an address it does not follow ({bad})"
                ) from bad
            except httpx2.TransportError as error:
                raise FetchFailed(
                    f"the connection to {host} broke at {size_text(self._partial.size)}"
                    f" ({type(error).__name__}){self._kept}"
                ) from error

    async def _request(self, client: httpx2.AsyncClient) -> bool:
        """Ask for what is missing; False when only the whole file can be had."""
        partial = self._partial
        headers = {"accept-encoding": "identity"}
        if partial.size:
            headers["range"] = f"bytes={partial.size}-"
            if partial.etag:
                headers["if-range"] = partial.etag
        async with client.stream("GET", self._entry.url, headers=headers) as response:
            match response.status_code:
                case 206 if partial.size:
                    start, total = _content_range(response)
                    if start != partial.size:
                        return False
                    self._expect(total)
                case 200:
                    length = response.headers.get("content-length", "")
                    self._expect(int(length) if length.isdecimal() else None)
                    etag = response.headers.get("etag", "")
                    await finished(partial.begin, etag)
                    missing = self._total or 0
                    await finished(check_space, partial.target.parent, missing)
                case 416 if partial.size:
                    # Nothing is missing, or the file is another one now.
                    return _content_range(response)[1] == partial.size
                case status:
                    raise FetchFailed(f"{_refusal(status, self._entry)}{self._kept}")
            await self._take(response)
        return True

    def _expect(self, total: int | None) -> None:
        if self._entry.bytes is not None and total not in (None, self._entry.bytes):
            raise FetchFailed(
                f"{_host(self._entry.url)} has {size_text(total or 0)} under this address instead"
                f" of {size_text(self._entry.bytes)}: it is another file. Nothing was fetched"
            )
        self._total = total if total is not None else self._total

    async def _take(self, response: httpx2.Response) -> None:
        partial = self._partial
        self._progress.at(partial.size, self._total)
        async for block in response.aiter_raw(_BLOCK):
            if partial.size == 0 and not block.startswith(_MAGIC):
                await finished(partial.discard)
                raise FetchFailed(
                    f"{_host(self._entry.url)} sent something that is no GGUF file (a page to log"
                    " in to the network, perhaps); nothing was kept"
                )
            if self._total is not None and partial.size + len(block) > self._total:
                await finished(partial.discard)
                raise FetchFailed(
                    f"{_host(self._entry.url)} sent more than it announced; nothing was kept"
                )
            await finished(partial.add, block)
            self._progress.at(partial.size, self._total)
        if self._total is not None and partial.size < self._total:
            raise FetchFailed(
                f"{_host(self._entry.url)} ended at {size_text(partial.size)} of"
                f" {size_text(self._total)}{self._kept}"
            )


async def finished(work: Callable[..., T], *given: object) -> T:
    """Run ``work`` in a thread and see it through, also when cancelled meanwhile.

    A thread cannot be stopped: who goes on before it has ended would share its file with it.
    """
    running = asyncio.ensure_future(asyncio.to_thread(work, *given))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.gather(running, return_exceptions=True)
        raise


def _client(idle: float) -> httpx2.AsyncClient:
    import httpx2

    try:
        return httpx2.AsyncClient(
            timeout=httpx2.Timeout(idle, connect=_CONNECT),
            follow_redirects=True,
            headers={"user-agent": "telex"},
        )
    except (ImportError, ValueError, httpx2.InvalidURL) as error:
        raise FetchFailed(
            f"the proxy of the environment cannot be used ({error}); check HTTPS_PROXY, HTTP_PROXY"
            " and ALL_PROXY"
        ) from error


def _is_right(path: Path, sha256: str) -> bool:
    import hashlib

    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return False
    except OSError as error:
        raise FetchFailed(f"{path} cannot be read: {error.strerror or error}") from error


def _content_range(response: httpx2.Response) -> tuple[int | None, int | None]:
    found = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", "").strip())
    if found is None:
        return None, None
    start, total = found.groups()
    return (int(start) if start else None), (int(total) if total.isdecimal() else None)


def _refusal(status: int, entry: CatalogueEntry) -> str:
    host = _host(entry.url)
    if status in {404, 410}:
        return f"{host} has no such file any more ({entry.url}); pick another model"
    if status in {401, 403}:
        return f"{host} does not hand {entry.name} out without a login ({status})"
    if status == 429 or status >= 500:
        return f"{host} cannot serve it now ({status}); try again later"
    return f"{host} refused ({status})"


def _host(url: str) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url).hostname or url
