from __future__ import annotations

from decimal import Decimal

from app.meter import LiveMeter
from providers.billing.pricing import PriceBook
from providers.config import CustomConfig, GoogleConfig, PriceOverride
from providers.events import AttemptStarted

PRICE = PriceOverride(Decimal(1), Decimal(2))
ONE, TWO = (GoogleConfig(name=name, price=PRICE) for name in ("one", "two"))
UNPRICED = CustomConfig(name="box", model="m", base_url="http://127.0.0.1:9")


def started(position: int, *, hedge: bool = False) -> AttemptStarted:
    return AttemptStarted(position, "p", "m", None, input_tokens=1_000_000, hedge=hedge)


def test_both_calls_of_a_race_are_on_the_bill() -> None:
    now = 0.0
    meter = LiveMeter(PriceBook(), lambda: now)
    meter.start(started(1), ONE)
    assert meter.cost == 1
    meter.start(started(2, hedge=True), TWO)
    assert meter.cost == 2
    meter.attempt_cancelled(1)
    meter.add("x" * 4_000_000)
    assert meter.cost == 4, "what the loser read, and what the winner reads and says"
    now = 2.0
    assert meter.tokens_per_second == 500_000


def test_who_is_left_speaks_when_the_backup_fails_or_loses() -> None:
    for end in (LiveMeter.attempt_cancelled, lambda m, p: m.attempt_failed(p, Decimal("0.5"))):
        meter = LiveMeter(PriceBook(), lambda: 0.0)
        meter.start(started(1), ONE)
        meter.start(started(2, hedge=True), TWO)
        end(meter, 2)
        paid = meter.cost
        assert paid is not None
        meter.add("x" * 4_000_000)
        assert meter.cost == paid + 2


def test_an_unknown_price_makes_the_sum_unknown() -> None:
    meter = LiveMeter(PriceBook(), lambda: 0.0)
    meter.start(started(1), UNPRICED)
    assert meter.cost is None
    meter.attempt_failed(1, None)
    meter.start(started(2), ONE)
    assert meter.cost is None
