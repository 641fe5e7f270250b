"""Changing the strategy, and saying what that changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.experiments import unit_in_view
from app.outlook import look_ahead_each
from app.routing import Route
from app.strategies import StrategyPreview, change_words, preview_strategies
from providers.config import Strategy
from widgets.strategy_strip import StrategyStrip, StripView

if TYPE_CHECKING:
    from app.screens.crew import Crew


class StrategySwitch:
    """Takes another strategy for the conversation in view, and for new ones.

    Args:
        crew: those who do the chat's work.
    """

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    async def cycle(self) -> None:
        """Take the next strategy.

        Raises:
            DatabaseError: it holds for now, but could not be kept.
        """
        telex = self._crew.desk.telex
        await self.take(telex.route.cycled(telex.settings))

    async def take(self, route: Route) -> None:
        """Route like this from now on, and say for some seconds what that changed.

        Raises:
            DatabaseError: it holds for now, but could not be kept.
        """
        desk = self._crew.desk
        before = desk.telex.route
        strip = desk.query_one(StrategyStrip)
        names = [each.value for each in route.cycle(desk.telex.settings)]
        strip.show(StripView(names, route.strategy.value))
        await self._crew.places.choose(route)
        change = await self._change(before, route)
        if desk.telex.route == route:  # a faster key is about to say what it changed
            strip.show(StripView(names, route.strategy.value, change))

    async def choose(self) -> None:
        """List all strategies with what each would do, and take the one that is picked.

        Raises:
            DatabaseError: the ledger cannot say what the limits leave.
        """
        from app.screens.strategies import StrategiesScreen

        desk = self._crew.desk
        runtime = await desk.telex.runtime()
        request, written = await self._crew.draft.request()
        route = desk.telex.route
        previews = await preview_strategies(runtime, request, route, desk.conversation_id)
        screen = StrategiesScreen(previews, route.strategy, written=written)
        desk.app.push_screen(screen, desk.carefully(self._picked))

    async def _picked(self, strategy: Strategy | None) -> None:
        if strategy is None:
            return
        route = replace(self._crew.desk.telex.route, strategy=strategy)
        if strategy is Strategy.MANUAL and route.provider is None:
            await self._crew.desk.run_action("pick_provider")
            return
        await self.take(route)

    async def _change(self, before: Route, after: Route) -> str:
        desk = self._crew.desk
        runtime = await desk.telex.runtime()
        request, _ = await self._crew.draft.request()
        wishes = [
            await unit_in_view(runtime, each.options, desk.conversation_id)
            for each in (before, after)
        ]
        _, outlooks = await look_ahead_each(runtime.factory.router, request, wishes)
        old, new = (
            StrategyPreview(route.strategy, outlook)
            for route, outlook in zip((before, after), outlooks, strict=True)
        )
        return change_words(old, new)
