"""Prints precision and recall of the quality signals; ``-v`` adds mistakes on the tuning set."""

from __future__ import annotations

import sys

from tests.core.quality_set import FILES, report

for name in FILES:
    # The mistakes on the held-out set stay unread: whoever knows them tunes on them.
    sys.stdout.write(
        "\n".join(report(name, mistakes="-v" in sys.argv and name == "tuning")) + "\n\n"
    )
