"""``telex models fetch``: the built-in model, downloaded once."""

from __future__ import annotations

import argparse
import sys

from app.exit_codes import EXIT_ANSWERED, EXIT_FAILED
from app.fetch_model import FetchFailed, fetch_model
from providers.local_model import LocalModelUnavailable, find_model
from storage.paths import Paths


def fetch(arguments: argparse.Namespace) -> int:  # noqa: ARG001  # every command takes them
    """Run ``telex models fetch``; does nothing when the model is here and sound.

    Returns:
        The exit code; 1 when it could not be fetched, with the reason on standard error.

    Raises:
        TelexError: the data folder cannot be used.
    """
    models = Paths.from_environment().ensure_models()
    try:
        path = find_model(models_dir=models)
    except LocalModelUnavailable:
        sys.stderr.write("telex: fetching the built-in model (93 MB) ...\n")
        try:
            path = fetch_model(models)
        except (FetchFailed, LocalModelUnavailable) as error:
            sys.stderr.write(f"telex: {error}\n")
            return EXIT_FAILED
    sys.stdout.write(f"{path}\n")
    return EXIT_ANSWERED
