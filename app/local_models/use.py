"""What changes in the configuration when a local model is used, and removing one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.fetch_model import FetchFailed
from app.local_models.partial import Partial, held
from providers.errors import TelexError

if TYPE_CHECKING:
    from app.local_models.discovery import FoundServer, ServedModel
    from app.local_models.shelf import Fetchable, Shelf, Shelved
    from storage.config_edit import ConfigEdit
    from storage.settings import Settings


class OddName(TelexError):
    """A file's name cannot be written into the configuration."""


class InUse(TelexError):
    """What was to be removed is in use."""


def use_file(model: Shelved, settings: Settings) -> list[ConfigEdit]:
    """Return the edits that make ``model`` the one that telex runs itself.

    Its chat template and stop words are in the file; only the window has to be said.

    Raises:
        OddName: the configuration, which is UTF-8 text, cannot hold the file's name.
    """
    from storage.config_edit import ConfigEdit

    built_in = model.path is None
    try:
        str(model.path).encode()
    except UnicodeEncodeError as error:
        raise OddName(f"{model.path} has a name that is no text; rename the file first") from error
    window = model.entry.context_tokens if model.entry else None
    values = {
        "model_path": None if built_in else str(model.path),
        "model": None if built_in else model.id,
        "context_tokens": None if built_in else window,
    }
    edits = [ConfigEdit(("providers", "local", key), value) for key, value in values.items()]
    return [*edits, *_enabled("local", settings)]


def use_server(server: FoundServer, model: ServedModel, settings: Settings) -> list[ConfigEdit]:
    """Return the edits that add a server on this machine as a provider. It costs nothing."""
    from storage.config_edit import ConfigEdit

    name = _free_name(server, settings)
    values = {
        "kind": "custom",
        "base_url": server.base_url,
        "model": model.name,
        "context_window": model.context_tokens,
        "price": {"input": 0, "output": 0},
    }
    edits = [ConfigEdit(("providers", name, key), value) for key, value in values.items()]
    return [*edits, *_enabled(name, settings)]


def _free_name(server: FoundServer, settings: Settings) -> str:
    """Return a name for a server that is nobody else's: what the person configured stays."""
    name, number = server.kind.value, 1
    while name in settings.providers and settings.providers[name].base_url != server.base_url:
        number += 1
        name = f"{server.kind.value}-{number}"
    return name


def take_away(what: Shelved | Fetchable, now: Shelf, models: Path) -> str:
    """Delete a file, or what is here of one; return what was done, in a sentence. Blocks.

    Args:
        what: the row that was picked.
        now: the shelf as it is now.
        models: the folder of models.

    Raises:
        InUse, FetchFailed: as from ``remove``.
    """
    from app.local_models.shelf import Shelved

    if not isinstance(what, Shelved):
        forget(models / what.entry.file_name)
        return f"What was here of {what.entry.name} is deleted."
    if any(model.path == what.path and model.in_use for model in now.here):
        raise InUse(f"{what.name} is in use by now; nothing was deleted")
    remove(what)
    return f"{what.name} is deleted."


def remove(model: Shelved) -> None:
    """Delete a fetched file. Blocks.

    Raises:
        InUse: it is in use, or not telex's to delete.
        FetchFailed: it is being fetched, or cannot be deleted.
    """
    if model.path is None or not model.removable:
        raise InUse(f"{model.name} stays: only what lies in telex's own folder can be removed")
    if model.in_use:
        raise InUse(f"{model.name} is in use; use another model first, then remove it")
    forget(model.path)


def forget(path: Path) -> None:
    """Delete a model's file and what an interrupted fetch left of it. Blocks.

    Raises:
        FetchFailed: it is being fetched, or cannot be deleted.
    """
    with held(path):
        try:
            path.unlink(missing_ok=True)
            Partial(path, "").discard()
        except OSError as error:
            raise FetchFailed(
                f"{path} cannot be deleted: {error.strerror or error};"
                " close what has it open and try again"
            ) from error


def _enabled(name: str, settings: Settings) -> Sequence[ConfigEdit]:
    from storage.config_edit import ConfigEdit

    # Who picks it wants it to answer.
    return [ConfigEdit(("providers", name, "enabled"), None)] if name in settings.disabled else []
