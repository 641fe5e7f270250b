"""The ``[[catalogue]]`` tables of ``config.toml``: local models that can be fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from storage.toml_table import TomlTable

CATALOGUE_KEYS = ("id", "name", "url", "sha256", "bytes", "context_tokens")
"""What an entry in the file may hold."""

# Becomes a file's name. No capitals: on some systems they make no difference.
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_DEFAULT_CONTEXT = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """A model that can be fetched: one GGUF file with a known hash.

    Args:
        id: what it is called in commands and settings; its file is ``ID.gguf``.
        name: what people call it.
        url: where the file is, http or https.
        sha256: of the whole file, 64 lower-case hexadecimal digits.
        bytes: size of the file; None is unknown until it is fetched.
        context_tokens: the window it is run with; the model's own may be larger.
        good_for: what one would want it for, in a sentence; may be empty.
        licence: its SPDX name; empty is unknown.
        memory: bytes it takes while loaded, about; None is unknown.
    """

    id: str
    name: str
    url: str
    sha256: str
    bytes: int | None = None
    context_tokens: int = _DEFAULT_CONTEXT
    good_for: str = ""
    licence: str = ""
    memory: int | None = None

    @property
    def file_name(self) -> str:
        """The name of its file in the models folder."""
        return f"{self.id}.gguf"


def read_catalogue(tables: tuple[TomlTable, ...]) -> tuple[CatalogueEntry, ...]:
    """Return the person's own entries, in the file's order.

    Raises:
        ConfigError: names the key and what is allowed.
    """
    entries: list[CatalogueEntry] = []
    for table in tables:
        entry = _read_entry(table)
        if entry.id in [other.id for other in entries]:
            table.fail("id", f"{table.key('id')}: there are two entries called {entry.id!r}")
        entries.append(entry)
    return tuple(entries)


def _read_entry(table: TomlTable) -> CatalogueEntry:
    table.allow(CATALOGUE_KEYS)
    name = table.required("id")
    if not _ID.fullmatch(name):
        table.fail(
            "id",
            f"{table.key('id')}: {name!r} cannot be the name of a file; use up to 64 lower-case"
            " letters, digits, '.', '_', '-', beginning with a letter or digit",
        )
    sha256 = table.required("sha256")
    if not _SHA256.fullmatch(sha256):
        table.fail("sha256", f"{table.key('sha256')} must be 64 hexadecimal digits")
    context = _positive(table, "context_tokens")
    return CatalogueEntry(
        id=name,
        name=table.text("name") or name,
        url=_address(table),
        sha256=sha256.lower(),
        bytes=_positive(table, "bytes"),
        context_tokens=context or _DEFAULT_CONTEXT,
        good_for="From your configuration",
    )


def _address(table: TomlTable) -> str:
    url = table.required("url")
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or True)
        secret = parts.username is not None or parts.password is not None
    except ValueError:  # a port that is none, a bracket too few
        sound = secret = False
    if secret:
        table.fail("url", f"{table.key('url')} holds a name or password; leave it out")
    if not sound:
        table.fail("url", f"{table.key('url')} must be an address like https://host/model.gguf")
    return url


def _positive(table: TomlTable, name: str) -> int | None:
    value = table.whole(name)
    if value is not None and value < 1:
        table.fail(name, f"{table.key(name)} must be 1 or more, not {value}")
    return value
