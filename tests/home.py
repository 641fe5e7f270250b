"""A person's home in a temporary folder, and the installed ``telex`` run in it.

Nothing of the machine's own environment gets in: no key, no keyring, no configuration.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

TELEX = Path(sys.executable).with_name("telex")
PATIENCE = 30.0
"""Seconds until a test gives up waiting; generous, for a machine that does much else."""

T = TypeVar("T")


def eventually(look: Callable[[], T], *, timeout: float = PATIENCE) -> T:
    """Return the first true thing that ``look`` returns.

    Raises:
        TimeoutError: it returned none within ``timeout`` seconds.
    """
    deadline = time.monotonic() + timeout
    while not (found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"still {found!r} after {timeout:g} s")
        time.sleep(0.02)
    return found


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document."""
        return json.loads(self.out)


@dataclass
class Home:
    """Where one person's telex keeps everything.

    Args:
        folder: is made, and holds HOME, the configuration and the data folder.
        variables: added to an otherwise bare environment.
    """

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def database(self) -> Path:
        return self.data / "telex.db"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "TELEX_DATA_DIR": str(self.data),
            "TELEX_CONFIG": str(self.config),
            **self.variables,
        }

    def configure(self, toml: str) -> None:
        """Write the configuration file."""
        self.config.write_text(toml, encoding="utf-8")

    @contextmanager
    def started(
        self,
        *arguments: str,
        stdin: int = subprocess.DEVNULL,
        environment: Mapping[str, str] | None = None,
    ) -> Iterator[subprocess.Popen[str]]:
        """Run ``telex`` with its output piped; it is dead by the end of the block."""
        with subprocess.Popen(
            [str(TELEX), *arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=self.folder,
            env={**self.environment, **(environment or {})},
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def run(
        self, *arguments: str, stdin: str = "", environment: Mapping[str, str] | None = None
    ) -> Done:
        """Run ``telex`` to its end."""
        with self.started(*arguments, stdin=subprocess.PIPE, environment=environment) as process:
            out, err = process.communicate(stdin, timeout=60)
        return Done(process.returncode, out, err)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return what the database says, without disturbing it; nothing while there is none."""
        if not self.database.exists():
            return []
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query)]

    def attempts(self) -> list[tuple[str, str, str | None, int | None]]:
        """Return provider, outcome, error type and status of every call, in order."""
        rows = self.rows("SELECT provider, outcome, error_type, http_status FROM attempts")
        return [tuple(row.values()) for row in rows]

    def files_with(self, secret: str) -> list[Path]:
        """Return the files anywhere in this home that hold ``secret``."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return [path for path in files if secret.encode() in path.read_bytes()]
