"""Where telex keeps its files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from storage.errors import PathsError

_APP = "telex"
_PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class Paths:
    """Every place telex reads or writes. Nothing is created until it is needed.

    Args:
        config_file: what the person edits; it need not exist.
        data_folder: everything telex itself writes.
    """

    config_file: Path
    data_folder: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Paths:
        """Return the places for this system.

        Args:
            environment: ``TELEX_CONFIG`` (a file) and ``TELEX_DATA_DIR`` (a folder) override the
                platform's places; empty counts as unset, ``~`` is the home folder.
        """
        config = environment.get("TELEX_CONFIG")
        data = environment.get("TELEX_DATA_DIR")
        return cls(
            config_file=_absolute(config) if config else _platform_config_file(),
            data_folder=_absolute(data) if data else _platform_data_folder(),
        )

    @property
    def database(self) -> Path:
        """The ledger."""
        return self.data_folder / "telex.db"

    @property
    def state_file(self) -> Path:
        """What the app remembers between runs."""
        return self.data_folder / "state.toml"

    @property
    def models(self) -> Path:
        """The folder of downloaded local models."""
        return self.data_folder / "models"

    @property
    def log_file(self) -> Path:
        """The app's own log."""
        return self.data_folder / "telex.log"

    def ensure_data_folder(self) -> Path:
        """Return the data folder, created for this user alone when there is none.

        Raises:
            PathsError: it cannot be created or written to.
        """
        return _ensure(self.data_folder, override="TELEX_DATA_DIR")

    def ensure_models(self) -> Path:
        """Return the models folder, created when there is none.

        Raises:
            PathsError: it cannot be created or written to.
        """
        self.ensure_data_folder()
        return _ensure(self.models, override="TELEX_DATA_DIR")


def _ensure(folder: Path, *, override: str) -> Path:
    try:
        # Missing parents get the usual permissions, as the platform's own tools would create them.
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=_PRIVATE, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise PathsError(
            f"the folder {folder} cannot be created: {reason};"
            f" set {override} to a folder you can write to"
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PathsError(
            f"the folder {folder} cannot be written to; change its permissions,"
            f" or set {override} to another one"
        )
    return folder


def _absolute(path: str) -> Path:
    # A home folder that cannot be found leaves the path as it was typed.
    return Path(os.path.expanduser(path)).absolute()  # noqa: PTH111  # Path's version raises


def _platform_config_file() -> Path:
    from platformdirs import user_config_path  # only when nothing overrides it

    return user_config_path(_APP, appauthor=False) / "config.toml"


def _platform_data_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path(_APP, appauthor=False)
