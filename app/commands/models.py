"""``telex models fetch``: the built-in model, downloaded once."""

from __future__ import annotations

import argparse
import sys

from app.cli import EXIT_ANSWERED
from app.fetch_model import fetch_model
from providers.local_model import LocalModelUnavailable, find_model
from storage.paths import Paths


def fetch(arguments: argparse.Namespace) -> int:  # noqa: ARG001  # every command takes them
    """Run ``telex models fetch``; does nothing when the model is here and sound.

    Raises:
        TelexError: it could not be fetched; the message says why and what to do.
    """
    models = Paths.from_environment().ensure_models()
    try:
        path = find_model(models_dir=models)
    except LocalModelUnavailable:
        sys.stderr.write("telex: fetching the built-in model (93 MB) ...\n")
        path = fetch_model(models)
    sys.stdout.write(f"{path}\n")
    return EXIT_ANSWERED
