"""The files in ``docs/examples``: the tests run these and no copies, so that they stay right."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).parents[2] / "docs" / "examples"


def load(name: str) -> ModuleType:
    """Import an example without running it."""
    spec = spec_from_file_location(f"example_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # where pydantic looks for the names in annotations
    spec.loader.exec_module(module)
    return module


def run(name: str, *arguments: str, said: str = "", environment: dict[str, str]) -> str:
    """Run an example as a program of its own and return what it prints."""
    # Nothing of the person's: no keys, no keyring. Windows needs its own folder.
    kept = {key: os.environ[key] for key in ("SYSTEMROOT",) if key in os.environ}
    done = subprocess.run(
        [sys.executable, str(FOLDER / f"{name}.py"), *arguments],
        input=said,
        env={**kept, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", **environment},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
