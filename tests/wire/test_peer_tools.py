"""Tool calls against a server that was not written for them: llama.cpp's own, with a real model.

The built-in model knows no tools. A template that shows it some, and a conversation to imitate,
are enough for it to make a call.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from providers.adapters import build_adapter
from providers.base import Provider
from providers.config import Timeouts
from providers.errors import Unavailable
from providers.events import FinishKind
from providers.messages import ChatRequest, Message, Role, ToolCall, ToolSpec
from tests.wire.apis import ANTHROPIC, CHAT, RESPONSES, Answer, Api, read
from tests.wire.test_peer import serve

_PATHS = {"responses": "/v1", "chat": "/v1", "anthropic": ""}
_WEATHER = ToolSpec("weather", "", {"type": "object", "properties": {"city": {"type": "string"}}})
TEMPLATE = """\
{%- if tools %}<|im_start|>system
{% for tool in tools %}{{ tool | tojson }}{% endfor %}<|im_end|>
{% endif -%}
{%- for message in messages %}<|im_start|>{{ message.role if message.role != "tool" else "user" }}
{% if message.role == "tool" -%}
<tool_response>
{{ message.content }}
</tool_response>
{%- else -%}
{{ message.content or "" }}
{%- for call in message.tool_calls or [] -%}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>
{%- endfor -%}
{%- endif -%}
<|im_end|>
{% endfor -%}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif -%}
"""


@pytest.fixture(scope="module")
def llama() -> Iterator[str]:
    server = serve(n_ctx=1024, chat_template=TEMPLATE)
    yield server.listening_address
    del server  # not sooner: it stops with its last reference


def _round(number: int, city: str, api: Api) -> list[Message]:
    call = ToolCall(f"c{number}", "weather", f'{{"city": "{city}"}}')
    turns = [
        Message(Role.USER, f"What is the weather in {city}?"),
        Message(Role.ASSISTANT, "", tool_calls=(call,)),
        Message(Role.TOOL, "rain", tool_call_id=call.id),
    ]
    # llama.cpp does not know the form that OpenAI documents for what the assistant said.
    said = [Message(Role.ASSISTANT, f"It rains in {city}.")]
    return turns if api is RESPONSES else turns + said


async def _asked_again(adapter: Provider, request: ChatRequest) -> Answer:
    try:
        return await read(adapter.respond(request))
    except Unavailable as error:
        # llama.cpp may close a connection that it kept, just as it is used again. telex asks once
        # more then, as it does here; that is the router's, and this test has none.
        assert "disconnected" in str(error)  # noqa: PT017  # the usual way is above
        return await read(adapter.respond(request))


@pytest.mark.parametrize("api", [CHAT, RESPONSES, ANTHROPIC], ids=lambda api: api.id)
async def test_a_real_call(llama: str, api: Api, streamed: bool) -> None:
    config = api.config(f"{llama}{_PATHS[api.id]}", max_tokens=32, temperature=0.0)
    adapter = build_adapter(config, Timeouts())
    past = [
        turn for number, city in enumerate(["Oslo", "Bergen"]) for turn in _round(number, city, api)
    ]
    turns = [*past, Message(Role.USER, "What is the weather in Rome?")]
    answer = await read(adapter.respond(ChatRequest(turns, tools=(_WEATHER,), streamed=streamed)))
    (call,) = answer.calls
    assert (call.name, json.loads(call.arguments)) == ("weather", {"city": "Rome"})
    assert call.id
    assert answer.end.kind is FinishKind.TOOL_CALLS
    turns += [
        Message(Role.ASSISTANT, answer.text, tool_calls=(call,)),
        Message(Role.TOOL, "rain", tool_call_id=call.id),
    ]
    told = await _asked_again(adapter, ChatRequest(turns, tools=(_WEATHER,), streamed=streamed))
    await adapter.aclose()
    assert told.text or told.calls
    assert told.end.usage is not None
    assert answer.end.usage is not None
    assert told.end.usage.input_tokens > answer.end.usage.input_tokens, "it read the result"
