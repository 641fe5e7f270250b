"""``telex models``: fetched from a real server, interrupted, gone on with, used, removed."""

from __future__ import annotations

import hashlib
import json
import random
import signal
from collections.abc import Iterator

import pytest

from tests.app.model_server import ModelServer, model_server
from tests.app.test_local_models_discovery import OLLAMA_TAGS
from tests.cli.terminal import tty
from tests.home import Home, eventually

CONTENT = b"GGUF" + random.Random(7).randbytes(900_000)
HALF = 512 * 1024


@pytest.fixture
def models() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def shop(bare: Home, models: ModelServer) -> Home:
    """Nobody has been here, and the catalogue offers one model more."""
    entry = models.entry(CONTENT)
    bare.configure(
        f'# mine\n[[catalogue]]\nid = "tiny"\nurl = "{entry.url}"\nbytes = {len(CONTENT)}\n'
        f'sha256 = "{hashlib.sha256(CONTENT).hexdigest()}"\n'
    )
    return bare


def _states(home: Home) -> dict[str, str]:
    """Return what ``list`` says about each model."""
    done = home.run("models", "list")
    assert (done.code, done.err) == (0, "")
    words = ("in use", "here", "missing", "can be fetched")
    return {
        line.split()[0]: next(word for word in words if word in line[26:])
        for line in done.out.splitlines()
    }


def test_fetched_used_and_removed(shop: Home, models: ModelServer) -> None:
    path = shop.data / "models" / "tiny.gguf"
    assert _states(shop)["tiny"] == "can be fetched"
    fetched = shop.run("models", "fetch", "tiny")
    assert (fetched.code, fetched.out) == (0, f"{path}\n")
    assert "telex models use tiny" in fetched.err
    assert path.read_bytes() == CONTENT
    used = shop.run("models", "use", "tiny")
    assert (used.code, used.out) == (0, "")
    assert "tiny is the local model now" in used.err
    assert shop.config.read_text().startswith("# mine\n")
    assert f'model_path = "{path}"' in shop.config.read_text()
    assert _states(shop)["tiny"] == "in use"
    refused = shop.run("models", "remove", "tiny")
    assert refused.code == 1
    assert "in use" in refused.err
    assert path.exists()
    assert shop.run("models", "use", "smollm2-135m-instruct").code == 0
    assert "model_path" not in shop.config.read_text()
    assert shop.run("models", "remove", "tiny").code == 0
    assert not path.exists()
    assert len(models.requests) == 1


def test_interrupted_and_gone_on_with(shop: Home, models: ModelServer) -> None:
    file = models.files["/tiny.gguf"]
    file.hold_after = HALF
    partial = shop.data / "models" / "tiny.gguf.partial"
    with shop.started("models", "fetch", "tiny") as process:
        eventually(lambda: partial.exists() and partial.stat().st_size == HALF)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
        assert process.returncode == 130
    listed = json.loads(shop.run("models", "list", "--json").out)
    (tiny,) = [item for item in listed["fetchable"] if item["id"] == "tiny"]
    assert tiny["bytes_here"] == HALF
    file.hold_after = None
    assert shop.run("models", "fetch", "tiny").code == 0
    assert models.asked("range") == [None, f"bytes={HALF}-"]
    assert not partial.exists()


def test_two_at_once(shop: Home, models: ModelServer) -> None:
    file = models.files["/tiny.gguf"]
    file.hold_after = HALF
    with shop.started("models", "fetch", "tiny") as first:
        assert first.stderr is not None  # it is piped
        assert "fetching tiny" in first.stderr.readline()
        assert first.stderr.readline().startswith("telex: tiny: 58 % · ")
        second = shop.run("models", "fetch", "tiny")
        assert second.code == 1
        assert "being fetched by another telex" in second.err
        file.go_on.set()
        out, _ = first.communicate(timeout=20)
        assert (first.returncode, out) == (0, f"{shop.data / 'models' / 'tiny.gguf'}\n")


def test_a_terminal_gets_one_line_that_changes(shop: Home, models: ModelServer) -> None:
    file = models.files["/tiny.gguf"]
    file.hold_after = HALF
    with tty(shop, ["models", "fetch", "tiny"]) as terminal:
        terminal.wait_for("tiny: 58 %")
        file.go_on.set()
        assert terminal.end() == 0
    assert "\r\x1b[Ktiny: 58 %" in terminal.shown
    assert f"\r\x1b[K{shop.data}" in terminal.shown  # nothing of it stays before the answer


def test_what_went_wrong(shop: Home, models: ModelServer) -> None:
    models.files["/tiny.gguf"].content = b"GGUF" + bytes(900_000)
    done = shop.run("models", "fetch", "tiny")
    assert (done.code, done.out) == (1, "")
    assert "wrong hash" in done.err
    assert list((shop.data / "models").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("fetch", "tinny"), "did you mean 'tiny'?"),
        (("use", "tiny"), "telex models fetch tiny"),
        (("use", "nobody"), "is not known"),
        (("use", "ollama/nobody"), "telex models find"),
    ],
)
def test_names_that_are_none(shop: Home, arguments: tuple[str, str], words: str) -> None:
    done = shop.run("models", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_the_built_in_one_stays(shop: Home) -> None:
    done = shop.run("models", "remove", "smollm2-135m-instruct")
    assert done.code == 1
    assert "stays" in done.err


def test_a_server_is_found_and_used(shop: Home, models: ModelServer) -> None:
    models.json("/api/version", {"version": "0.5.1"})
    models.json("/api/tags", OLLAMA_TAGS)
    shop.variables["OLLAMA_HOST"] = f"127.0.0.1:{models.port}"
    found = shop.run("models", "find", "--json")
    assert found.code == 0
    (ollama,) = [item for item in json.loads(found.out) if item["kind"] == "ollama"]
    assert ollama["base_url"] == f"{models.url}/v1"
    used = shop.run("models", "use", "ollama/llama3.2:latest")
    assert used.code == 0, used.err
    assert shop.run("config", "check").code == 0
    assert 'model = "llama3.2:latest"' in shop.config.read_text()


def test_no_server_is_no_success(shop: Home) -> None:
    done = shop.run("models", "find", environment={"OLLAMA_HOST": "127.0.0.1:1"})
    if not done.out:  # this machine may run one
        assert done.code == 1
        assert "start Ollama" in done.err
