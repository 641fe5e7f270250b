"""The doctor as a screen, and checks that hang or break."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from app.doctor.database import check_database
from app.doctor.examine import CHECKS, Check, examine
from app.doctor.finding import Finding, State, fine, problem, summary, warning
from app.doctor.key_checks import check_keyring, check_keys
from app.doctor.patient import Patient, admit
from app.doctor.report import report_text
from app.screens.doctor import DoctorScreen
from app.telex import TelexApp
from providers.keyring_access import KeyringState
from storage.keys import KeyStore
from storage.ledger import SqliteLedger
from storage.settings import Settings
from storage.state_file import State as AppState
from tests.app.house import House, ready, until
from tests.app.test_looks import SnapCompare


class LockedKeyring:
    """A keyring that nobody has unlocked."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        from keyring.errors import KeyringLocked

        raise KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError

    def delete_password(self, service: str, username: str) -> None:
        raise AssertionError


def _patient(folder: Path, **more: str) -> Patient:
    environment = {
        "HOME": str(folder),
        "TELEX_CONFIG": str(folder / "config.toml"),
        "TELEX_DATA_DIR": str(folder / "data"),
        **more,
    }
    keys = KeyStore(Settings().providers.values(), environment, backend=LockedKeyring())
    return admit(environment, keys=keys)


async def test_a_check_that_hangs_or_breaks_stops_no_other(tmp_path: Path) -> None:
    hangs = threading.Event()

    def hang(_: Patient) -> Sequence[Finding]:
        hangs.wait(20)
        return []

    async def wait(_: Patient) -> Sequence[Finding]:
        await asyncio.Event().wait()
        return []

    def crash(_: Patient) -> Sequence[Finding]:
        raise ZeroDivisionError("a secret")

    checks = [
        Check("hangs", hang, 0.05),
        Check("waits", wait, 0.05),
        Check("breaks", crash),
        Check("works", lambda _: [fine("works", "well")]),
    ]
    ended: list[int] = []
    found = await examine(
        _patient(tmp_path), checks=checks, told=lambda index, _: ended.append(index)
    )
    hangs.set()
    assert [each.state for each in found] == [*[State.PROBLEM] * 3, State.OK]
    assert [each.subject for each in found] == ["hangs", "waits", "breaks", "works"]
    assert "ZeroDivisionError" in found[2].found
    assert "secret" not in found[2].found
    assert sorted(ended) == [0, 1, 2, 3]


def test_a_locked_keyring_says_how_to_go_on(tmp_path: Path) -> None:
    patient = _patient(tmp_path)
    assert patient.keys.keyring_state is KeyringState.LOCKED
    [found] = check_keyring(patient)
    assert (found.state, found.found.startswith("The OS keyring is locked")) == (
        State.WARNING,
        True,
    )
    assert "unlock it" in found.advice


