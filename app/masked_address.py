"""Addresses that can be shown to anybody."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import urlsplit

UNREADABLE = "an address that cannot be read"
# RFC 3986, 3.2.1, has user information end before any of /?#, but people write their passwords
# as they are: whatever stands before an @ goes.
_USER = re.compile(r"(?<=://)[^\s'\"<>]*@")
_QUERY = re.compile(r"(://[^\s'\"<>?#]*)[?#][^\s'\"<>)]*")


def masked_address(address: str) -> str | None:
    """Return an address without user, password and query, None where it is none."""
    with suppress(ValueError):
        parts = urlsplit(address if "://" in address else f"http://{address}")
        if parts.hostname:
            host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
            port = f":{parts.port}" if parts.port else ""
            who = "***@" if "@" in parts.netloc else ""
            if "@" in f"{parts.path}{parts.query}{parts.fragment}":
                # A password with one of /?# in it may begin where the host seems to be.
                return f"{parts.scheme}://***"
            return f"{parts.scheme}://{who}{host}{port}{parts.path}"
    return None


def mask_addresses(text: str) -> str:
    """Return ``text`` without the user, password and query of any address in it."""
    return _QUERY.sub(r"\1", _USER.sub("***@", text))
