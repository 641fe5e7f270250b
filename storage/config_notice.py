"""How telex calls a person who is elsewhere, and how much it writes into its log."""

from __future__ import annotations

from enum import StrEnum

from storage.toml_table import TomlTable


class Notify(StrEnum):
    """What happens when an answer ends while another window is in front."""

    BELL = "bell"
    """The terminal's bell: most mark the window or tab with it."""
    DESKTOP = "desktop"
    """A message on the desktop, where the terminal passes one on; else the bell."""
    OFF = "off"


class LogLevel(StrEnum):
    """How much is written into the log file."""

    OFF = "off"
    INFO = "info"
    DEBUG = "debug"


def read_notify(top: TomlTable) -> Notify:
    """Return how to call; the bell where the file is silent.

    Raises:
        ConfigError: names the key and what is allowed.
    """
    return Notify(top.choice("notify", [each.value for each in Notify]) or Notify.BELL)


def read_log_level(top: TomlTable) -> LogLevel:
    """Return how much to log; ``info`` where the file is silent.

    Raises:
        ConfigError: names the key and what is allowed.
    """
    return LogLevel(top.choice("log", [each.value for each in LogLevel]) or LogLevel.INFO)
