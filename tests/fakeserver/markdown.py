"""Answers that look like a model's, for screenshots and for watching a long stream."""

from __future__ import annotations

_ANSWER = """\
A **circuit breaker** stops calling a dependency that keeps failing, so that one slow service \
does not take its callers down with it.

## The three states

| State | Calls go through? | Leaves when |
|:--|:--:|:--|
| Closed | yes | failures pass a threshold |
| Open | no | the cool-down has passed |
| Half-open | one probe | the probe succeeds or fails |

## A small implementation

```python
from dataclasses import dataclass
from time import monotonic


@dataclass
class Breaker:
    threshold: int = 5
    cool_down: float = 30.0
    failures: int = 0
    opened_at: float | None = None

    def admits(self, now: float) -> bool:
        \"\"\"Whether a call may go out now.\"\"\"
        return self.opened_at is None or now - self.opened_at >= self.cool_down

    def record(self, succeeded: bool) -> None:
        self.failures = 0 if succeeded else self.failures + 1
        self.opened_at = monotonic() if self.failures >= self.threshold else None
```

## What to watch for

1. **Count the right failures.** A `400` says something about *your request*, not about the service.
2. **Let one probe through**, not a stampede; otherwise recovery is its own outage.
3. Share the state between workers, or accept that each learns alone.

> The breaker is a fuse, not a cure: alert on it, and fix what blew it.

The cost of a wrong call is roughly `p · t`, the chance of failing times the time spent waiting; \
the breaker makes both small. Works the same in 日本語, with emoji 🚦, and accents: *résilience*.
"""


def markdown_answer(paragraphs: int = 1) -> str:
    """Return a realistic answer, repeated ``paragraphs`` times for length."""
    return "\n".join([_ANSWER] * paragraphs)
