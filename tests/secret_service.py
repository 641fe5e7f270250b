"""A private Secret Service: GNOME Keyring on a session bus of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.programs import need


@contextmanager
def secret_service(folder: Path, *, unlocked: bool = True) -> Iterator[dict[str, str]]:
    """Run the service with its files in ``folder``; yield the environment to reach it."""
    need("dbus-daemon", "gnome-keyring-daemon")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_RUNTIME_DIR": str(folder / "run"),
    }
    for name in ("data", "config", "run"):
        (folder / name).mkdir(mode=0o700)
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert bus.stdout is not None
    environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
    unlock = ["--unlock"] if unlocked else []
    daemon = subprocess.Popen(
        ["gnome-keyring-daemon", "--foreground", "--components=secrets", *unlock],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert daemon.stdin is not None
    assert daemon.stdout is not None
    daemon.stdin.write("\n")  # the password of the login keyring; the newline is essential
    daemon.stdin.close()
    daemon.stdout.readline()  # it names its control socket once it serves
    try:
        yield environment
    finally:
        for process in (daemon, bus):
            process.terminate()
            process.wait(timeout=10)
            assert process.stdout is not None
            process.stdout.close()
