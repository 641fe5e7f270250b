"""The log tells what telex did, and not a word of what was said or of any key."""

from __future__ import annotations

import logging
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from app.log_file import LogFile, log_outside
from app.log_format import SafeFormatter
from app.screens.careful import CarefulScreen
from app.telex import TelexApp
from providers.errors import AuthFailed
from providers.multi_config import AnswerFault
from storage.config_notice import LogLevel
from storage.errors import ConfigFileError
from tests.app.house import House, ask, chat, ready, send, until
from tests.fakeserver import FakeServer, cut, ok, status
from tests.unprivileged import unprivileged

MARK = "zebrafish"
KEY = "gsk_zebrafish0123456789abcdef"


def _log(house: House) -> str:
    return house.paths.log_file.read_text(encoding="utf-8")


async def _talk(pilot: Pilot[Any], app: TelexApp, house: House, folder: Path) -> None:
    """Everything that can happen on the way to an answer, with the mark in all of it."""
    server = house.server
    (folder / f"{MARK}.txt").write_text(f"inside {MARK}", encoding="utf-8")
    server.groq.reply(ok(f"the answer is {MARK}", reasoning=f"thinking {MARK}"))
    await ask(pilot, app, f"a question about {MARK} @{folder / MARK}.txt")
    server.groq.reply(status(401, f"wrong key {KEY} for {MARK}"))
    await ask(pilot, app, f"another {MARK}")
    server.groq.default(status(503, f"no {MARK}"))
    server.google.reply(cut(f"half of {MARK} and more", after=2))
    await ask(pilot, app, f"a third {MARK}")
    server.google.reply(ok(refusal=f"I refuse {MARK}"))
    await ask(pilot, app, f"a fourth {MARK}")
    for name in ("openai", "anthropic", "google"):
        server.endpoint(name).default(status(500, f"down {MARK}"))
    await ask(pilot, app, f"a fifth {MARK}")


async def test_no_word_of_a_conversation_gets_into_the_log(
    tmp_path: Path, server: FakeServer
) -> None:
    house = House(
        tmp_path,
        server,
        log=LogLevel.DEBUG,
        system_prompt=f"you are a {MARK}",
        fallback_on=frozenset({AnswerFault.REFUSED}),
        disabled=frozenset({"local"}),
    )
    house.environment = {**house.environment, "GROQ_API_KEY": KEY}
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await _talk(pilot, app, house, tmp_path)
    log = _log(house)
    assert MARK not in log
    assert KEY not in log
    # It was there to be told, and what matters was.
    assert MARK in str(server.groq.chats[0].body)
    for words in (
        "started what=command version=",
        "route exchange=1 strategy=cost provider=groq",
        "answered exchange=1 provider=groq",
        "kind=auth status=401",
        "next=google",
        "attempt-started exchange=",
        "kind=unavailable",
        "nobody exchange=",
        "stopped",
    ):
        assert words in log, words


async def test_changes_of_keys_and_settings_are_told_by_name(house: House) -> None:
    app = house.app()
    async with app.run_test() as pilot:
        await ready(pilot, app)
        runtime = await app.runtime()
        runtime.keys.set("groq", KEY)
        runtime.rebuild()
        runtime.adopt(replace(runtime.settings, titles=True, log=LogLevel.OFF))
        runtime.log.logger.info("silence")
    log = _log(house)
    assert "key provider=groq what=changed" in log
    assert KEY not in log
    assert "silence" not in log


async def test_work_of_a_screen_that_fails_is_told_without_its_words(house: House) -> None:
    async def fail() -> None:
        raise ZeroDivisionError(MARK)

    app = house.app()
    async with app.run_test() as pilot:
        await ready(pilot, app)
        screen = CarefulScreen()
        await app.push_screen(screen)
        worker = screen.run_worker(fail(), exit_on_error=False)
        await until(pilot, lambda: worker.is_finished)
        await pilot.pause()
    log = _log(house)
    assert "failed what=worker" in log
    assert "ZeroDivisionError" in log
    assert MARK not in log


async def test_an_answer_that_was_stopped_is_told(house: House) -> None:
    house.server.groq.default(ok("slow", first_delay=30.0))
    app = house.app()
    async with app.run_test() as pilot:
        await ready(pilot, app)
        await send(pilot, app, "hello")
        await until(pilot, lambda: len(house.server.groq.chats) == 1)
        chat(app).action_stop()
        await until(pilot, lambda: not chat(app).busy)
    assert "ended exchange=1 state=stopped" in _log(house)


