"""``telex config``: where the configuration is, what it says, whether it is sound."""

from __future__ import annotations

import argparse
import sys

from app.exit_codes import EXIT_ANSWERED
from app.settings_text import describe
from storage.config_file import load_settings
from storage.paths import Paths


def config(arguments: argparse.Namespace) -> int:
    """Run ``telex config ACTION``; returns the exit code.

    Raises:
        ConfigFileError: names file, line, key and what is allowed.
    """
    path = Paths.from_environment().config_file
    if arguments.action == "path":
        sys.stdout.write(f"{path}\n")
        return EXIT_ANSWERED
    settings = load_settings(path)
    if arguments.action == "show":
        sys.stdout.write(describe(settings))
    elif path.exists():
        sys.stdout.write(f"{path} is fine\n")
    else:
        sys.stdout.write(f"{path} does not exist, which is fine: the defaults are in force\n")
    return EXIT_ANSWERED
