"""Everything the checks look at, as far as it can be had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.local_models.discovery import PORTS, ServerKind
from providers.config import Timeouts
from storage.config_file import load_settings
from storage.errors import ConfigFileError
from storage.keys import KeyStore
from storage.paths import Paths
from storage.settings import Settings

_PATIENCE = Timeouts(connect=3.0, first_token=6.0, idle=6.0, total=8.0, plain=6.0)


@dataclass(frozen=True, slots=True)
class Patient:
    """A telex as it is here.

    Args:
        environment: places, keys, terminal and proxies.
        paths: where its files are.
        settings: the configuration, the defaults where it cannot be used.
        config_problem: why it cannot be used, None where it can.
        keys: where keys come from.
        timeouts: patience with a provider.
        ports: where other programs' model servers are looked for.
        size: of the terminal, columns and lines; None where there is none.
    """

    environment: Mapping[str, str]
    paths: Paths
    settings: Settings
    config_problem: ConfigFileError | None
    keys: KeyStore
    timeouts: Timeouts = _PATIENCE
    ports: Mapping[ServerKind, int] = field(default_factory=lambda: PORTS)
    size: tuple[int, int] | None = None

    def short(self, path: Path | str) -> str:
        """Return ``path`` with ``~`` for the home folder: reports are shown to others."""
        return shorten(str(path), self.environment)


def shorten(text: str, environment: Mapping[str, str]) -> str:
    """Return ``text`` with ``~`` wherever the home folder stands in it."""
    home = environment.get("HOME") or str(Path("~").expanduser())
    return text.replace(home.rstrip("/"), "~") if len(home) > 1 else text


def admit(
    environment: Mapping[str, str],
    *,
    size: tuple[int, int] | None = None,
    keys: KeyStore | None = None,
) -> Patient:
    """Return what there is. Reads the configuration; neither makes nor changes anything.

    Args:
        environment: such as ``os.environ``.
        size: of the terminal.
        keys: a key store to use instead of this system's.
    """
    paths = Paths.from_environment(environment)
    broken: ConfigFileError | None = None
    settings = Settings()
    try:
        settings = load_settings(paths.config_file)
    except ConfigFileError as error:
        broken = error
    store = keys or KeyStore(settings.providers.values(), environment)
    return Patient(environment, paths, settings, broken, store, size=size)
