"""Fetching a model as long work that is seen and can be stopped."""

from __future__ import annotations

import asyncio
import subprocess
import threading
from pathlib import Path

from app.fetch_model import fetch_model
from app.job_text import size_text
from app.jobs import Job, JobProgress, Jobs, JobState
from app.local_models.catalogue import BUILT_IN_BYTES, BUILT_IN_ID, BUILT_IN_NAME
from app.local_models.download import fetch
from storage.config_catalogue import CatalogueEntry
from storage.paths import Paths

_NEXT = "to use it: Local models, in the palette"


def job_key(model_id: str) -> str:
    """Return what the fetch of this model is found by."""
    return f"fetch {model_id}"


def end_of_fetch(job: Job) -> str:
    """Return what the list of models says when ``job`` has ended."""
    match job.state:
        case JobState.FAILED:
            return f"{job.title}: {job.words}"
        case JobState.CANCELLED:
            return f"{job.title}: cancelled. What came so far is kept; enter goes on there."
        case _:
            return f"{job.title} is here. Pick it above: enter uses it."


def start_fetch(jobs: Jobs, entry: CatalogueEntry, paths: Paths) -> Job:
    """Begin to fetch a model, or return the fetch that is under way already."""

    async def work(progress: JobProgress) -> None:
        folder = await asyncio.to_thread(paths.ensure_models)
        path = await fetch(entry, folder, progress)
        size = await asyncio.to_thread(path.stat)
        progress.result(f"fetched, {size_text(size.st_size)}; {_NEXT}")

    key = job_key(entry.id)
    return jobs.find(key) or jobs.start(entry.name, work, key=key)


def start_built_in(jobs: Jobs, paths: Paths) -> Job:
    """Begin to fetch the built-in model, or return the fetch that is under way already."""

    async def work(progress: JobProgress) -> None:
        stop = threading.Event()
        # The package client tells nobody how far it is.
        progress.doing(f"{size_text(BUILT_IN_BYTES)} through the package client")
        folder = await asyncio.to_thread(paths.ensure_models)
        running = asyncio.ensure_future(asyncio.to_thread(_fetch_quietly, folder, stop))
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.gather(running, return_exceptions=True)
            raise
        progress.result("is here and answers when nothing else can")

    key = job_key(BUILT_IN_ID)
    return jobs.find(key) or jobs.start(BUILT_IN_NAME, work, key=key)


def _fetch_quietly(folder: Path, stop: threading.Event) -> None:
    fetch_model(folder, output=subprocess.DEVNULL, stop=stop)
