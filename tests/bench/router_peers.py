"""What other routers add to a request, each beside the bare SDK in its own environment.

``TELEX_BENCH_PEERS`` names a folder of virtual environments that hold them; see ``start``.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench import overhead
from tests.bench.loopback import loopback
from tests.bench.table import Row

_VARIABLE = "TELEX_BENCH_PEERS"
_PEERS = {"litellm": "LiteLLM's Router", "pydantic-ai": "pydantic-ai's FallbackModel"}
_HOW = (
    f"set {_VARIABLE} to a folder X with X/litellm (pip install litellm) and"
    " X/pydantic-ai (pip install 'pydantic-ai-slim[openai]')"
)
_SCRIPT = Path(__file__).with_name("peer_router.py")
_PATIENCE = 300  # seconds


def rows() -> Iterator[Row]:
    """Measure telex and each peer that is installed, one after the other."""
    folder = os.environ.get(_VARIABLE)
    installed = [name for name in _PEERS if folder and _python(folder, name).exists()]
    if not folder or not installed:
        yield Row("times the bare SDK", None, None, f"not measured: {_HOW}")
        return
    with loopback() as base_url:
        ours = overhead.ratios(base_url)
        for name in installed:
            theirs = _ratios(_python(folder, name), name, base_url)
            for kind, ratio in ours.items():
                yield Row(f"{kind}: CPU, times the bare SDK", ratio, theirs[kind], _PEERS[name])


def _python(folder: str, name: str) -> Path:
    return Path(folder) / name / "bin" / "python"


def _ratios(python: Path, name: str, base_url: str) -> dict[str, float]:
    done = subprocess.run(
        [str(python), str(_SCRIPT), name, base_url],
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=True,
    )
    measured = json.loads(done.stdout.splitlines()[-1])
    return {
        kind: median(theirs[1] / bare[1] for theirs, bare in rounds)
        for kind, rounds in measured.items()
    }
