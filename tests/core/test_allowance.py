"""What is left of rate limits, between one reading and the next."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.adapters.rate_limits import quota_of
from providers.learning.allowance import AllowanceBook, Room
from providers.quota import Meter, Quota
from tests.core.clock import Clock

KEY = ("groq", "oss")


def book(
    clock: Clock, *, requests: Meter | None = None, tokens: Meter | None = None
) -> AllowanceBook:
    allowances = AllowanceBook(clock)
    allowances.read(allowances.began(KEY, 0), Quota(requests, tokens))
    return allowances


def test_whoever_said_nothing_has_room() -> None:
    allowances = AllowanceBook(Clock())
    assert allowances.room(KEY, 10**9) == Room()
    allowances.ended(allowances.began(KEY, 5))
    assert allowances.room(KEY, 10**9) == Room()
    assert allowances.quota(KEY) is None


def test_what_is_used_up_refills_evenly() -> None:
    clock = Clock()
    allowances = book(clock, tokens=Meter(6000, 0, reset=60.0))
    room = allowances.room(KEY, 1000)
    assert room.wait == pytest.approx(10.0)
    assert room.words == "has 0 of 6,000 tokens left, more in 10 s"
    clock.now += 9.0
    assert allowances.room(KEY, 1000).wait == pytest.approx(1.0)
    clock.now += 1.1
    assert allowances.room(KEY, 1000).wait == 0
    clock.now += 60.0
    assert allowances.room(KEY, 6000).wait == 0


def test_calls_under_way_are_taken_off_until_their_headers_come() -> None:
    allowances = book(Clock(), requests=Meter(30, 2, reset=60.0))
    first = allowances.began(KEY, 10)
    assert allowances.room(KEY, 10).wait == 0
    second = allowances.began(KEY, 10)
    assert allowances.room(KEY, 10).wait != 0
    allowances.read(first, Quota(Meter(30, 2, 60.0)))  # it counts itself in
    assert allowances.room(KEY, 10).wait == 0
    allowances.ended(second)
    allowances.ended(second)
    third = allowances.began(KEY, 10)
    assert allowances.room(KEY, 10).wait == 0
    allowances.ended(third)


def test_little_left_is_strained() -> None:
    assert book(Clock(), requests=Meter(100, 11, 60.0)).room(KEY, 1).strained is False
    assert book(Clock(), requests=Meter(100, 10, 60.0)).room(KEY, 1).strained is True
    both = book(Clock(), requests=Meter(100, 90, 60.0), tokens=Meter(1000, 150, 60.0))
    assert both.room(KEY, 100).strained is True


def test_more_than_there_ever_is_never_fits() -> None:
    room = book(Clock(), tokens=Meter(6000, 6000, 0.0)).room(KEY, 7000)
    assert room.wait is None
    assert room.words == "allows 6,000 tokens at a time, this is 7,000"


def test_what_never_fits_is_tried_again_when_the_reading_is_old() -> None:
    """An account may have been given more, or an odd header have said that there is nothing."""
    clock = Clock()
    allowances = book(clock, tokens=Meter(0, 0, 0.0))
    assert allowances.room(KEY, 10).wait is None
    clock.now += 61.0
    assert allowances.room(KEY, 10).wait == 0
    probe = allowances.began(KEY, 10)
    assert allowances.room(KEY, 10).wait is None, "one finds out for all"
    allowances.ended(probe)


def test_without_a_limit_the_reset_counts() -> None:
    clock = Clock()
    allowances = book(clock, requests=Meter(None, 0, reset=5.0))
    assert allowances.room(KEY, 1).wait == pytest.approx(5.0)
    clock.now += 5.0
    assert allowances.room(KEY, 1).wait == 0


def test_the_book_tells_what_is_left() -> None:
    clock = Clock()
    allowances = book(clock, requests=Meter(30, 0, reset=60.0))
    clock.now += 20.0
    allowances.began(KEY, 10)
    assert allowances.quota(KEY) == Quota(Meter(30, 9, 40.0))


@given(
    limit=st.integers(1, 10_000),
    used=st.floats(0, 1),
    reset=st.floats(0.01, 3600),
    need=st.integers(1, 10_000),
    later=st.floats(0, 4000),
)
def test_there_is_room_after_the_wait_and_not_before(
    limit: int, used: float, reset: float, need: int, later: float
) -> None:
    clock = Clock()
    allowances = book(clock, tokens=Meter(limit, int(limit * used), reset))
    clock.now += later
    room = allowances.room(KEY, need)
    if need > limit:
        assert room.wait == (0 if later >= max(reset, 60.0) else None)
        return
    assert room.wait is not None
    if room.wait > 0.11:
        clock.now += room.wait - 0.05
        assert allowances.room(KEY, need).wait
    clock.now += room.wait + 0.06
    assert allowances.room(KEY, need).wait == 0


NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "quota"),
    [
        (
            {
                "x-ratelimit-limit-requests": "14400",
                "x-ratelimit-remaining-requests": "14399",
                "x-ratelimit-reset-requests": "6m0.5s",
                "x-ratelimit-limit-tokens": "6000",
                "x-ratelimit-remaining-tokens": "5990",
                "x-ratelimit-reset-tokens": "120ms",
            },
            Quota(Meter(14400, 14399, 360.5), Meter(6000, 5990, 0.12)),
        ),
        (
            {
                "anthropic-ratelimit-requests-limit": "50",
                "anthropic-ratelimit-requests-remaining": "0",
                "anthropic-ratelimit-requests-reset": "2026-11-22T12:00:30Z",
                "anthropic-ratelimit-tokens-remaining": "7000",
                "anthropic-ratelimit-tokens-reset": "2026-11-22T11:00:00Z",
            },
            Quota(Meter(50, 0, 30.0), Meter(None, 7000, 0.0)),
        ),
        ({"x-ratelimit-remaining-requests": "-1", "x-ratelimit-reset-requests": "1s"}, None),
        ({"x-ratelimit-remaining-requests": "5", "x-ratelimit-reset-requests": "soon"}, None),
        ({"x-ratelimit-remaining-requests": "5"}, None),
        ({"anthropic-ratelimit-requests-remaining": "5"}, None),
        ({}, None),
    ],
)
def test_the_headers_are_read_in_each_form(headers: dict[str, str], quota: Quota | None) -> None:
    assert quota_of(headers, now=NOW) == quota
