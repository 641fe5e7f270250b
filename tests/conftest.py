"""What every test takes for granted of the terminal it runs in."""

from __future__ import annotations

import os

# Pictures must not depend on where the tests run. Programs that are started get their own.
os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
os.environ.pop("NO_COLOR", None)