def test_a_database_that_another_one_writes(tmp_path: Path) -> None:
    from tests.app.random_ledgers import fill

    patient = _patient(tmp_path)
    patient.paths.data_folder.mkdir()
    SqliteLedger(patient.paths.database).close()
    fill(patient.paths.database, [])
    import sqlite3

    with sqlite3.connect(patient.paths.database, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        states = {each.found: each.state for each in check_database(patient)}
        other.execute("ROLLBACK")
    other.close()
    assert states["it is locked just now"] is State.WARNING
    assert State.PROBLEM not in states.values()
    patient.paths.database.write_bytes(b"SQLite format 3\x00" + b"\x07" * 5_000)
    broken = [each for each in check_database(patient) if each.state is State.PROBLEM]
    assert broken
    assert broken[0].advice


def test_a_report_holds_no_key_and_no_home(tmp_path: Path) -> None:
    patient = _patient(tmp_path, GROQ_API_KEY="gsk_0123456789secret")
    findings = [warning("x", f"in {tmp_path}/a with gsk_0123456789secret \x1b]0;t\x07", "do")]
    text = report_text(findings, patient, width=80)
    assert "gsk_0123" not in text
    assert "in ~/a with [key]" in text
    assert "\x1b" not in text
    assert text.endswith("1 warning.")


FINDINGS = (
    fine("telex", "0.1.0 on Linux"),
    warning("Keyring", "The OS keyring is locked", "unlock it, or use environment variables"),
    *(fine(f"Key: {name}", "from the keyring") for name in ("openai", "anthropic", "google")),
    problem("groq", "wrong key (HTTP 401)", "set its key anew: telex keys set groq (f9)"),
    *(fine(f"more {number}", "it is as it should be " * 5) for number in range(9)),
)


async def _opened(
    pilot: Pilot[Any], app: TelexApp, checks: Sequence[Check] | None = None
) -> DoctorScreen:
    await ready(pilot, app)
    shown = checks or [Check(each.subject, lambda _, found=each: [found]) for each in FINDINGS]  # type: ignore[misc]
    screen = DoctorScreen(await app.runtime(), app.environment, checks=shown)
    await app.push_screen(screen)
    await until(pilot, lambda: "Checking" not in _words(screen, "#doctor-title"))
    return screen


def _words(screen: DoctorScreen, selector: str) -> str:
    return str(screen.query_one(selector, Static).content)


async def test_the_screen_lists_the_worst_first_and_looks_again(house: House) -> None:
    left = iter((problem("groq", "wrong key", "set it anew"), fine("groq", "answers")))
    checks = [
        Check("telex", lambda _: [fine("telex", "0.1.0")]),
        Check("groq", lambda _: [next(left)]),
    ]
    app = house.app()
    async with app.run_test() as pilot:
        screen = await _opened(pilot, app, checks)
        lines = _words(screen, "#doctor-body").splitlines()
        assert lines[0].startswith("✗ groq")
        assert "→ set it anew" in lines[1]
        assert "1 problem." in _words(screen, "#doctor-title")
        await pilot.press("r")
        await until(pilot, lambda: "All is well" in _words(screen, "#doctor-title"))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not screen)


async def test_a_malformed_key_is_told_every_time(house: House) -> None:
    house.environment = {**house.environment, "GROQ_API_KEY": "two words"}
    house.settings = house.with_settings(keys={"app.keys": "f12", "doctor.again": "a"})
    house.paths.config_file.write_text('[keys]\n"app.keys" = "f12"\n', encoding="utf-8")
    app = house.app()
    async with app.run_test() as pilot:
        screen = await _opened(pilot, app, [Check("keys", check_keys)])
        for _ in range(2):
            body = " ".join(_words(screen, "#doctor-body").split())
            assert "GROQ_API_KEY is not used" in body
            assert "set it anew: f12" in body
            assert "a check again" in _words(screen, "#doctor-hint")
            await pilot.press("a")
            await until(pilot, lambda: "Checking" not in _words(screen, "#doctor-title"))


async def test_the_report_is_copied(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    app = house.app()
    async with app.run_test() as pilot:
        copied: list[str] = []
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        await _opened(pilot, app)
        await pilot.press("c")
        await until(pilot, lambda: copied)
        assert "✗ groq" in copied[0]
        assert copied[0].startswith("✓ telex")


async def test_the_palette_opens_it(house: House) -> None:
    app = house.app()
    async with app.run_test() as pilot:
        await ready(pilot, app)
        commands = {each.title: each.callback for each in app.get_system_commands(app.screen)}
        assert "Doctor: what is wrong" in commands
    assert summary(FINDINGS) == "1 problem, 1 warning."
    assert len({check.subject for check in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize(
    ("size", "theme"),
    [
        *(((80, 24), theme) for theme in ("dark", "light")),
        *(((120, 40), theme) for theme in ("dark", "light")),
        ((200, 60), "dark"),
    ],
)
def test_looks(snap_compare: SnapCompare, house: House, size: tuple[int, int], theme: str) -> None:
    app = house.app(state=AppState(theme=f"textual-{theme}"))
    app.animation_level = "none"

    async def run(pilot: Pilot[Any]) -> None:
        await _opened(pilot, app)
        await pilot.pause(0.1)

    assert snap_compare(app, terminal_size=size, run_before=run)
