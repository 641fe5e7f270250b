"""``telex keys``: API keys in the system's keyring."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.exit_codes import EXIT_ANSWERED, EXIT_FAILED
from app.key_check import check_key
from app.runtime import check_provider, core_config
from providers.errors import ConfigError, ProviderError
from providers.sanitise import sanitise
from storage.config_file import load_settings
from storage.keys import KeySource, KeyStore
from storage.paths import Paths
from storage.settings import Settings

_PATIENCE = 60.0
"""Seconds the keyring may take here, where a person is waiting in front of it."""

_SLOW = 2.0
"""Seconds after which the person is told what telex waits for."""


def keys(arguments: argparse.Namespace) -> int:
    """Run ``telex keys ACTION``; returns the exit code.

    Raises:
        TelexError: an unknown provider, an impossible key, or no keyring to keep it in.
    """
    paths = Paths.from_environment()
    settings = load_settings(paths.config_file)
    # A keyring may ask the person to unlock it, which takes longer than a look-up.
    store = KeyStore(settings.providers.values(), os.environ, timeout=_PATIENCE)
    if arguments.action == "list":
        return _list(store, settings)
    name = arguments.provider
    check_provider(settings, name)
    match arguments.action:
        case "set":
            return _set(store, name)
        case "delete":
            return _delete(store, name)
        case _:
            return asyncio.run(_test(store, settings, paths, name))


def _list(store: KeyStore, settings: Settings) -> int:
    for notice in store.announcements():
        sys.stderr.write(f"telex: {notice}\n")
    for listing in store.list():
        if listing.source is KeySource.ENVIRONMENT:
            where = f"environment ({listing.variable})"
        elif listing.source is not None:
            where = listing.source.value
        else:
            where = "none" if settings.providers[listing.provider].needs_key else "needs none"
        sys.stdout.write(f"{listing.provider:<12} {where}\n")
    return EXIT_ANSWERED


def _set(store: KeyStore, name: str) -> int:
    if sys.stdin.isatty():
        key = getpass.getpass(f"API key of {name} (not shown): ")
    else:
        key = sys.stdin.readline()
    with _patience():
        store.set(name, key)
    sys.stderr.write(f"telex: the key of {name} is in the keyring\n")
    return EXIT_ANSWERED


@contextmanager
def _patience() -> Iterator[None]:
    """Say what is being waited for when the keyring takes its time."""
    words = "telex: waiting for the keyring; it may be asking you to unlock it\n"
    timer = threading.Timer(_SLOW, sys.stderr.write, [words])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _delete(store: KeyStore, name: str) -> int:
    had_one = store.delete(name)
    left = store.get(name)
    words = f"the key of {name} is deleted" if had_one else f"the keyring holds no key of {name}"
    if left is not None and left.variable:
        words += f"; the one in {left.variable} is still in use"
    sys.stderr.write(f"telex: {words}\n")
    return EXIT_ANSWERED if had_one else EXIT_FAILED


async def _test(store: KeyStore, settings: Settings, paths: Paths, name: str) -> int:
    found = store.get(name)
    if found is None and settings.providers[name].needs_key:
        raise ConfigError(f"there is no key of {name} yet; set one: telex keys set {name}")
    config = core_config(settings, store, paths)
    provider = next(provider for provider in config if provider.name == name)
    try:
        models = await check_key(provider, config.effective_timeouts)
    except ProviderError as error:
        sys.stderr.write(f"telex: {sanitise(str(error))}\n")
        return EXIT_FAILED
    sys.stderr.write(f"telex: {name} accepts the key and lists {models} models\n")
    return EXIT_ANSWERED
