"""Fetching a model over a real connection that breaks, lies, stalls and sends one elsewhere."""

from __future__ import annotations

import asyncio
import errno
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.fetch_model import FetchFailed
from app.jobs import Job, JobProgress, Jobs, JobState, Unit
from app.local_models.download import fetch
from app.local_models.partial import BeingFetched, Partial, held, partial_size
from app.local_models.space import NotEnoughSpace
from storage.config_catalogue import CatalogueEntry
from tests.app.model_server import ModelServer, Served, model_server

CONTENT = b"GGUF" + random.Random(7).randbytes(900_000)
OTHER = b"GGUF" + random.Random(8).randbytes(900_000)
HALF = 512 * 1024


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


async def _fetched(entry: CatalogueEntry, folder: Path, **how: Any) -> tuple[Job, Path]:
    """Fetch it as the screens do; return the job when it has ended."""
    job = _begun(entry, folder, **how)
    await job.ended()
    await asyncio.sleep(0)
    return job, folder / entry.file_name


def _begun(entry: CatalogueEntry, folder: Path, jobs: Jobs | None = None, **how: Any) -> Job:
    async def work(progress: JobProgress) -> None:
        await fetch(entry, folder, progress, **how)

    return (jobs or Jobs()).start(entry.name, work)


async def test_a_whole_file(server: ModelServer, tmp_path: Path) -> None:
    job, path = await _fetched(server.entry(CONTENT), tmp_path)
    assert job.state is JobState.DONE
    assert path.read_bytes() == CONTENT
    assert _names(tmp_path) == ["tiny.gguf"]
    assert (job.done, job.total) == (len(CONTENT), len(CONTENT))
    _, headers = server.requests[0]
    assert not {"authorization", "cookie", "range"} & set(headers)


async def test_a_broken_connection_goes_on_where_it_broke(
    server: ModelServer, tmp_path: Path
) -> None:
    entry = server.entry(CONTENT)
    server.files["/tiny.gguf"].cut_after = HALF
    job, path = await _fetched(entry, tmp_path)
    assert job.state is JobState.FAILED
    assert "broke at" in job.words
    assert "what came so far is kept" in job.words
    kept = partial_size(path)
    assert 0 < kept <= HALF
    assert not path.exists()
    again, _ = await _fetched(entry, tmp_path)
    assert again.state is JobState.DONE
    assert path.read_bytes() == CONTENT
    assert server.asked("range") == [None, f"bytes={kept}-"]
    assert server.asked("if-range") == [None, '"tiny-1"']


async def test_cancelling_keeps_what_came(server: ModelServer, tmp_path: Path) -> None:
    entry = server.entry(CONTENT)
    file = server.files["/tiny.gguf"]
    file.hold_after = HALF
    jobs = Jobs()
    job = _begun(entry, tmp_path, jobs)
    written = asyncio.Event()
    jobs.observe(lambda: written.set() if job.done == HALF else None)
    await asyncio.wait_for(written.wait(), 10)
    job.cancel()
    await asyncio.wait_for(job.ended(), 2)  # at once, although the server sends nothing
    await asyncio.sleep(0)
    assert job.state is JobState.CANCELLED
    assert partial_size(tmp_path / entry.file_name) == HALF
    file.hold_after = None
    again, path = await _fetched(entry, tmp_path)
    assert again.state is JobState.DONE
    assert path.read_bytes() == CONTENT
    assert server.asked("range")[1] == f"bytes={HALF}-"


async def _interrupted(server: ModelServer, folder: Path, entry: CatalogueEntry) -> None:
    server.files["/tiny.gguf"].cut_after = HALF
    job, _ = await _fetched(entry, folder)
    assert job.state is JobState.FAILED
    assert partial_size(folder / entry.file_name)


async def test_a_server_that_knows_no_parts_starts_anew(
    server: ModelServer, tmp_path: Path
) -> None:
    entry = server.entry(CONTENT)
    await _interrupted(server, tmp_path, entry)
    server.files["/tiny.gguf"].ranges = False
    job, path = await _fetched(entry, tmp_path)
    assert job.state is JobState.DONE
    assert path.read_bytes() == CONTENT


async def test_a_part_that_is_another_one_starts_anew(server: ModelServer, tmp_path: Path) -> None:
    entry = server.entry(CONTENT)
    await _interrupted(server, tmp_path, entry)
    server.files["/tiny.gguf"].other_part = True
    job, path = await _fetched(entry, tmp_path)
    assert job.state is JobState.DONE
    assert path.read_bytes() == CONTENT


