"""A private Secret Service: GNOME Keyring on a session bus of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.home import eventually
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
        if unlocked:
            # It serves a moment before it has unlocked anything.
            eventually(lambda: _is_unlocked(environment["DBUS_SESSION_BUS_ADDRESS"]))
        yield environment
    finally:
        for process in (daemon, bus):
            process.terminate()
            process.wait(timeout=10)
            assert process.stdout is not None
            process.stdout.close()


def _is_unlocked(address: str) -> bool:
    """Whether the default collection is there and open."""
    from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]
    from secretstorage import Collection
    from secretstorage.exceptions import ItemNotFoundException

    with closing(open_dbus_connection(bus=address)) as connection:
        try:
            return not Collection(
                connection, "/org/freedesktop/secrets/aliases/default"
            ).is_locked()
        except ItemNotFoundException:
            return False
