"""The chat service: one question from the keyboard to the ledger, without a screen.

The order is the promise: the question is committed before anything is sent, the text so far is
saved while it streams, and ``Completed`` is passed on only after the whole exchange is committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from app.context import read_context
from app.experiment_arms import check_prompts, takes_part
from app.log_lines import line, log_event, log_nobody
from app.progress import ProgressSaver
from providers.caching import CacheUse
from providers.config import Strategy
from providers.errors import AllProvidersFailed
from providers.events import (
    AttemptFailed,
    AttemptStarted,
    Completed,
    ReasoningDelta,
    RouteChosen,
    RouterEvent,
    TextDelta,
)
from providers.experiments.experiment import AssignedUnit
from providers.messages import Attachment, ChatRequest
from providers.routing.options import RouteOptions
from providers.sanitise import sanitise
from storage.errors import DatabaseError
from storage.rows import ConversationWishes, ExchangeIds, ExchangeState

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from logging import Logger

    from app.outcomes import Past
    from providers.experiments.experiment import Experiment
    from providers.routing.router import Router  # not needed to paint the first frame
    from storage.ledger import SqliteLedger


@dataclass(frozen=True, slots=True)
class Question:
    """What the person asks, and how it should be routed.

    Args:
        text: exactly as typed.
        conversation_id: None starts a new conversation.
        options: strategy or provider for this question alone.
        system: the system prompt, or None.
        attachments: what goes with the text.
        edit_of: the question that this one replaces, on a branch of its own.
        again: the question to which another answer is wanted; it is asked as it was, with what was
            attached to it, and ``text`` is only what is shown.
        wishes: what a new conversation asks for from now on.
        arm_prompts: by arm of the experiment, the system prompt in place of ``system``; None knows
            none, and asks nothing of an experiment whose arms play personas; empty plays none of
            them, and the answer is no part of an experiment whose arms differ in that.
    """

    text: str
    conversation_id: int | None = None
    options: RouteOptions = field(default_factory=RouteOptions)
    system: str | None = None
    attachments: tuple[Attachment, ...] = ()
    edit_of: int | None = None
    again: int | None = None
    wishes: ConversationWishes | None = None
    arm_prompts: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ExchangeBegun:
    """The question is in the database; nothing was sent yet."""

    ids: ExchangeIds


ChatEvent = ExchangeBegun | RouterEvent
"""What ``ChatService.send`` yields: ``ExchangeBegun`` first, then the router's events."""