async def test_a_file_that_changed_starts_anew(server: ModelServer, tmp_path: Path) -> None:
    await _interrupted(server, tmp_path, server.entry(OTHER))
    entry = server.entry(CONTENT)
    server.files["/tiny.gguf"].etag = '"tiny-2"'
    job, path = await _fetched(entry, tmp_path)
    assert job.state is JobState.DONE
    assert path.read_bytes() == CONTENT


async def test_what_came_from_elsewhere_is_not_gone_on_with(
    server: ModelServer, tmp_path: Path
) -> None:
    await _interrupted(server, tmp_path, server.entry(CONTENT))
    elsewhere = server.entry(CONTENT, url=f"{server.url}/mirror.gguf")
    server.files["/mirror.gguf"] = Served(CONTENT)
    job, path = await _fetched(elsewhere, tmp_path)
    assert job.state is JobState.DONE
    assert path.read_bytes() == CONTENT
    assert server.asked("range")[1] is None


@pytest.mark.parametrize("size_known", [True, False])
async def test_a_part_that_is_all_of_it_is_only_checked(
    server: ModelServer, tmp_path: Path, size_known: bool
) -> None:
    entry = server.entry(CONTENT, bytes=len(CONTENT) if size_known else None)
    partial = Partial(tmp_path / entry.file_name, entry.url)
    partial.begin('"tiny-1"')
    partial.add(CONTENT)
    job, path = await _fetched(entry, tmp_path)
    assert job.state is JobState.DONE
    assert path.read_bytes() == CONTENT
    assert len(server.requests) == (0 if size_known else 1)


async def test_a_part_that_is_too_large_is_thrown_away(server: ModelServer, tmp_path: Path) -> None:
    entry = server.entry(CONTENT, bytes=None)
    partial = Partial(tmp_path / entry.file_name, entry.url)
    partial.begin("")
    partial.add(CONTENT + b"more")
    job, path = await _fetched(entry, tmp_path)
    assert job.state is JobState.DONE
    assert path.read_bytes() == CONTENT


async def test_a_wrong_hash_is_never_given_the_name(server: ModelServer, tmp_path: Path) -> None:
    entry = server.entry(CONTENT)
    server.files["/tiny.gguf"].content = OTHER
    job, path = await _fetched(entry, tmp_path)
    assert job.state is JobState.FAILED
    assert "wrong hash" in job.words
    assert _names(tmp_path) == []
    assert not path.exists()


async def test_a_damaged_file_is_replaced_only_by_a_right_one(
    server: ModelServer, tmp_path: Path
) -> None:
    entry = server.entry(CONTENT)
    path = tmp_path / entry.file_name
    path.write_bytes(b"GGUF, damaged")
    server.files["/tiny.gguf"].status = 503
    job, _ = await _fetched(entry, tmp_path)
    assert job.state is JobState.FAILED
    assert path.read_bytes() == b"GGUF, damaged"
    server.files["/tiny.gguf"].status = 200
    job, _ = await _fetched(entry, tmp_path)
    assert path.read_bytes() == CONTENT
    job, _ = await _fetched(entry, tmp_path)  # now there is nothing to do
    assert job.state is JobState.DONE
    assert len(server.requests) == 2


async def test_a_size_nobody_told(server: ModelServer, tmp_path: Path) -> None:
    entry = server.entry(CONTENT, bytes=None)
    server.files["/tiny.gguf"].length = False
    job, path = await _fetched(entry, tmp_path)
    assert (job.state, job.total) == (JobState.DONE, None)
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "no such file"), (403, "without a login"), (503, "try again later"), (418, "refused")],
)
async def test_a_server_that_refuses(
    server: ModelServer, tmp_path: Path, status: int, words: str
) -> None:
    entry = server.entry(CONTENT)
    server.files["/tiny.gguf"].status = status
    job, _ = await _fetched(entry, tmp_path)
    assert job.state is JobState.FAILED
    assert words in job.words
    assert _names(tmp_path) == []


async def test_a_redirect_is_followed(server: ModelServer, tmp_path: Path) -> None:
    entry = server.entry(CONTENT)
    server.files["/there.gguf"] = server.files["/tiny.gguf"]
    server.files["/tiny.gguf"] = Served(location="/there.gguf")
    job, path = await _fetched(entry, tmp_path)
    assert job.state is JobState.DONE
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize("location", ["file:///etc/passwd", "/tiny.gguf", "ftp://x/y", "http://["])
async def test_a_redirect_to_what_is_no_web_server_is_not(
    server: ModelServer, tmp_path: Path, location: str
) -> None:
    entry = server.entry(CONTENT)
    server.files["/tiny.gguf"].location = location
    job, _ = await _fetched(entry, tmp_path)
    assert job.state is JobState.FAILED
    assert "127.0.0.1" in job.words
    assert _names(tmp_path) == []


