"""Leads through the first steps, in the place of the welcome, while the composer stays in use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from providers.errors import TelexError
from widgets.one_line import one_line
from widgets.welcome import Welcome

if TYPE_CHECKING:
    from app.key_places import KeyPlaces
    from app.local_models.discovery import FoundServer
    from app.onboarding import Act, Page, Step, UseServer, Wishes
    from app.routing import Route
    from app.screens.desk import Desk
    from widgets.onboarding import CardView, OnboardingCard

_HINT = "↑ ↓ enter choose · esc skips all · or just type a question below"
_KEYS = ("up", "down", "enter")
_LATER = "Later: ctrl+p, First steps · ctrl+s settings · f9 keys"


class FirstSteps:
    """The card and what its choices do.

    Args:
        desk: the chat screen.
        take: puts a route in force.
    """

    def __init__(self, desk: Desk, take: Callable[[Route], Awaitable[None]]) -> None:
        self._desk = desk
        self._take = take
        self._card: OnboardingCard | None = None
        self._step: Step | None = None
        self._found: KeyPlaces | None = None
        self._servers: list[FoundServer] | None = None
        self._wishes: Wishes | None = None
        self._page: Page | None = None
        self._note = ""
        self._busy = False

    @property
    def in_view(self) -> bool:
        """Whether the card can be seen, and so may take keys."""
        return self._card is not None and self._desk.has_class("-empty")

    async def begin(self) -> None:
        """Show the first page, in an empty conversation."""
        from app.onboarding import Step
        from widgets.onboarding import OnboardingCard

        if self._card is None:
            card = OnboardingCard(self.choose, id="first-steps")
            await self._desk.query_one(Welcome).host(card)
            self._card = card
        self._found = self._servers = self._wishes = None
        self._desk.composer.lend_keys(self._key)
        self._go(Step.WHAT)
        self.look()

    def look(self) -> None:
        """Look for keys and servers, again: a screen on top may have changed them."""
        if self._card is not None:
            self._desk.run_worker(self._look(), group="first-steps", exclusive=True)

    def skip(self) -> bool:
        """End the first steps where they are in view; return whether they were."""
        if not self.in_view or self._desk.composer.text:
            return False
        self.end(_LATER)
        return True

    def end(self, words: str = "") -> None:
        """Put the usual welcome back, with ``words`` below it."""
        card, self._card = self._card, None
        if card is not None:
            self._desk.composer.lend_keys(None)
            self._desk.query_one(Welcome).release(words)

    def choose(self, place: int) -> None:
        """Do what a line of the card says."""
        page = self._page
        if page is None or place >= len(page.offers):
            return
        from app import onboarding as steps

        # Keys come faster than workers begin: what can be done at once is done at once.
        match page.offers[place].act:
            case None:
                pass
            case steps.GoOn():
                self._go_on()
            case steps.SkipAll():
                self.end(_LATER)
            case steps.Take() | steps.Limit() as act:
                self._mark(act)
            case act if not self._busy:
                self._busy = True
                self._desk.run_worker(self._do(act), group="first-steps-act", exit_on_error=False)

    def _key(self, key: str) -> bool:
        card = self._card
        if card is None or not self.in_view:
            return False
        if self._busy and key in _KEYS:
            return True  # it has been chosen already
        match key:
            case "up":
                card.move(-1)
            case "down":
                card.move(1)
            case "enter":
                self.choose(card.place)
            case _:
                return False
        return True

    async def _look(self) -> None:
        from app.key_places import read_places
        from app.local_models.discovery import discover

        telex = self._desk.telex
        runtime = await telex.runtime()
        self._found = await asyncio.to_thread(
            read_places, runtime.keys, runtime.settings, telex.environment
        )
        self._paint()
        self._servers = list(await discover(telex.environment))
        self._paint()

    # Choices

    async def _do(self, act: Act) -> None:
        from app import onboarding as steps

        try:
            match act:
                case steps.AddKey():
                    await self._desk.app.run_action("app.keys")
                case steps.ImportKeys():
                    await self._import_keys()
                case steps.UseServer() as use:
                    await self._use_server(use)
                case steps.Finish():
                    await self._finish()
        except TelexError as error:
            self._desk.telex.complain(error)
        finally:
            self._busy = False

    def _go_on(self, note: str = "") -> None:
        from app.onboarding import Step

        self._note = note
        self._go(Step.ROUTING if self._step is Step.KEYS else Step.KEYS)

    async def _import_keys(self) -> None:
        from app.screens.key_work import KeyWork

        if self._found is None:
            return
        runtime = await self._desk.telex.runtime()
        words = f"✓ {await KeyWork(runtime).take_in(self._found.importable)}"
        if self.in_view:
            self._go_on(words)
        else:  # esc was pressed meanwhile
            self._desk.notify(one_line(words), markup=False)

    async def _use_server(self, use: UseServer) -> None:
        from app.local_models.use import use_server

        telex = self._desk.telex
        runtime = await telex.runtime()
        if await telex.change(use_server(use.server, use.model, runtime.settings)):
            self._go_on(f"✓ {use.model.name} answers as {use.server.kind.value}, at no cost.")

    def _mark(self, act: Act) -> None:
        from dataclasses import replace

        from app.onboarding import Limit, Take

        wishes = self._wishes
        if wishes is None or self._card is None or self._page is None:
            return
        group: type[Act] | None = None
        if isinstance(act, Take):
            self._wishes, group = replace(wishes, strategy=act.strategy), Take
        elif isinstance(act, Limit):
            self._wishes, group = replace(wishes, daily_budget=act.dollars), Limit
        # On to what is asked next: enter, three times, is the shortest way through.
        offers = self._page.offers
        last = max(i for i, each in enumerate(offers) if group and isinstance(each.act, group))
        self._paint(at=last + 1)

    async def _finish(self) -> None:
        from app.routing import Route

        telex, wishes = self._desk.telex, self._wishes
        assert wishes is not None  # the page that offers this is made of it
        edits = wishes.edits(telex.settings)
        if edits and not await telex.change(edits):
            return
        if telex.route.strategy is not wishes.strategy:
            await self._take(Route(wishes.strategy))
        self.end(f"✓ In force: {wishes.words}. Change it with ctrl+s (settings), f9 (keys)")

    # Painting

    def _go(self, step: Step) -> None:
        self._step = step
        self._paint(at=0)
        if step == step.WHAT:
            self._note = ""

    def _paint(self, *, at: int | None = None) -> None:
        if self._card is None or not self._card.is_attached:
            return
        former, self._page = self._page, self._made()
        place = at
        if place is None:
            place = self._page.place_like(former.offers[self._card.place] if former else None)
        self._card.show(_view(self._page, self._note), at=place, afresh=at is not None)

    def _made(self) -> Page:
        from app.onboarding import Step, Wishes, keys_page, routing_page, what_page
        from storage.paths import Paths

        telex = self._desk.telex
        match self._step:
            case Step.KEYS:
                return keys_page(self._found, self._servers)
            case Step.ROUTING:
                self._wishes = self._wishes or Wishes(
                    telex.route.strategy, telex.settings.daily_budget
                )
                return routing_page(self._wishes)
            case _:
                return what_page(Paths.from_environment(telex.environment).database)


def _view(page: Page, note: str) -> CardView:
    from app.onboarding import Step
    from widgets.onboarding import CardLine, CardView

    return CardView(
        title=f"First steps {page.step.value} of {len(Step)} · {page.title}",
        words=page.words,
        lines=tuple(
            CardLine(each.words, each.detail, each.marked, heading=each.act is None)
            for each in page.offers
        ),
        note=note,
        hint=_HINT,
    )
