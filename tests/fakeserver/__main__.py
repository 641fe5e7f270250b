"""Run the server by itself: prints its port, then shell lines that point the SDKs at it."""

from __future__ import annotations

import argparse
import json
import threading
from pathlib import Path
from typing import Any

from providers.events import FinishKind
from providers.usage import Usage
from tests.fakeserver import Endpoint, FakeServer, Fault, Reply, markdown_answer

_HELP = """\
A script is a JSON object: {"openai": {"default": REPLY, "replies": [REPLY, ...], "models": ["m"]}},
where a REPLY holds fields of tests.fakeserver.Reply, such as {"text": "hi", "delay": 0.02} or
{"status": 503}.
"""


def _reply(fields: dict[str, Any]) -> Reply:
    fields = dict(fields)
    if "usage" in fields:
        fields["usage"] = Usage(**fields["usage"])
    if "finish" in fields:
        fields["finish"] = FinishKind(fields["finish"])
    if "fault" in fields:
        fields["fault"] = Fault(fields["fault"])
    if "body" in fields:
        fields["body"] = fields["body"].encode()
    return Reply(**fields)


def _apply(endpoint: Endpoint, script: dict[str, Any]) -> None:
    if "default" in script:
        endpoint.default(_reply(script["default"]))
    endpoint.reply(*(_reply(fields) for fields in script.get("replies", [])))
    endpoint.models = script.get("models", endpoint.models)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fakeserver", description=__doc__, epilog=_HELP
    )
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--rate", type=float, default=40.0, help="tokens a second")
    parser.add_argument("--script", type=Path, help="JSON file with the replies")
    arguments = parser.parse_args()
    script = json.loads(arguments.script.read_text()) if arguments.script else {}
    answer = Reply(text=markdown_answer(), delay=1 / arguments.rate, first_delay=0.3)
    with FakeServer(arguments.port) as server:
        for name in ("openai", "anthropic", "google", "groq", "custom", *script):
            server.endpoint(name).default(answer)
        for name, part in script.items():
            _apply(server.endpoint(name), part)
        print(server.port, flush=True)  # noqa: T201 (this is the program's output)
        for variable, value in server.environment().items():
            print(f"export {variable}={value}", flush=True)  # noqa: T201
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
