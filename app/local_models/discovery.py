"""Model servers of other programs that run on this machine. Asks loopback only."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx2

_PATIENCE = 0.3  # seconds; a server on this machine answers in a few milliseconds
_LARGEST = 2**20  # bytes of an answer that is still read
_LOOPBACK = ("127.0.0.1", "::1")


class ServerKind(StrEnum):
    """The programs that are known; the value is the provider's name in the configuration."""

    OLLAMA = "ollama"
    LM_STUDIO = "lmstudio"
    LLAMA_CPP = "llamacpp"

    @property
    def label(self) -> str:
        """What people call it."""
        return {"ollama": "Ollama", "lmstudio": "LM Studio", "llamacpp": "llama.cpp"}[self.value]


PORTS: Mapping[ServerKind, int] = {
    ServerKind.OLLAMA: 11434,
    ServerKind.LM_STUDIO: 1234,
    ServerKind.LLAMA_CPP: 8080,
}
"""Where each listens unless it was told otherwise."""


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model that a server offers.

    Args:
        name: as its API wants it.
        bytes: size of its file, None where the server does not say.
        context_tokens: its window, None where the server does not say what is in force.
        loaded: whether it is in memory now, None where the server does not say.
    """

    name: str
    bytes: int | None = None
    context_tokens: int | None = None
    loaded: bool | None = None


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server that answered.

    Args:
        kind: which program.
        address: its root, such as ``http://127.0.0.1:11434``.
        models: what it offers; may be empty.
        version: what it says of itself, or empty.
        wants_key: whether it refuses to talk without one.
    """

    kind: ServerKind
    address: str
    models: Sequence[ServedModel] = ()
    version: str = ""
    wants_key: bool = False

    @property
    def base_url(self) -> str:
        """Where its OpenAI-compatible API is."""
        return f"{self.address}/v1"


async def discover(
    environment: Mapping[str, str], *, ports: Mapping[ServerKind, int] = PORTS
) -> Sequence[FoundServer]:
    """Return the servers that answer on this machine, in the order of ``ServerKind``.

    What listens on these ports but is another program is not among them.

    Args:
        environment: ``OLLAMA_HOST`` is honoured where it names this machine.
        ports: where to look.
    """
    client = await asyncio.to_thread(_client)
    asks = {
        ServerKind.OLLAMA: _ollama,
        ServerKind.LM_STUDIO: _lm_studio,
        ServerKind.LLAMA_CPP: _llama_cpp,
    }
    async with client:
        found = await asyncio.gather(
            *(
                _first(ask, client, _addresses(kind, ports[kind], environment))
                for kind, ask in asks.items()
            )
        )
    return [server for server in found if server is not None]


async def _first(ask: Any, client: httpx2.AsyncClient, addresses: Sequence[str]) -> Any:
    """Return what the first address that answers is, or None."""
    answers = await asyncio.gather(*(ask(client, address) for address in addresses))
    return next((answer for answer in answers if answer is not None), None)


async def _ollama(client: httpx2.AsyncClient, address: str) -> FoundServer | None:
    # The forms: docs/api.md of github.com/ollama/ollama, "List Local Models" and "Version".
    version = await _json(client, f"{address}/api/version")
    if not isinstance(version.get("version"), str):
        return None
    tags = await _json(client, f"{address}/api/tags")
    if not isinstance(tags.get("models"), list):
        return None
    models = [
        # What window is in force is set by its own environment and not told here.
        ServedModel(item["name"], _whole(item.get("size")))
        for item in _objects(tags["models"], "name")
        # These only pass questions on to another machine.
        if not item.get("remote_host") and not _embeds(item)
    ]
    return FoundServer(ServerKind.OLLAMA, address, models, version["version"])


