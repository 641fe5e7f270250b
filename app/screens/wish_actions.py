"""What a conversation may cost, and whether its answers may be given again: typed commands."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from app.refusals import CannotDo
from providers.billing.money import format_usd

if TYPE_CHECKING:
    from app.screens.hands import Hands
    from storage.rows import ConversationWishes

_LEAST, _MOST = Decimal("0.000001"), Decimal(1_000_000)  # dollars of a budget
_SWITCH = {"on": True, "off": False}


async def budget(hands: Hands, amount: str) -> None:
    """Limit what the conversation may cost in all.

    Raises:
        CannotDo: the words are no amount of money.
    """
    try:
        dollars = None if amount in ("off", "none") else Decimal(amount.lstrip("$"))
    except InvalidOperation:
        raise CannotDo("Say dollars, as in /budget 0.50, or /budget off") from None
    if dollars is not None and not (dollars.is_finite() and _LEAST <= dollars <= _MOST):
        raise CannotDo(
            f"A budget is more than nothing and at most {_MOST:,} dollars, as in /budget 0.50"
        )
    words = "has no budget of its own" if dollars is None else f"may cost {format_usd(dollars)}"
    await _wish(hands, replace(hands.crew.places.wishes, budget=dollars), words)


async def cache(hands: Hands, switch: str) -> None:
    """Have answers of the conversation kept to be given again, or not; or say how it is.

    Raises:
        CannotDo: the word is neither ``on`` nor ``off``.
    """
    wishes = hands.crew.places.wishes
    if switch and switch not in _SWITCH:
        raise CannotDo("Say /cache on or /cache off")
    wishes = replace(wishes, cache=_SWITCH.get(switch, wishes.cache))
    words = "may take answers from the cache" if wishes.cache else "asks anew every time"
    if hands.crew.desk.telex.settings.caching is None:
        words += " (the cache is off in the configuration)"
    await _wish(hands, wishes, words)


async def _wish(hands: Hands, wishes: ConversationWishes, words: str) -> None:
    await hands.crew.places.wish(wishes)
    await hands.crew.facts.refresh()
    hands.crew.desk.changed()
    hands.crew.desk.notify(f"This conversation {words}", markup=False)
