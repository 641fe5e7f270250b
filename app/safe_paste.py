"""What is pasted stays text, whatever stands in it.

Textual 8.2 reads an escape sequence within a bracketed paste as keys that were pressed: a pasted
``ESC ]0;x CR`` would send the prompt, one with ctrl+q would end the program. So escape characters
between the brackets are made visible before Textual sees them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual._xterm_parser import XTermParser
from textual.message import Message

if TYPE_CHECKING:
    from textual.driver import Driver

_BEGIN, _END = "\x1b[200~", "\x1b[201~"
_VISIBLE = "\N{SYMBOL FOR ESCAPE}"


class PasteGuard:
    """Makes the escape characters of pasted text visible; text comes in pieces of any size."""

    def __init__(self) -> None:
        self._pasting = False
        self._tail = ""
        self._held = ""

    def clean(self, data: str) -> str:
        """Return ``data`` as it may be parsed.

        What could be the beginning of the closing bracket is held back until more has come.
        """
        out: list[str] = []
        data, self._held = self._held + data, ""
        while data:
            data = self._inside(data, out) if self._pasting else self._outside(data, out)
        return "".join(out)

    def _outside(self, data: str, out: list[str]) -> str:
        # A key must not wait for what may follow it: the bracket is recognised in hindsight.
        seen = self._tail + data
        at = seen.find(_BEGIN)
        if at < 0:
            out.append(data)
            self._tail = seen[-len(_BEGIN) + 1 :]
            return ""
        end = at + len(_BEGIN) - len(self._tail)
        out.append(data[:end])
        self._pasting, self._tail = True, ""
        return data[end:]

    def _inside(self, data: str, out: list[str]) -> str:
        at = data.find(_END)
        if at >= 0:
            out.append(data[:at].replace("\x1b", _VISIBLE) + _END)
            self._pasting = False
            return data[at + len(_END) :]
        last = data.rfind("\x1b", -len(_END) + 1)
        if last >= 0 and _END.startswith(data[last:]):
            data, self._held = data[:last], data[last:]
        out.append(data.replace("\x1b", _VISIBLE))
        return ""


class SafePasteParser(XTermParser):
    """Textual's own parser behind the guard."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._guard = PasteGuard()

    def feed(self, data: str) -> Iterable[Message]:
        """Parse ``data``; an empty text ends the input."""
        if not data:
            return super().feed(data)
        clean = self._guard.clean(data)
        # Nothing yet is not the end.
        return super().feed(clean) if clean else ()


def safe_driver() -> type[Driver] | None:
    """Return the terminal's driver with the guard in it, None where Textual's own will do.

    On Windows pasted text does not come as escape sequences.
    """
    if sys.platform == "win32":
        return None
    from textual.drivers import linux_driver

    class SafeDriver(linux_driver.LinuxDriver):
        """The driver finds its parser by this name, and offers no other way to give it one."""

        def run_input_thread(self) -> None:
            """Read keys, mouse and pasted text until the end."""
            linux_driver.XTermParser = SafePasteParser  # type: ignore[attr-defined]
            super().run_input_thread()

    return SafeDriver
