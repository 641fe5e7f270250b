"""Compare mode: one prompt to several models, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.rating import rate_exchange
from app.refusals import CannotDo
from providers.config import Strategy
from providers.routing.options import RouteOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.live_answer import LiveAnswer
    from app.runtime import Runtime
    from app.screens.asking import Asking, Wanted
    from app.screens.desk import Desk
    from app.screens.places import Places

Side = tuple[str, str]
"""Whom to ask: provider and model."""
MOST_SIDES = 4
"""More do not fit side by side."""
_BETTER, _WORSE = 1.0, 0.0


class Comparing:
    """Asks several models the same, and keeps which answer was the better one.

    Args:
        chat: where questions come from.
        asking: asks each.
        places: which conversation is in view.
    """

    def __init__(self, chat: Desk, asking: Asking, places: Places) -> None:
        self._chat = chat
        self._asking = asking
        self._places = places
        self.sides: tuple[Side, ...] = ()
        """Whom the next prompts go to; empty outside compare mode."""

    def begin(self, sides: Sequence[Side]) -> None:
        """Compare from now on, until ``leave``.

        Raises:
            CannotDo: those are too few or too many to be compared.
        """
        if not 2 <= len(sides) <= MOST_SIDES:
            raise CannotDo(f"Name two to {MOST_SIDES} models to compare; these are {len(sides)}.")
        self.sides = tuple(sides)
        self._chat.show_mode()
        self._chat.composer.focus()

    @property
    def mode(self) -> str:
        """What sending does now, where it is not the usual."""
        if not self.sides:
            return ""
        return f"comparing {' · '.join(provider for provider, _ in self.sides)} · esc ends it"

    def leave(self) -> None:
        """Ask one at a time again."""
        self.sides = ()
        self._chat.show_mode()

    def ask(self, wanted: Wanted) -> None:
        """Ask all sides."""
        first, *others = (
            RouteOptions(strategy=Strategy.MANUAL, provider=provider, model=model, alone=True)
            for provider, model in self.sides
        )
        self._asking.ask(replace(wanted, options=first, others=tuple(others)))

    def begun(
        self, first: LiveAnswer, others: Sequence[RouteOptions], runtime: Runtime, *, in_view: bool
    ) -> None:
        """The question is in the ledger: ask the others too, and show all of them.

        Args:
            first: the first answer.
            others: who else answers the same question.
            runtime: prices and providers.
            in_view: whether the person is where it was asked; elsewhere nothing is put before
                what they do there, and the answers are versions to be found later.
        """
        from app.screens.compare import CompareScreen

        chat = self._chat
        assert first.ids is not None  # it has begun
        lives = [first]
        for options in others:
            question = replace(
                first.question,
                options=options,
                conversation_id=first.ids.conversation_id,
                again=first.ids.user_message_id,
                edit_of=None,
                attachments=(),
            )
            lives.append(self._asking.ask_beside(question, runtime))
        if in_view:
            compare = CompareScreen(tuple(lives), self._asking.answers)
            chat.app.push_screen(compare, chat.carefully(self._compared))

    async def _compared(self, picked: Sequence[LiveAnswer] | None) -> None:
        """Go on with the answer that was picked; the first of ``picked`` is the better one."""
        if picked:
            await self._keep(picked)
        await self._places.show_path()

    async def _keep(self, picked: Sequence[LiveAnswer]) -> None:
        chat = self._chat
        runtime = await chat.telex.runtime()
        begun = [(live, live.ids) for live in picked if live.ids is not None]
        (live, ids), *worse = begun
        assert live.done is not None  # only whole answers can be picked
        await runtime.ledger.go_to(ids.conversation_id, ids.answer_message_id)
        others = [at for each, at in worse if each.done is not None]
        if not others:
            return  # with nobody else whole, it was no comparison
        await runtime.ledger.prefer(ids.exchange_id, [at.exchange_id for at in others])
        await rate_exchange(runtime, ids.exchange_id, _BETTER, "the better of a comparison")
        for at in others:
            await rate_exchange(runtime, at.exchange_id, _WORSE, "not picked in a comparison")
        chat.notify(f"Goes on with {live.done.provider}; it counts as a rating", markup=False)
