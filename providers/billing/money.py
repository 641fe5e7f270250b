"""Money: ``Decimal`` dollars in code, whole nano-dollars in the database."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

_NANOS_PER_DOLLAR = 10**9
_PRECISION = 60  # far more digits than any price times any token count needs
_CENT = Decimal("0.01")
_SHOWN_DIGITS = 3  # significant digits of an amount below a cent


def to_nanos(amount: Decimal) -> int:
    """Return ``amount`` US dollars as whole nano-dollars, halves rounded up.

    Raises:
        ValueError: ``amount`` is infinite or no number.
    """
    if not amount.is_finite():
        raise ValueError(f"{amount} is no amount of money")
    with localcontext() as context:
        context.prec = _PRECISION
        return int((amount * _NANOS_PER_DOLLAR).to_integral_value(rounding=ROUND_HALF_UP))


def from_nanos(nanos: int) -> Decimal:
    """Return whole nano-dollars as US dollars, exactly."""
    with localcontext() as context:
        context.prec = _PRECISION
        return Decimal(nanos).scaleb(-9).normalize() + Decimal(0)


def format_usd(amount: Decimal | None) -> str:
    """Return ``amount`` US dollars for the eye.

    ``?`` when it is unknown, ``$0`` only when it is exactly zero, two decimals from a cent up,
    and three significant digits below, so that a tiny cost never looks like nothing.
    """
    if amount is None:
        return "?"
    if amount == 0:
        return "$0"
    sign = "-" if amount < 0 else ""
    size = abs(amount)
    if size >= _CENT:
        return f"{sign}${size.quantize(_CENT, rounding=ROUND_HALF_UP):,}"
    last_digit = size.adjusted() - (_SHOWN_DIGITS - 1)
    rounded = size.quantize(Decimal(1).scaleb(last_digit), rounding=ROUND_HALF_UP)
    return f"{sign}${rounded.normalize():f}"


def format_exactly(amount: Decimal | None) -> str:
    """Return ``amount`` US dollars to the nano-dollar, for sums that are held against a limit.

    Rounded for the eye, one that just exceeds a limit would seem to fit into it.
    """
    if amount is None or amount == amount.quantize(_CENT):
        return format_usd(amount)
    return f"${from_nanos(to_nanos(amount)):,f}"
