"""``telex models``: local models listed, fetched, used, removed, and servers found."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from typing import TYPE_CHECKING

from app.exit_codes import EXIT_ANSWERED, EXIT_FAILED
from app.fetch_model import FetchFailed, fetch_model
from app.job_text import size_text
from app.local_models.catalogue import BUILT_IN_ID, UnknownModel, catalogue, find_entry
from app.local_models.shelf import Shelf, Shelved, shelf_of
from providers.local_model import LocalModelUnavailable, find_model
from providers.sanitise import sanitise, sanitise_line
from storage.config_file import load_settings
from storage.paths import Paths

if TYPE_CHECKING:
    from app.local_models.discovery import FoundServer, ServedModel
    from storage.config_edit import ConfigEdit
    from storage.settings import Settings


def models(arguments: argparse.Namespace) -> int:
    """Run ``telex models ACTION``; returns the exit code.

    Raises:
        TelexError: an unknown model, a configuration or a data folder that cannot be used.
    """
    match arguments.action:
        case "list":
            return _list(arguments)
        case "use":
            return _use(arguments.model)
        case "remove":
            return _remove(arguments.model)
        case "find":
            return _find(arguments)
        case _ if arguments.model in (None, BUILT_IN_ID):
            return _fetch_built_in()
        case _:
            return _fetch(arguments.model)


def _fetch_built_in() -> int:
    """Fetch the built-in model; does nothing when it is here and sound."""
    folder = Paths.from_environment().ensure_models()
    try:
        path = find_model(models_dir=folder)
    except LocalModelUnavailable:
        _say("fetching the built-in model (93 MB) ...")
        try:
            path = fetch_model(folder)
        except (FetchFailed, LocalModelUnavailable) as error:
            _say(str(error))
            return EXIT_FAILED
    sys.stdout.write(f"{path}\n")
    return EXIT_ANSWERED


def _fetch(model: str) -> int:
    from app.jobs import Job, Jobs, JobState
    from app.local_models.work import start_fetch
    from app.model_progress import ProgressLine

    paths = Paths.from_environment()
    entry = find_entry(catalogue(load_settings(paths.config_file), os.environ), model)

    async def fetched() -> Job:
        jobs = Jobs()
        with ProgressLine(sys.stderr, jobs):
            job = start_fetch(jobs, entry, paths)
            try:
                await job.ended()
            finally:
                await jobs.aclose()
        return job

    size = f" ({size_text(entry.bytes)})" if entry.bytes else ""
    _say(f"fetching {entry.name}{size} from {entry.url}")
    job = asyncio.run(fetched())
    if job.state is not JobState.DONE:
        _say(job.words)
        return EXIT_FAILED
    sys.stdout.write(f"{paths.models / entry.file_name}\n")
    _say(f"use it with: telex models use {entry.id}")
    return EXIT_ANSWERED


def _list(arguments: argparse.Namespace) -> int:
    shelf, _ = _shelf()
    if arguments.json:
        sys.stdout.write(json.dumps(_as_json(shelf), ensure_ascii=False, indent=2) + "\n")
        return EXIT_ANSWERED
    for model in shelf.here:
        missing = shelf.built_in_missing if model.path is None else not model.bytes
        state = "missing" if missing else "in use" if model.in_use else "here"
        _row(model.id, size_text(model.bytes), state, str(model.path or "built in"))
    for item in shelf.fetchable:
        size = size_text(item.entry.bytes) if item.entry.bytes else "?"
        part = f" ({size_text(item.partial)} of it are here)" if item.partial else ""
        _row(item.entry.id, size, "can be fetched", item.entry.good_for + part)
    return EXIT_ANSWERED


def _use(wanted: str) -> int:
    from app.local_models.use import use_file, use_server

    if "/" in wanted:
        server, model = _served(wanted)
        _, settings = _shelf()
        _apply(use_server(server, model, settings))
        _say(f"{model.name} is the provider {server.kind.value} now, at no cost")
        return EXIT_ANSWERED
    shelf, settings = _shelf()
    chosen = shelf.find(wanted)
    _apply(use_file(chosen, settings))
    _say(
        f"{chosen.name} is the local model now; it answers when no other provider can,"
        " and with --provider local"
    )
    return EXIT_ANSWERED


def _remove(wanted: str) -> int:
    from app.local_models.use import InUse, forget, remove

    shelf, _ = _shelf()
    try:
        part = next((item for item in shelf.fetchable if item.entry.id == wanted), None)
        if part is not None and part.partial:
            forget(Paths.from_environment().models / part.entry.file_name)
        else:
            remove(shelf.find(wanted))
    except (FetchFailed, InUse) as error:
        _say(str(error))
        return EXIT_FAILED
    _say(f"{wanted} is removed")
    return EXIT_ANSWERED


def _find(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from app.local_models.discovery import discover

    servers = asyncio.run(discover(os.environ))
    if arguments.json:
        found = [asdict(server) | {"base_url": server.base_url} for server in servers]
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    for server in servers if not arguments.json else ():
        for model in server.models:
            size = size_text(model.bytes) if model.bytes else ""
            _row(f"{server.kind.value}/{model.name}", size, server.kind.label, server.address)
        if not server.models:
            what = "wants a key" if server.wants_key else "offers no model"
            _row(server.kind.value, "", what, server.address)
    if not servers:
        _say("no server found on this machine: start Ollama, LM Studio or llama.cpp")
        return EXIT_FAILED
    return EXIT_ANSWERED


def _served(wanted: str) -> tuple[FoundServer, ServedModel]:
    from app.local_models.discovery import discover

    for server in asyncio.run(discover(os.environ)):
        for model in server.models:
            if f"{server.kind.value}/{model.name}" == wanted:
                return server, model
    raise UnknownModel(
        f"no server on this machine offers {wanted!r}; telex models find lists what there is"
    )


def _shelf() -> tuple[Shelf, Settings]:
    paths = Paths.from_environment()
    settings = load_settings(paths.config_file)
    return shelf_of(settings, paths.models, os.environ), settings


def _apply(edits: list[ConfigEdit]) -> None:
    from storage.config_edit import edit_config

    edit_config(Paths.from_environment().config_file, edits)


def _as_json(shelf: Shelf) -> dict[str, object]:
    return {
        "here": [_here(model) for model in shelf.here],
        "built_in_missing": shelf.built_in_missing,
        "fetchable": [
            {
                "id": item.entry.id,
                "name": item.entry.name,
                "bytes": item.entry.bytes,
                "bytes_here": item.partial,
                "licence": item.entry.licence or None,
                "memory_bytes": item.entry.memory,
                "context_tokens": item.entry.context_tokens,
                "url": item.entry.url,
                "sha256": item.entry.sha256,
            }
            for item in shelf.fetchable
        ],
        "free_bytes": shelf.free,
    }


def _here(model: Shelved) -> dict[str, object]:
    return {
        "id": model.id,
        "name": model.name,
        "path": str(model.path) if model.path else None,
        "bytes": model.bytes,
        "in_use": model.in_use,
    }


def _row(name: str, size: str, state: str, words: str) -> None:
    line = f"{sanitise_line(name):<26} {size:>8}  {state:<15} {sanitise_line(words)}"
    sys.stdout.write(f"{line.rstrip()}\n")


def _say(words: str) -> None:
    sys.stderr.write(f"telex: {sanitise(words)}\n")
