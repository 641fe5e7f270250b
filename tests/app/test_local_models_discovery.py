"""Servers on this machine: found by what they say, told apart from everything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from app.local_models.catalogue import CATALOGUE, UnknownModel, catalogue, find_entry
from app.local_models.discovery import FoundServer, ServedModel, ServerKind, discover
from storage.config_catalogue import CatalogueEntry
from storage.settings import Settings
from tests.app.model_server import ModelServer, Served, model_server
from tests.wire.test_peer import serve

NOBODY = 1  # a port on which nobody listens
OLLAMA_TAGS = {  # docs/api.md of github.com/ollama/ollama, "List Local Models"
    "models": [
        {
            "name": "llama3.2:latest",
            "model": "llama3.2:latest",
            "modified_at": "2025-05-04T17:37:44.706015396-07:00",
            "size": 2019393189,
            "digest": "a80c4f17acd55265feec403c7aef86be0c25983ab279d83f3bcd3abbcb5b8b72",
            "details": {
                "parent_model": "",
                "format": "gguf",
                "family": "llama",
                "families": ["llama"],
                "parameter_size": "3.2B",
                "quantization_level": "Q4_K_M",
            },
        },
        # server/routes.go of the same: a model that only passes questions on.
        {"name": "gpt-oss:120b-cloud", "size": 384, "remote_host": "https://ollama.com:443"},
        {"name": "nomic-embed-text", "size": 274302450, "details": {"families": ["nomic-bert"]}},
    ]
}  # fmt: skip
LM_STUDIO_MODELS = {  # lmstudio.ai/docs/api/rest-api, "GET /api/v0/models"
    "object": "list",
    "data": [
        {
            "id": "qwen2-vl-7b-instruct",
            "object": "model",
            "type": "vlm",
            "publisher": "mlx-community",
            "arch": "qwen2_vl",
            "compatibility_type": "mlx",
            "quantization": "4bit",
            "state": "not-loaded",
            "max_context_length": 32768,
        },
        {"id": "text-embedding-nomic-embed-text-v1.5", "object": "model", "type": "embeddings"},
    ],
}


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


def ports_with(**found: int) -> dict[ServerKind, int]:
    return {kind: found.get(kind.value, NOBODY) for kind in ServerKind}


async def _only(ports: Mapping[ServerKind, int]) -> FoundServer:
    (found,) = await discover({}, ports=ports)
    return found


async def test_ollama(server: ModelServer) -> None:
    server.json("/api/version", {"version": "0.5.1"})
    server.json("/api/tags", OLLAMA_TAGS)
    found = await _only(ports_with(ollama=server.port))
    assert (found.kind, found.version) == (ServerKind.OLLAMA, "0.5.1")
    assert found.base_url == f"{server.url}/v1"
    # Neither a model that runs elsewhere nor one that makes vectors.
    assert found.models == [ServedModel("llama3.2:latest", 2019393189)]


async def test_lm_studio(server: ModelServer) -> None:
    server.json("/api/v0/models", LM_STUDIO_MODELS)
    found = await _only(ports_with(lmstudio=server.port))
    assert found.kind is ServerKind.LM_STUDIO
    assert found.models == [ServedModel("qwen2-vl-7b-instruct", loaded=False)]


@pytest.mark.parametrize("key", ["", "sk-secret"])
async def test_the_real_llama_cpp(key: str) -> None:
    running = serve(api_keys=[key] if key else [])
    port = urlsplit(running.listening_address).port
    assert port is not None
    found = await _only(ports_with(llamacpp=port))
    assert found.kind is ServerKind.LLAMA_CPP
    assert found.wants_key is bool(key)
    if not key:
        (model,) = found.models
        assert model.name.endswith(".gguf")
        assert model.context_tokens == 512
        assert model.bytes is not None
        assert model.bytes > 90_000_000
    # It is not mistaken for another one, although it speaks Ollama's language in part.
    assert await discover({}, ports=ports_with(ollama=port, lmstudio=port)) == []
    del running


async def test_any_web_server_is_none_of_them(server: ModelServer) -> None:
    page = Served(b"<html>hello</html>")
    for path in ("/health", "/v1/models", "/props", "/api/tags", "/api/version", "/api/v0/models"):
        server.files[path] = page
    everywhere = dict.fromkeys(ServerKind, server.port)
    assert await discover({}, ports=everywhere) == []
    assert server.requests


@pytest.mark.parametrize(
    "answer", [[], "text", None, {"version": 5}, {"version": "1", "models": {}}, {"data": [7]}]
)
async def test_odd_answers_are_none_of_them(server: ModelServer, answer: object) -> None:
    for path in ("/health", "/v1/models", "/api/tags", "/api/version", "/api/v0/models"):
        server.json(path, answer)
    assert await discover({}, ports=dict.fromkeys(ServerKind, server.port)) == []


async def test_a_slow_program_and_a_redirect_hold_nobody_up(server: ModelServer) -> None:
    server.json("/api/version", {"version": "1"}, hold_after=3)
    server.files["/health"] = Served(location="http://example.com/", headers={"server": "nginx"})
    assert await discover({}, ports=dict.fromkeys(ServerKind, server.port)) == []


@pytest.mark.parametrize("form", ["127.0.0.1:{}", "http://localhost:{}", "0.0.0.0:{}"])
async def test_where_ollama_was_told_to_listen(server: ModelServer, form: str) -> None:
    server.json("/api/version", {"version": "0.5.1"})
    server.json("/api/tags", OLLAMA_TAGS)
    (found,) = await discover({"OLLAMA_HOST": form.format(server.port)}, ports=ports_with())
    assert found.address == server.url


@pytest.mark.parametrize("form", ["{}", "http://{}"])
async def test_other_machines_are_never_asked(form: str) -> None:
    # An address that answers here, but is not one of the two that mean this machine everywhere.
    with model_server("127.0.0.2") as other:
        other.json("/api/version", {"version": "0.5.1"})
        other.json("/api/tags", OLLAMA_TAGS)
        said = {"OLLAMA_HOST": form.format(f"127.0.0.2:{other.port}")}
        assert await discover(said, ports=ports_with()) == []
        assert other.requests == []


async def test_no_proxy_is_asked_for_this_machine(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url)
    assert await discover({}, ports=ports_with()) == []
    assert server.requests == []


# The catalogue


def test_every_entry_is_whole() -> None:
    assert len({entry.id for entry in CATALOGUE}) == len(CATALOGUE) >= 3
    for entry in CATALOGUE:
        assert entry.url.startswith("https://huggingface.co/")
        assert entry.url.endswith(".gguf")
        assert len(entry.sha256) == 64
        assert int(entry.sha256, 16)
        assert entry.bytes is not None
        assert entry.memory is not None
        assert entry.memory > entry.bytes
        assert entry.licence == "Apache-2.0"
        assert entry.good_for


def test_a_mirror_of_the_hub() -> None:
    mirrored = catalogue(Settings(), {"HF_ENDPOINT": "https://hf-mirror.example/"})
    assert all(entry.url.startswith("https://hf-mirror.example/") for entry in mirrored)
    assert mirrored[0].url.endswith(CATALOGUE[0].url.removeprefix("https://huggingface.co"))
    odd = catalogue(Settings(), {"HF_ENDPOINT": "file:///etc"})
    assert [entry.url for entry in odd] == [entry.url for entry in CATALOGUE]


def test_entries_of_ones_own_come_first_and_replace_ours() -> None:
    own = CatalogueEntry(id="mine", name="Mine", url="http://h/m.gguf", sha256="0" * 64)
    ours = replace(CATALOGUE[1], url="http://elsewhere/q.gguf")
    entries = catalogue(Settings(catalogue=(own, ours)), {"HF_ENDPOINT": "https://mirror"})
    assert [entry.id for entry in entries][:2] == ["mine", ours.id]
    assert len(entries) == len(CATALOGUE) + 1
    assert find_entry(entries, ours.id).url == "http://elsewhere/q.gguf"
    assert find_entry(entries, "mine").url == "http://h/m.gguf"
    with pytest.raises(UnknownModel, match=r"did you mean 'mine'\?"):
        find_entry(entries, "mime")
