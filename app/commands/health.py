"""``telex health``: does each provider answer? Asked without spending a token."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any

from app.exit_codes import EXIT_ANSWERED, EXIT_FAILED
from app.json_values import plain
from app.runtime import Runtime, open_runtime
from providers.sanitise import sanitise_line


def health(arguments: argparse.Namespace) -> int:
    """Run ``telex health``; exit code 0 when at least one provider is healthy.

    Raises:
        TelexError: the configuration or the database cannot be used.
    """
    found = asyncio.run(_check(open_runtime()))
    if arguments.json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        for name, state in found.items():
            words = f"{name:<12} {state['status']:<10} {sanitise_line(state['model']):<24}"
            if state["error"]:
                words += f" {sanitise_line(state['error'])}"
            sys.stdout.write(words.rstrip() + "\n")
    healthy = any(state["status"] == "healthy" for state in found.values())
    return EXIT_ANSWERED if healthy else EXIT_FAILED


async def _check(runtime: Runtime) -> dict[str, dict[str, Any]]:
    factory = runtime.factory
    try:
        states = await factory.ahealth_check()
        metrics = await factory.aget_provider_metrics()
    finally:
        await runtime.aclose()
    return {name: {**state, "metrics": plain(metrics[name])} for name, state in states.items()}
