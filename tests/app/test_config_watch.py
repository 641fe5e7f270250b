"""Following the configuration file through what editors and disks do to it."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any

import pytest

from app.config_watch import ConfigWatch
from providers.config import Strategy
from storage.config_edit import ConfigEdit, edit_config, write_edits
from storage.errors import ConfigFileError, DatabaseError
from storage.file_signature import signature_of
from tests.app.house import House, ready, toasts, until
from tests.app.test_configuration import write_down


class Followed:
    """A watch whose looks the test makes."""

    def __init__(self, house: House) -> None:
        self.path = house.paths.config_file
        self.path.write_text("titles = false\n")
        self.rereads: list[str | None] = []
        self.takes = True
        self.watch = ConfigWatch(
            self.path, read_as=signature_of(self.path), reread=self._reread, sleep=self._sleep
        )
        self.sleeps = 0
        self.meanwhile: dict[int, str] = {}

    async def _reread(self) -> bool:
        self.rereads.append(self.path.read_text() if self.path.exists() else None)
        return self.takes

    async def _sleep(self, seconds: float) -> None:
        del seconds
        self.sleeps += 1
        if self.sleeps in self.meanwhile:
            self.path.write_text(self.meanwhile[self.sleeps])

    async def look(self, times: int = 1) -> None:
        for _ in range(times):
            await self.watch.look()


@pytest.fixture
def followed(house: House) -> Followed:
    return Followed(house)


async def test_what_is_half_written_is_never_taken_over(followed: Followed) -> None:
    await followed.look(3)
    assert followed.rereads == []
    followed.path.write_text("")
    await followed.look()
    followed.path.write_text("titles")
    await followed.look()
    followed.path.write_text("titles = true\n")
    await followed.look(4)
    assert followed.rereads == ["titles = true\n"]


async def test_a_file_that_is_moved_away_for_a_moment_is_not_missed(followed: Followed) -> None:
    text = followed.path.read_text()
    followed.path.unlink()
    await followed.look()
    followed.path.write_text(text)
    await followed.look(3)
    assert followed.rereads == [text]
    followed.path.unlink()
    await followed.look(2)
    assert followed.rereads[-1] is None


async def test_what_could_not_be_taken_over_is_tried_again(followed: Followed) -> None:
    followed.takes = False
    followed.path.write_text("titles = true\n")
    await followed.look(4)
    assert len(followed.rereads) == 3
    followed.takes = True
    await followed.look(3)
    assert len(followed.rereads) == 4


async def test_nothing_is_changed_while_somebody_else_writes(followed: Followed) -> None:
    assert await followed.watch.settled()
    followed.path.write_text("")
    assert not await followed.watch.settled(), "an editor has emptied it"
    followed.sleeps, followed.meanwhile = 0, {1: "a", 2: "ab", 3: "abc"}
    assert await followed.watch.settled()
    assert followed.path.read_text() == "abc"


def test_the_signature_of_what_was_written_is_told(house: House) -> None:
    path = house.paths.config_file
    written = write_edits(path, [ConfigEdit(("titles",), False)])
    assert written.signature == signature_of(path)
    edit_config(path, [ConfigEdit(("titles",), True)])
    assert written.signature != signature_of(path), "somebody else's is another one"


async def test_a_file_that_is_gone_keeps_what_it_said(house: House) -> None:
    write_down(house)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        assert await app.change([ConfigEdit(("daily_budget",), Decimal("0.5"))])
        text = house.paths.config_file.read_text()
        house.paths.config_file.unlink()
        await until(pilot, lambda: app.config_problem is not None)
        assert "the file is gone" in str(app.config_problem)
        assert app.settings.daily_budget == Decimal("0.5")
        assert not await app.change([ConfigEdit(("titles",), True)])
        assert not house.paths.config_file.exists()
        house.paths.config_file.write_text(text)
        await until(pilot, lambda: app.config_problem is None)


async def test_a_ledger_that_fails_meanwhile_ends_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_down(house)
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        runtime = await app.runtime()
        adopt, failures = runtime.adopt, [1, 1, 1]

        def failing(settings: Any) -> None:
            if failures:
                failures.pop()
                raise DatabaseError("the disk is away", path=house.paths.database)
            adopt(settings)

        monkeypatch.setattr(runtime, "adopt", failing)
        assert not await app.change([ConfigEdit(("routing_strategy",), "latency")])
        await until(pilot, lambda: "the disk is away" in toasts(app))
        # It is in the file, and so in force as soon as it can be.
        await until(pilot, lambda: app.route.strategy is Strategy.LATENCY)


def test_endless_nesting_is_refused_in_words(house: House) -> None:
    house.paths.config_file.write_text("a = " + "[" * 5000)
    with pytest.raises(ConfigFileError, match="nested"):
        edit_config(house.paths.config_file, [ConfigEdit(("titles",), True)])
    assert os.path.getsize(house.paths.config_file) == 5004  # noqa: PTH202


@pytest.mark.parametrize("key", ["daily_budget", "timeout_seconds"])
def test_numbers_beyond_reason_are_refused(house: House, key: str) -> None:
    house.paths.config_file.write_text(f"{key} = 1e9999\n")
    with pytest.raises(ConfigFileError, match=f"{key} must be at most"):
        edit_config(house.paths.config_file, [ConfigEdit(("titles",), True)])