async def _lm_studio(client: httpx2.AsyncClient, address: str) -> FoundServer | None:
    # The form: lmstudio.ai/docs/api/rest-api, "GET /api/v0/models".
    listing = await _json(client, f"{address}/api/v0/models")
    items = listing.get("data")
    if not isinstance(items, list) or not all(
        isinstance(item, dict) and item.get("type") in {"llm", "vlm", "embeddings"}
        for item in items
    ):
        return None
    models = [
        ServedModel(
            item["id"],
            None,
            _whole(item.get("loaded_context_length")),
            item.get("state") == "loaded",
        )
        for item in _objects(items, "id")
        if item["type"] != "embeddings"
    ]
    return FoundServer(ServerKind.LM_STUDIO, address, models)


async def _llama_cpp(client: httpx2.AsyncClient, address: str) -> FoundServer | None:
    # The form: tools/server/README.md of github.com/ggml-org/llama.cpp. Any web server may have a
    # /health; this one also says its name in the header "server".
    health = await _get(client, f"{address}/health")
    if health is None or health[1].get("server") != "llama.cpp":
        return None
    listing = await _get(client, f"{address}/v1/models")
    if listing is None:
        return None
    status, _, body = listing
    items = body.get("data")
    models = [
        ServedModel(item["id"], _whole(_inner(item, "meta").get("size")), None, True)
        for item in _objects(items if isinstance(items, list) else [], "id")
    ]
    if len(models) == 1:
        # The window in force, which is smaller than the one the model was trained for.
        props = await _json(client, f"{address}/props")
        window = _whole(_inner(props, "default_generation_settings").get("n_ctx"))
        only = models[0]
        models = [ServedModel(only.name, only.bytes, window, only.loaded)]
    return FoundServer(ServerKind.LLAMA_CPP, address, models, wants_key=status == 401)


def _addresses(kind: ServerKind, port: int, environment: Mapping[str, str]) -> list[str]:
    usual = [_address(host, port) for host in _LOOPBACK]
    if kind is not ServerKind.OLLAMA:
        return usual
    said = _ollama_host(environment.get("OLLAMA_HOST", ""), port)
    return [said, *usual] if said and said not in usual else usual


def _ollama_host(said: str, default_port: int) -> str | None:
    """Return the address in ``OLLAMA_HOST`` if it is this machine's; any of its forms."""
    text = said.strip().strip("\"'")
    if not text:
        return None
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname or "127.0.0.1", parts.port or default_port
    except ValueError:
        return None
    # 0.0.0.0 and :: tell Ollama to listen everywhere, here too.
    host = {"localhost": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not listened on
    return _address(host, port) if host in _LOOPBACK and parts.scheme == "http" else None


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _client() -> httpx2.AsyncClient:
    import httpx2

    # A proxy must not be asked for this machine, and nothing may lead away from it.
    return httpx2.AsyncClient(timeout=_PATIENCE, trust_env=False, follow_redirects=False)


async def _json(client: httpx2.AsyncClient, url: str) -> Mapping[str, Any]:
    """Return the object at ``url``, an empty one where there is none."""
    answer = await _get(client, url)
    return answer[2] if answer is not None and answer[0] == 200 else {}


async def _get(
    client: httpx2.AsyncClient, url: str
) -> tuple[int, Mapping[str, str], Mapping[str, Any]] | None:
    """Return status, headers and the JSON object at ``url``; None where nobody answers."""
    import json

    import httpx2

    content = b""
    try:
        # A server that drips for ever is not waited for.
        async with asyncio.timeout(2 * _PATIENCE), client.stream("GET", url) as response:
            async for block in response.aiter_bytes():
                content += block
                if len(content) > _LARGEST:
                    return None
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, OSError):
        return None
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    return response.status_code, response.headers, body if isinstance(body, dict) else {}


def _objects(items: Sequence[Any], key: str) -> list[dict[str, Any]]:
    return [
        item
        for item in items
        if isinstance(item, dict) and isinstance(item.get(key), str) and item[key].strip()
    ]


def _inner(item: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    inner = item.get(key)
    return inner if isinstance(inner, dict) else {}


def _embeds(item: Mapping[str, Any]) -> bool:
    families = _inner(item, "details").get("families") or []
    return any("bert" in str(family) for family in families) if families else False


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