async def test_a_page_instead_of_a_model(server: ModelServer, tmp_path: Path) -> None:
    entry = server.entry(b"<html>Log in to the hotel's network</html>")
    job, _ = await _fetched(entry, tmp_path)
    assert job.state is JobState.FAILED
    assert "no GGUF file" in job.words
    assert _names(tmp_path) == []


async def test_another_size_than_promised_is_not_fetched(
    server: ModelServer, tmp_path: Path
) -> None:
    job, _ = await _fetched(server.entry(CONTENT, bytes=1_000), tmp_path)
    assert job.state is JobState.FAILED
    assert "another file" in job.words
    assert _names(tmp_path) == []


async def test_more_than_promised_is_not_kept(server: ModelServer, tmp_path: Path) -> None:
    entry = server.entry(CONTENT, bytes=700_000)
    server.files["/tiny.gguf"].length = False
    job, _ = await _fetched(entry, tmp_path)
    assert job.state is JobState.FAILED
    assert "more than it announced" in job.words
    assert _names(tmp_path) == []


async def test_space_is_checked_before_anything_is_asked(
    server: ModelServer, tmp_path: Path
) -> None:
    with pytest.raises(NotEnoughSpace, match=r"are needed and .* free in .*; make room"):
        await fetch(server.entry(CONTENT, bytes=10**18), tmp_path, _nobody())
    assert server.requests == []


async def test_space_is_checked_as_soon_as_the_size_is_told(
    server: ModelServer, tmp_path: Path
) -> None:
    entry = server.entry(CONTENT, bytes=None)
    file = server.files["/tiny.gguf"]
    file.length, file.headers = False, {"content-length": str(10**18)}
    with pytest.raises(NotEnoughSpace):
        await fetch(entry, tmp_path, _nobody())


def test_a_full_disk_says_so_and_what_is_kept(tmp_path: Path) -> None:
    partial = Partial(tmp_path / "tiny.gguf", "http://x")
    partial.begin("")
    partial.path.unlink()
    partial.path.symlink_to("/dev/full")  # a real device on which every write fails for space
    with pytest.raises(FetchFailed, match="the disk became full") as caught:
        partial.add(CONTENT)
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOSPC


async def test_a_server_that_falls_silent(server: ModelServer, tmp_path: Path) -> None:
    entry = server.entry(CONTENT)
    server.files["/tiny.gguf"].hold_after = HALF
    job, path = await _fetched(entry, tmp_path, idle=0.2)
    assert job.state is JobState.FAILED
    assert "did not answer in time; what came so far is kept" in job.words
    assert partial_size(path) == HALF


async def test_without_a_network(tmp_path: Path) -> None:
    with model_server() as gone:
        entry = gone.entry(CONTENT)
    job, _ = await _fetched(entry, tmp_path)
    assert job.state is JobState.FAILED
    assert "cannot be reached" in job.words
    assert "check it" in job.words


async def test_one_at_a_time(server: ModelServer, tmp_path: Path) -> None:
    entry = server.entry(CONTENT)
    with held(tmp_path / entry.file_name):
        with pytest.raises(BeingFetched):
            await fetch(entry, tmp_path, _nobody())
        other = server.entry(OTHER, name="other")
        await fetch(other, tmp_path, _nobody())
    await fetch(entry, tmp_path, _nobody())
    assert _names(tmp_path) == ["other.gguf", "tiny.gguf"]


async def test_a_proxy_of_the_environment_is_used(
    server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = server.entry(CONTENT, url="http://models.invalid/tiny.gguf")
    # A proxy is asked for the whole address.
    server.files["http://models.invalid/tiny.gguf"] = server.files["/tiny.gguf"]
    monkeypatch.setenv("HTTP_PROXY", server.url)
    job, path = await _fetched(entry, tmp_path)
    assert job.state is JobState.DONE
    assert path.read_bytes() == CONTENT


async def test_a_proxy_that_cannot_be_one(
    server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "gopher://here")
    job, _ = await _fetched(server.entry(CONTENT), tmp_path)
    assert job.state is JobState.FAILED
    assert "check HTTPS_PROXY" in job.words


async def test_a_folder_that_is_gone(server: ModelServer, tmp_path: Path) -> None:
    job, _ = await _fetched(server.entry(CONTENT), tmp_path / "nowhere")
    assert job.state is JobState.FAILED
    assert "cannot be written to" in job.words


def _names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def _nobody() -> JobProgress:
    return JobProgress(Job("", "", unit=Unit.BYTES, clock=lambda: 0.0), lambda: None)