class ChatService:
    """Sends questions through the router and keeps every step in the ledger.

    Args:
        router: answers; read for every question, so that it can be replaced meanwhile.
        ledger: where everything is kept.
        history: reads what was said before, and what became of it.
        log: told who was asked and what came of it, and nothing that was said.
    """

    def __init__(
        self, router: Callable[[], Router], ledger: SqliteLedger, history: Past, log: Logger
    ) -> None:
        self._router = router
        self._ledger = ledger
        self._history = history
        self._log = log

    async def send(self, question: Question) -> AsyncIterator[ChatEvent]:
        """Ask ``question``. Closing the iterator, or cancelling its task, stops the answer.

        Raises:
            CannotDo: the experiment needs personas, and the question brings none; nothing was
                saved or sent.
            DatabaseError: the question could not be saved; nothing was sent.
            AllProvidersFailed: nobody answered; the question and every attempt are saved.
        """
        router = self._router()
        strategy = router.strategy_of(question.options)
        experiment = router.config.experiment if strategy is Strategy.EXPERIMENT else None
        if experiment is not None:
            check_prompts(experiment, question.arm_prompts)
        apart = experiment is not None and not takes_part(experiment, question.arm_prompts)
        ids = await self._begin(question, strategy.value)
        yield ExchangeBegun(ids)
        saver = ProgressSaver(self._ledger, ids.exchange_id)
        state = ExchangeState.INTERRUPTED
        error: AllProvidersFailed | None = None
        try:
            if experiment is not None:
                question = await self._in_its_arm(question, ids, experiment)
            if question.again is not None and strategy is Strategy.ADAPTIVE:
                # Who is asked for another answer should know what the first was worth. Everything
                # else is learned behind the answer: who gives it was announced before.
                await self._learn(router, ids)
            request = await self._request(question, ids)
            options = _options(question, ids)
            events = cast("AsyncGenerator[RouterEvent]", router.stream(request, options))
            async with aclosing(events):
                async for event in events:
                    clean = _cleaned(event)
                    if isinstance(clean, RouteChosen) and apart:
                        clean = replace(clean, experiment=None, arm=None)
                    await self._keep(clean, ids, saver)
                    log_event(self._log, ids.exchange_id, clean)
                    if isinstance(clean, Completed):
                        state = ExchangeState.COMPLETE
                    yield clean
        except AllProvidersFailed as failed:
            state, error = ExchangeState.FAILED, failed
            log_nobody(self._log, ids.exchange_id, failed)
            raise
        except (asyncio.CancelledError, GeneratorExit):
            if state is not ExchangeState.COMPLETE:
                state = ExchangeState.STOPPED
            raise
        finally:
            await saver.aclose()
            if state is not ExchangeState.COMPLETE:
                told = line("ended", exchange=ids.exchange_id, state=state.value)
                self._log.info("%s", told)
                await self._ledger.interrupt_exchange(
                    ids.exchange_id, state, saver.text, saver.reasoning, error
                )
            await self._learn(router, ids)

    async def _learn(self, router: Router, ids: ExchangeIds) -> None:
        from app.outcomes import learn_conversation  # needed by nobody before the first answer

        book = router.parts.adaptive
        # The answer comes first: what cannot be read now is learned from at the next start.
        with suppress(DatabaseError):
            await asyncio.to_thread(learn_conversation, book, self._history, ids.conversation_id)

    async def _begin(self, question: Question, strategy: str) -> ExchangeIds:
        if question.again is not None:
            # Nobody but the one named is asked only where several are compared.
            beside = question.options.alone
            return await self._ledger.begin_again(question.again, strategy, beside=beside)
        return await self._ledger.begin_exchange(
            question.conversation_id,
            question.text,
            strategy,
            edit_of=question.edit_of,
            attachments=question.attachments,
            wishes=question.wishes,
        )

    async def _in_its_arm(
        self, question: Question, ids: ExchangeIds, experiment: Experiment
    ) -> Question:
        """Return the question as the conversation's arm asks it, which stays its arm."""
        arm = await self._ledger.assign_arm(experiment, ids.conversation_id)
        unit = AssignedUnit(str(ids.conversation_id), arm.name)
        return replace(
            question,
            options=replace(question.options, unit=unit),
            system=(question.arm_prompts or {}).get(arm.name, question.system),
        )

    async def _keep(self, event: RouterEvent, ids: ExchangeIds, saver: ProgressSaver) -> None:
        match event:
            case RouteChosen():
                await self._ledger.record_route(ids.exchange_id, event)
            case AttemptStarted():
                saver.restart()
            case TextDelta(text):
                saver.add_text(text)
            case ReasoningDelta(text):
                saver.add_reasoning(text)
            case Completed():
                await saver.aclose()
                await self._ledger.complete_exchange(ids.exchange_id, event)
            case _:
                pass  # the router has the ledger record attempts by itself

    async def _request(self, question: Question, ids: ExchangeIds) -> ChatRequest:
        messages = await asyncio.to_thread(
            read_context, self._history, ids.conversation_id, until=ids.user_message_id
        )
        return ChatRequest(messages, system=question.system, exchange_id=ids.exchange_id)


def _options(question: Question, ids: ExchangeIds) -> RouteOptions:
    """Return how to route."""
    cache = CacheUse.ON
    if question.wishes is not None and not question.wishes.cache:
        cache = CacheUse.OFF
    elif question.again is not None:
        cache = CacheUse.REFRESH
    unit = question.options.unit or str(ids.conversation_id)
    return replace(question.options, unit=unit, cache=cache)


def _cleaned(event: RouterEvent) -> RouterEvent:
    """Return ``event`` with the model's words made harmless for a terminal and the database."""
    match event:
        case TextDelta(text):
            return TextDelta(sanitise(text))
        case ReasoningDelta(text):
            return ReasoningDelta(sanitise(text))
        case AttemptFailed(error=error):
            error.partial_text = sanitise(error.partial_text)
            error.message = sanitise(error.message)
            return event
        case Completed():
            return replace(event, text=sanitise(event.text), reasoning=sanitise(event.reasoning))
        case _:
            return event
