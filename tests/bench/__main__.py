"""Print the table: ``python -m tests.bench [SECTION ...]``."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Mapping

from tests.bench import (
    adaptive,
    experiments,
    failover,
    library,
    overhead,
    router_peers,
    start,
    transcript,
    warm_up,
)
from tests.bench.table import Row, heading, section

_SECTIONS: Mapping[str, Callable[[], Iterable[Row]]] = {
    "start": start.rows,
    "warm-up": warm_up.rows,
    "transcript": transcript.rows,
    "overhead": overhead.rows,
    "router-peers": router_peers.rows,
    "failover": failover.rows,
    "library": library.rows,
    "experiments": experiments.rows,
    "adaptive": adaptive.rows,
}
_ONLY_ASKED: Mapping[str, Callable[[], Iterable[Row]]] = {
    "adaptive-variants": adaptive.variant_rows,
}
"""What says why the strategy is made as it is: it takes minutes, and changes with it alone."""


def main() -> None:
    """Measure the sections that were asked for, or all."""
    known = {**_SECTIONS, **_ONLY_ASKED}
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(known))
    asked = parser.parse_args().sections
    for name in asked:
        if name not in known:
            parser.error(f"there is no section {name!r}; known are {', '.join(known)}")
    started = time.monotonic()
    print(heading())  # noqa: T201
    for name in asked or _SECTIONS:
        section(name, known[name]())
    print(f"\n{time.monotonic() - started:.0f} s")  # noqa: T201


if __name__ == "__main__":
    main()
