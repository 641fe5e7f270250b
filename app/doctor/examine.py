"""Runs the checks: side by side, each with a time limit, none able to stop another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar, cast

from app.doctor.answerers import check_answerers
from app.doctor.configuration import check_configuration, check_variables
from app.doctor.database import check_database
from app.doctor.finding import Finding, problem
from app.doctor.key_checks import check_keyring, check_keys
from app.doctor.local import check_built_in, check_servers
from app.doctor.network import check_clock, check_proxies
from app.doctor.patient import Patient
from app.doctor.provider_checks import check_providers
from app.doctor.software import check_log, check_software
from app.doctor.terminal import check_terminal
from app.log_format import name_of

T = TypeVar("T")
Checking = Callable[[Patient], Sequence[Finding] | Awaitable[Sequence[Finding]]]
Told = Callable[[int, Sequence[Finding]], None]
"""Told which check has ended, counted from 0, and what it found."""


@dataclass(frozen=True, slots=True)
class Check:
    """One of the checks.

    Args:
        subject: what it looks at.
        run: looks; begins in a thread.
        seconds: how long it may take.
    """

    subject: str
    run: Checking
    seconds: float = 10.0


CHECKS: tuple[Check, ...] = (
    Check("software", check_software),
    Check("configuration", check_configuration),
    Check("variables", check_variables),
    Check("keyring", check_keyring),
    Check("keys", check_keys),
    Check("answers", check_answerers),
    Check("database", check_database, 30.0),
    Check("log", check_log),
    Check("providers", check_providers, 20.0),
    Check("built-in model", check_built_in, 20.0),
    Check("local servers", check_servers),
    Check("terminal", check_terminal),
    Check("clock", check_clock),
    Check("proxies", check_proxies),
)


async def examine(
    patient: Patient, *, checks: Sequence[Check] = CHECKS, told: Told = lambda _, __: None
) -> tuple[Finding, ...]:
    """Return what every check has found, in their order.

    Args:
        patient: what is looked at.
        checks: which.
        told: called as each ends.
    """

    async def run(index: int, check: Check) -> Sequence[Finding]:
        [outcome] = await asyncio.gather(_within(check, patient), return_exceptions=True)
        # A check that is itself broken says so, and the others go on.
        found = (
            [problem(check.subject, f"the check itself failed: {name_of(outcome)}", _REPORT)]
            if isinstance(outcome, BaseException)
            else outcome
        )
        told(index, found)
        return found

    found = await asyncio.gather(*(run(index, check) for index, check in enumerate(checks)))
    return tuple(finding for each in found for finding in each)


_REPORT = "the rest of this report holds; please report this as a defect of telex"


async def _within(check: Check, patient: Patient) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(check.seconds):
            return await in_thread(lambda: _looked(check, patient))
    except TimeoutError:
        words = f"no result within {check.seconds:g} s"
        return [problem(check.subject, words, "something there hangs: see what it is about")]


def _looked(check: Check, patient: Patient) -> Sequence[Finding]:
    """Return what a check finds. One that waits does so on a loop of its own.

    Opening connections takes a tenth of a second of computing, which a screen would feel.
    """
    outcome = check.run(patient)
    if not isinstance(outcome, Awaitable):
        return outcome

    async def wait() -> Sequence[Finding]:
        async with asyncio.timeout(check.seconds):
            return await outcome

    return asyncio.run(wait())


async def in_thread(work: Callable[[], T]) -> T:
    """Return what ``work`` returns.

    Its thread is one that nobody joins: a disk or keyring that hangs must not keep the report.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: Exception | None) -> None:
        if done.done():
            return  # nobody waits any longer
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(cast("T", result))

    def run() -> None:
        result: T | None = None
        failure: Exception | None = None
        try:
            result = work()
        except Exception as error:  # noqa: BLE001  # handed over to who waits
            failure = error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, name="telex-doctor", daemon=True).start()
    return await done
