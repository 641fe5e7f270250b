"""The test server itself, where the adapters' tests don't already prove it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from providers.adapters import build_adapter
from providers.config import OpenAIConfig, Timeouts
from providers.errors import Unavailable
from tests.fakeserver import FakeServer, RecordedRequest, Reply, markdown_answer, ok, status
from tests.wire.apis import CHAT, GOOGLE, KEY, Api, question, read
from tests.wire.conftest import Connect


async def test_queues_by_model_come_first(server: FakeServer, connect: Connect) -> None:
    server.openai.reply(ok("any"))
    server.openai.reply(ok("special"), model="gpt-special")
    server.openai.default(ok("default"), model="gpt-special")
    special = connect(CHAT, model="gpt-special")
    assert (await read(special.respond(question()))).text == "special"
    assert (await read(special.respond(question()))).text == "any"
    assert (await read(special.respond(question()))).text == "default"
    assert (await read(connect(CHAT).respond(question()))).text == "Hello!"


async def test_a_reply_can_depend_on_the_request(server: FakeServer, connect: Connect) -> None:
    def echo(request: RecordedRequest) -> Reply:
        return ok(request.body["messages"][-1]["content"].upper())

    server.openai.default(echo)
    assert (await read(connect(CHAT).respond(question("shout")))).text == "SHOUT"


async def test_many_at_once(server: FakeServer, connect: Connect, api: Api) -> None:
    server.endpoint(api.endpoint).default(ok("a b c d", delay=0.005))
    adapter = connect(api)
    answers = await asyncio.gather(*(read(adapter.respond(question())) for _ in range(20)))
    assert {answer.text for answer in answers} == {"a b c d"}
    assert len(server.endpoint(api.endpoint).wait_for(20)) == 20


def test_waiting_for_requests_that_never_come(server: FakeServer) -> None:
    with pytest.raises(TimeoutError, match="0 of 1"):
        server.groq.wait_for(1, timeout=0.01)


async def test_long_markdown_comes_through(server: FakeServer, connect: Connect) -> None:
    server.google.reply(ok(markdown_answer(5)))
    answer = await read(connect(GOOGLE).respond(question()))
    assert answer.text == markdown_answer(5)
    assert "```python" in answer.text


@pytest.fixture
def standalone(tmp_path: Path) -> Iterator[list[str]]:
    """Run the server as a program; what it printed."""
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"openai": {"replies": [{"status": 503}, {"text": "scripted"}]}}))
    command = [sys.executable, "-m", "tests.fakeserver", "--script", str(script), "--rate", "9999"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout is not None
        yield [process.stdout.readline().strip() for _ in range(9)]
        process.terminate()


async def test_standalone(standalone: list[str]) -> None:
    base_url = f"http://127.0.0.1:{standalone[0]}/openai/v1"
    assert f"export OPENAI_BASE_URL={base_url}" in standalone
    adapter = build_adapter(OpenAIConfig(api_key=KEY, base_url=base_url), Timeouts())
    with pytest.raises(Unavailable):
        await read(adapter.respond(question()))
    assert (await read(adapter.respond(question()))).text == "scripted"
    assert (await read(adapter.respond(question()))).text == markdown_answer()
    await adapter.aclose()


def test_a_status_can_carry_any_body(server: FakeServer) -> None:
    import httpx

    server.custom.reply(status(418, body=b"teapot", headers={"x-kind": "pot"}))
    response = httpx.post(f"{server.base_url('custom')}/chat/completions", json={})
    assert (response.status_code, response.text) == (418, "teapot")
    assert response.headers["x-kind"] == "pot"
