"""``telex experiment``: what an experiment has shown so far."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys

from app.exit_codes import EXIT_ANSWERED
from app.experiment_text import NO_EXPERIMENT, as_json, experiment_lines
from app.experiments import read_results
from app.refusals import CannotDo
from app.runtime import Runtime, open_runtime
from providers.experiments.results import ExperimentResults


def experiment(arguments: argparse.Namespace) -> int:
    """Run ``telex experiment``; returns the exit code.

    Raises:
        TelexError: there is no such experiment, or configuration or database cannot be used.
    """
    results = asyncio.run(_read(open_runtime(), arguments.name))
    if arguments.json:
        sys.stdout.write(json.dumps(as_json(results)) + "\n")
    else:
        sys.stdout.write("\n".join(experiment_lines(results)) + "\n")
    return EXIT_ANSWERED


async def _read(runtime: Runtime, name: str | None) -> ExperimentResults:
    try:
        results = read_results(runtime, name)
    finally:
        await runtime.aclose()
    if results is None:
        raise CannotDo(f"{NO_EXPERIMENT}; docs/experiments.md says how")
    return results