def _write(path: Path, *lines: str, level: LogLevel = LogLevel.INFO) -> None:
    log = LogFile(path, level)
    log.keep_out(lambda: [KEY])
    for line in lines:
        log.logger.info(line)
    log.close()


def test_the_file_is_private_and_a_known_key_is_cut_out(tmp_path: Path) -> None:
    path = tmp_path / "telex.log"
    _write(path, f"by mistake {KEY}", "and sk-abcdefghijklmnopqrstuvwx", "esc \x1b]0;x\x07 end")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    assert KEY not in text
    assert "sk-abcdef" not in text
    assert text.count("[key]") == 2
    assert "\x1b" not in text


def test_off_makes_no_file(tmp_path: Path) -> None:
    _write(tmp_path / "telex.log", "words", level=LogLevel.OFF)
    assert not (tmp_path / "telex.log").exists()


def test_it_turns_over_and_keeps_three(tmp_path: Path) -> None:
    _write(tmp_path / "telex.log", *(["x" * 1_500] * 4_000))
    files = sorted(each.name for each in tmp_path.iterdir())
    assert files == ["telex.log", "telex.log.1", "telex.log.2", "telex.log.3"]
    assert all(each.stat().st_size <= 1_000_000 for each in tmp_path.iterdir())
    assert {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()} == {0o600}


def test_two_of_them_lose_no_line_when_one_turns_it_over(tmp_path: Path) -> None:
    path = tmp_path / "telex.log"
    _write(path, "before")
    log = LogFile(path, LogLevel.INFO)
    log.logger.info("first")
    _wait(path, "first")
    path.rename(tmp_path / "telex.log.1")  # as the other one does
    log.logger.info("second")
    log.close()
    assert "second" in path.read_text(encoding="utf-8")


def _wait(path: Path, words: str) -> None:
    from tests.home import eventually

    eventually(lambda: words in path.read_text(encoding="utf-8"))


def test_what_cannot_be_written_disturbs_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(tmp_path / "not" / "there" / "telex.log", "lost")
    full = Path("/dev/full")
    if full.exists():
        _write(full, "lost as well")
    tmp_path.chmod(0o500)
    with unprivileged():
        _write(tmp_path / "telex.log", "lost too")
    tmp_path.chmod(0o700)
    assert capsys.readouterr() == ("", "")
    assert not (tmp_path / "telex.log").exists()


def _raise(error: Exception) -> Exception:
    try:
        try:
            raise ValueError(f"inner {MARK}")  # noqa: TRY301  # a cause is wanted
        except ValueError as inner:
            raise error from inner
    except type(error) as raised:
        return raised


def test_of_an_exception_only_type_and_place_are_told() -> None:
    error = _raise(AuthFailed(f"wrong key {KEY} {MARK}", provider="groq", status=401))
    record = logging.LogRecord("telex", 40, "", 0, "failed", (), (type(error), error, None))
    text = SafeFormatter(tuple).format(record)
    assert "AuthFailed kind=auth provider=groq status=401" in text
    assert "caused by ValueError" in text
    assert "app/test_log_file.py" in text
    assert " in _raise" in text
    assert MARK not in text
    assert str(Path.home()) not in text or Path.home() == Path("/")


def test_other_packages_are_told_of_without_their_words(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "telex.log", LogLevel.DEBUG)
    log.watch_process()
    logging.getLogger("httpx").warning("GET https://x.test/?key=%s", MARK)
    logging.getLogger("openai").debug("body %s", MARK)
    log.close()
    logging.getLogger("httpx").warning("after %s", MARK)
    text = (tmp_path / "telex.log").read_text(encoding="utf-8")
    assert "WARNING foreign logger=httpx at=tests/app/test_log_file.py:" in text
    assert len(text.splitlines()) == 1
    assert MARK not in text


def test_why_telex_did_not_start_is_told_without_the_files_words(tmp_path: Path) -> None:
    environment = {
        "TELEX_CONFIG": str(tmp_path / "config.toml"),
        "TELEX_DATA_DIR": str(tmp_path / "data"),
    }
    (tmp_path / "config.toml").write_text(f'strategy = "{MARK}"\n', encoding="utf-8")
    error = ConfigFileError(
        f"no {MARK}", path=tmp_path / "config.toml", line=1, key=f"providers.{MARK}.model"
    )
    log_outside(error, environment, "start")
    assert not (tmp_path / "data").exists()
    (tmp_path / "data").mkdir()
    log_outside(error, environment, "start")
    text = (tmp_path / "data" / "telex.log").read_text(encoding="utf-8")
    assert "settings refused line=1 key=providers.*.model" in text
    assert MARK not in text
