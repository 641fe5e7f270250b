"""The strategies side by side: what each would do with what is written now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.experiments import unit_in_view
from app.keymap import key_of
from app.outlook import Outlook, look_ahead_each
from app.prediction_text import expected_cost, expected_seconds
from app.routing import Route, without_purpose
from providers.config import Strategy

if TYPE_CHECKING:
    from app.runtime import Runtime
    from providers.messages import ChatRequest
    from providers.routing.prediction import Prediction

STRATEGY_KEYS: Mapping[Strategy, str] = {
    Strategy.COST: "c",
    Strategy.LATENCY: "l",
    Strategy.QUALITY: "q",
    Strategy.DYNAMIC: "d",
    Strategy.BALANCED: "b",
    Strategy.ADAPTIVE: "a",
    Strategy.RULES: "r",
    Strategy.EXPERIMENT: "e",
    Strategy.MANUAL: "m",
}
"""The key of each where they are listed."""

STRATEGY_WORDS: Mapping[Strategy, str] = {
    Strategy.COST: "the cheapest answers",
    Strategy.LATENCY: "the fastest answers",
    Strategy.QUALITY: "the best answers",
    Strategy.DYNAMIC: "the question decides what counts",
    Strategy.BALANCED: "who has least to do answers",
    Strategy.ADAPTIVE: "who served you best with such questions answers",
    Strategy.RULES: "your own rules decide",
    Strategy.EXPERIMENT: "each conversation stays with one arm of your experiment",
    Strategy.MANUAL: "the one you name answers",
}
"""What each goes by."""

AN_ARM = "an arm of the experiment"


@dataclass(frozen=True, slots=True)
class StrategyPreview:
    """What one strategy would do.

    Args:
        strategy: which.
        outlook: its decision; None where it cannot decide.
        lacking: why it cannot.
    """

    strategy: Strategy
    outlook: Outlook | None
    lacking: str = ""

    @property
    def first(self) -> Prediction | None:
        """Who would answer, None when nobody would, or when it is drawn."""
        outlook = self.outlook
        return None if outlook is None or outlook.draws_an_arm else outlook.first


async def preview_strategies(
    runtime: Runtime, request: ChatRequest, route: Route, conversation_id: int | None
) -> Sequence[StrategyPreview]:
    """Return what every strategy would do with ``request``, in their usual order.

    Args:
        runtime: the router and the settings.
        request: what would be sent.
        route: the one in force; ``manual`` asks whom it names.
        conversation_id: the conversation in view, which may have drawn an arm.

    Raises:
        DatabaseError: the ledger cannot say what the limits leave.
    """
    lacking = dict(without_purpose(runtime.settings))
    if route.provider is None:
        lacking[Strategy.MANUAL] = (
            f"Nobody is named yet: {key_of(runtime, 'chat.manual')} or m names a provider"
        )
    able = [strategy for strategy in Strategy if strategy not in lacking]
    wishes = [
        await unit_in_view(
            runtime, Route(each, route.provider, route.model).options, conversation_id
        )
        for each in able
    ]
    _, outlooks = await look_ahead_each(runtime.factory.router, request, wishes)
    known = dict(zip(able, outlooks, strict=True))
    return [StrategyPreview(each, known.get(each), lacking.get(each, "")) for each in STRATEGY_KEYS]


def who_words(preview: StrategyPreview) -> str:
    """Return who would answer, or why nobody would."""
    if preview.outlook is None:
        return preview.lacking
    if preview.outlook.draws_an_arm:
        return AN_ARM
    first = preview.first
    return preview.outlook.reason if first is None else f"{first.provider} · {first.model}"


def change_words(before: StrategyPreview, after: StrategyPreview) -> str:
    """Return what taking ``after`` in place of ``before`` would change for this prompt."""
    old, new = before.first, after.first
    if old is None or new is None:
        return f"{who_words(before)} → {who_words(after)}"
    if (old.provider, old.model) == (new.provider, new.model):
        return f"the same: {new.provider} · {new.model}"
    cost = f"{expected_cost(old)} → {expected_cost(new)}"
    seconds = f"{expected_seconds(old)} → {expected_seconds(new)}"
    quality = f"quality {old.quality:.2f} → {new.quality:.2f}"
    return f"{old.provider} → {new.provider} · {cost} · {seconds} · {quality}"
