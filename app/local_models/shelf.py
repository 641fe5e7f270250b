"""The model files on this machine, and what could be fetched besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.local_models.catalogue import (
    BUILT_IN_BYTES,
    BUILT_IN_ID,
    BUILT_IN_MEMORY,
    BUILT_IN_NAME,
    UnknownModel,
    catalogue,
)
from app.local_models.partial import partial_size
from app.local_models.space import free_bytes
from providers.config import LocalConfig
from providers.local_model import GGUF_NAME, LocalModelUnavailable, locate_model
from storage.config_catalogue import CatalogueEntry
from storage.settings import Settings
from storage.toml_table import expected_one_of


@dataclass(frozen=True, slots=True)
class Shelved:
    """A model file on this machine.

    Args:
        id: what it is called in commands.
        name: what people call it.
        path: the file; None is the built-in model, wherever its package put it.
        bytes: its size; 0 is a file that is not there.
        memory: bytes it takes while loaded, about; None is unknown.
        entry: what the catalogue says about it, None where it came from elsewhere.
        in_use: whether ``[providers.local]`` names it.
        removable: whether it lies in telex's own folder.
    """

    id: str
    name: str
    path: Path | None
    bytes: int
    memory: int | None
    entry: CatalogueEntry | None
    in_use: bool
    removable: bool


@dataclass(frozen=True, slots=True)
class Fetchable:
    """A model that can be fetched.

    Args:
        entry: what and from where.
        partial: bytes that are here already from an interrupted fetch.
    """

    entry: CatalogueEntry
    partial: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """All of it at one moment.

    Args:
        here: the built-in model first; then the others by name.
        fetchable: what is not here.
        built_in_missing: whether the built-in model has to be fetched first.
        free: bytes free where models go.
    """

    here: Sequence[Shelved]
    fetchable: Sequence[Fetchable]
    built_in_missing: bool
    free: int

    def find(self, wanted: str) -> Shelved:
        """Return the model on this machine that is called ``wanted``.

        Raises:
            UnknownModel: there is none; lists those there are.
        """
        for model in self.here:
            if model.id == wanted:
                return model
        if any(item.entry.id == wanted for item in self.fetchable):
            raise UnknownModel(f"{wanted} is not here yet: telex models fetch {wanted}")
        raise UnknownModel(f"the model {expected_one_of(wanted, [m.id for m in self.here])}")


def shelf_of(settings: Settings, models: Path, environment: Mapping[str, str]) -> Shelf:
    """Look at the disk with the settings there are now. Blocks; see ``read_shelf``."""
    local = settings.providers["local"]
    assert isinstance(local, LocalConfig)  # the name is taken by this kind
    return read_shelf(local, models, catalogue(settings, environment))


def read_shelf(local: LocalConfig, models: Path, entries: Sequence[CatalogueEntry]) -> Shelf:
    """Look at the disk. Blocks.

    Args:
        local: which file is in use.
        models: the folder of models; it need not exist.
        entries: the catalogue.
    """
    by_file = {entry.file_name: entry for entry in entries}
    used = Path(local.model_path).expanduser() if local.model_path else None
    built_in, missing = _built_in(models, in_use=used is None)
    here = [built_in]
    try:
        files = sorted(path for path in models.glob("*.gguf") if path.name != GGUF_NAME)
    except OSError:
        files = []  # a folder that cannot be read holds nothing for us
    here += [
        _shelved(path, by_file.get(path.name), in_use=used is not None and _same(path, used))
        for path in files
    ]
    if used is not None and not any(model.in_use for model in here):
        here.append(
            Shelved(used.stem, local.model or used.stem, used, _size(used), None, None, True, False)
        )
    names = {path.name for path in files}
    fetchable = [
        Fetchable(entry, partial_size(models / entry.file_name))
        for entry in entries
        if entry.file_name not in names
    ]
    return Shelf(here, fetchable, missing, free_bytes(models))


def _built_in(models: Path, *, in_use: bool) -> tuple[Shelved, bool]:
    try:
        size = _size(locate_model(None, models))
        missing = False
    except LocalModelUnavailable:
        size, missing = BUILT_IN_BYTES, True
    model = Shelved(
        BUILT_IN_ID, BUILT_IN_NAME, None, size, BUILT_IN_MEMORY, None, in_use, removable=False
    )
    return model, missing


def _shelved(path: Path, entry: CatalogueEntry | None, *, in_use: bool) -> Shelved:
    name = entry.name if entry else path.stem
    memory = entry.memory if entry else None
    return Shelved(path.stem, name, path, _size(path), memory, entry, in_use, removable=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
