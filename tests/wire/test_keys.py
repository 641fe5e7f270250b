"""A key goes to its provider, and nowhere else."""

from __future__ import annotations

import traceback

import pytest

from providers.adapters import build_adapter
from providers.adapters.redaction import redact
from providers.config import CustomConfig, Timeouts
from providers.errors import AuthFailed, ProviderError
from tests.fakeserver import FakeServer, Reply, cut, error_event, raw, reset, status
from tests.wire.apis import APIS, CUSTOM, KEY, Api, question, read
from tests.wire.conftest import Connect


async def test_the_key_is_sent(
    server: FakeServer, connect: Connect, api: Api, streamed: bool
) -> None:
    await read(connect(api).respond(question(streamed=streamed)))
    headers = server.endpoint(api.endpoint).chats[0].headers
    assert KEY in " ".join(headers.values())


@pytest.mark.parametrize(
    "reply",
    [
        status(401, f"the key {KEY} is wrong"),
        status(500, body=f"<p>{KEY}</p>".encode()),
        error_event(f"no more of {KEY}"),
        raw(f"data: {{{KEY}\n\n".encode()),
        cut(after=1),
        reset(),
    ],
    ids=["json", "html", "event", "garbage", "cut", "reset"],
)
async def test_no_error_shows_the_key(
    server: FakeServer, connect: Connect, api: Api, reply: Reply, streamed: bool
) -> None:
    server.endpoint(api.endpoint).reply(reply)
    with pytest.raises(ProviderError) as caught:
        await read(connect(api).respond(question(streamed=streamed)))
    shown = "".join(traceback.format_exception(caught.value))
    assert KEY not in shown + str(caught.value) + repr(caught.value) + caught.value.message


async def test_a_custom_endpoint_gets_nothing_from_the_environment(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = {
        "OPENAI_API_KEY": "sk-not-yours",
        "OPENAI_ADMIN_KEY": "sk-nor-this",
        "OPENAI_ORG_ID": "org-private",
        "OPENAI_PROJECT_ID": "proj-private",
        "OPENAI_CUSTOM_HEADERS": "X-Team: private-team\nAuthorization: Bearer private-token",
        "OPENAI_BASE_URL": "http://127.0.0.1:1/wrong",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    config = CustomConfig(name="mine", base_url=server.base_url("mine"), model="m")
    adapter = build_adapter(config, Timeouts())
    assert (await read(adapter.respond(question()))).text == "Hello!"
    assert (await read(adapter.respond(question(streamed=False)))).text == "Hello!"
    await adapter.list_models()
    await adapter.aclose()
    for request in server.endpoint("mine").requests:
        sent = str(request.headers)
        assert not [value for value in secrets.values() if value in sent]
        assert "private-" not in sent
        assert "authorization" not in request.headers


async def test_a_custom_endpoint_gets_its_own_key(
    server: FakeServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer private-token")
    await read(connect(CUSTOM).respond(question()))
    assert server.custom.chats[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("api", [each for each in APIS if each is not CUSTOM], ids=lambda a: a.id)
async def test_without_a_key_nothing_is_sent(
    server: FakeServer, connect: Connect, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in server.environment().items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(AuthFailed, match="telex keys set"):
        await read(connect(api, api_key=None).respond(question()))
    assert server.endpoint(api.endpoint).requests == []


@pytest.mark.parametrize("key", ["sk-with\nnewline", "sk-ключ", "sk with space"])
async def test_a_key_that_cannot_be_one(connect: Connect, api: Api, key: str) -> None:
    with pytest.raises(AuthFailed) as caught:
        await connect(api, api_key=key).list_models()
    assert key not in str(caught.value)


def test_redaction_knows_the_shapes_of_keys_and_terminal_escapes() -> None:
    text = "a sk-proj-abcdefghijklmnopqrstuv b AIzaSyA1234567890abcdefgh c \x1b]0;title\x07"
    assert redact(text, None) == "a [key] b [key] c \u241b]0;title"


def test_a_masked_key_stays_readable() -> None:
    text = "Incorrect API key provided: sk-ab***12."
    assert redact(text, "sk-abcdef12") == text
