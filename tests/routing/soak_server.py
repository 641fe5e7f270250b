"""Four providers in a process of their own, that fail at random but say what they billed.

``python -m tests.routing.soak_server SEED`` prints its port; for every line that comes in it prints
its open connections and, as a list, what was asked since: question, provider, tokens told.
"""

from __future__ import annotations

import json
import random
import re
import sys
from dataclasses import replace

from tests.fakeserver import (
    FakeServer,
    RecordedRequest,
    Reply,
    cut,
    empty,
    error_event,
    garbage,
    hang_first_token,
    no_finish,
    ok,
    reset,
    stall,
    status,
)

PROVIDERS = ("openai", "anthropic", "google", "groq")

_QUESTION = re.compile(rb"question (\d+)")
_FAULTS: tuple[tuple[float, Reply], ...] = (
    (2.0, status(500)),
    (0.5, status(429)),
    (0.5, status(429, headers={"retry-after": "1"})),
    (0.5, status(400)),
    (1.5, cut()),
    (1.0, reset()),
    (1.0, no_finish()),
    (1.0, garbage()),
    (1.0, empty()),
    (1.0, error_event()),
    (0.2, hang_first_token()),
    (0.2, stall()),
)
"""Share of the calls, in percent, and what becomes of them. The others are answered."""
_UNTOLD = 0.01
"""Share of the answers that do not say what they cost."""


def question_of(request: RecordedRequest) -> int:
    """Return the number of the question that ``request`` asks."""
    found = _QUESTION.search(request.raw_body)
    assert found is not None  # every question has one
    return int(found[1])


def answer_to(question: int, provider: str) -> str:
    """Return what ``provider`` says when it is well."""
    return f"{provider} says, {'again and ' * (question % 7)}again, to question {question}: forty"


def _reply(request: RecordedRequest, dice: random.Random) -> Reply:
    roll = 100 * dice.random()
    for share, fault in _FAULTS:
        roll -= share
        if roll < 0:
            return fault
    answer = ok(answer_to(question_of(request), request.endpoint))
    return replace(answer, tell_usage=dice.random() >= _UNTOLD)


def _told(request: RecordedRequest) -> tuple[int, str, int | None, int | None]:
    billed = request.billed
    tokens = (billed.input_tokens, billed.output_tokens) if billed else (None, None)
    return (question_of(request), request.endpoint, *tokens)


def main() -> None:
    """Serve until nobody is there any more."""
    dice = random.Random(int(sys.argv[1]))
    with FakeServer() as server:
        endpoints = [server.endpoint(name) for name in PROVIDERS]
        for endpoint in endpoints:
            endpoint.default(lambda request: _reply(request, dice))
        print(server.port, flush=True)  # noqa: T201 (the program's output)
        for _ in sys.stdin:
            told = [_told(request) for endpoint in endpoints for request in endpoint.chats]
            for endpoint in endpoints:
                endpoint.requests.clear()
            print(json.dumps([server.open_connections, told]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
