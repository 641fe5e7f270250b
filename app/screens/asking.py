"""From what the person wants answered to the answers that are under way."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from app.answer_settled import AnswerSettled
from app.answering import AnswerEnded, AnswerEvent, relay
from app.chat import ExchangeBegun, Question
from app.experiments import arm_prompts
from app.keymap import key_of
from app.live_answer import LiveAnswer
from app.meter import LiveMeter
from app.screens.places import system_prompt
from app.views import attached_text
from providers.errors import TelexError
from providers.events import ReasoningDelta, TextDelta
from providers.messages import Role
from providers.routing.options import RouteOptions
from widgets.views import MessageView

if TYPE_CHECKING:
    from textual.worker import Worker

    from app.live_answers import LiveAnswers
    from app.runtime import Runtime
    from app.screens.desk import Desk, Place
    from app.screens.in_view import InView
    from app.screens.places import Places
    from app.screens.writing import Writing
    from providers.messages import Attachment
    from storage.rows import ConversationWishes, ExchangeIds

_BUSY = "An answer is under way here. Esc stops it."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person wants answered.

    Args:
        text: the question.
        typed: what the composer held for it, None when it did not come from there.
        options: who should answer; None takes the route in force.
        edit_of: the question this one replaces.
        again: the question that is to be answered once more.
        others: who else answers the same, to be compared.
    """

    text: str
    typed: str | None = None
    options: RouteOptions | None = None
    edit_of: int | None = None
    again: int | None = None
    others: tuple[RouteOptions, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is wanted, and where and how it was wanted: that may change before it is sent."""

    wanted: Wanted
    place: Place
    wishes: ConversationWishes
    options: RouteOptions


class Asking:
    """Asks, and keeps what is under way on the screen it belongs to.

    Args:
        chat: where questions come from and answers go.
        places: which conversation is in view.
        writing: what is in the composer.
        view: the answers under way.
    """

    def __init__(self, chat: Desk, places: Places, writing: Writing, view: InView) -> None:
        self._chat = chat
        self._places = places
        self._writing = writing
        self._view = view
        self._asked: dict[LiveAnswer, _Asked] = {}
        # Where something is being prepared; before anything is open that is wherever it will be.
        self._preparing: dict[Worker[None], Place | None] = {}

    @property
    def answers(self) -> LiveAnswers:
        """Every answer that is under way, in whatever conversation."""
        return self._view.answers

    @property
    def busy(self) -> bool:
        """Whether an answer is under way in the conversation in view."""
        return bool(self._preparing_here() or self._view.all())

    def ask(self, wanted: Wanted) -> None:
        """Ask; the composer keeps its text until the question is in the ledger.

        While an answer is under way in this conversation it only says so.
        """
        chat = self._chat
        if self.busy:
            chat.notify(_BUSY, markup=False)
            return
        asked = self._snapshot(wanted) if chat.opened.is_set() else None
        worker = chat.run_worker(self._answer(wanted, asked), group="answer", exit_on_error=False)
        self._preparing[worker] = asked.place if asked else None

    def ask_beside(self, question: Question, runtime: Runtime) -> LiveAnswer:
        """Ask for one more answer to a question that is being answered.

        Args:
            question: with ``again`` set.
            runtime: prices and providers.
        """
        chat = self._chat
        live = _live(question, runtime)
        worker = chat.run_worker(
            relay(runtime.chat, live, chat.post_message), group="answer", exit_on_error=False
        )
        self._view.add(live, worker.cancel, chat.here)
        return live

    def stop(self) -> bool:
        """Stop what is under way in the conversation in view; return whether there was anything."""
        preparing, in_view = self._preparing_here(), self._view.all()
        for worker in preparing:
            worker.cancel()
        for live in in_view:
            self.answers.stop(live)
        return bool(preparing or in_view)

    def _preparing_here(self) -> list[Worker[None]]:
        here = self._chat.here
        return [worker for worker, place in self._preparing.items() if place in (None, here)]

    def _snapshot(self, wanted: Wanted) -> _Asked:
        options = wanted.options or self._chat.telex.route.options
        return _Asked(wanted, self._chat.here, self._places.wishes, options)

    async def _answer(self, wanted: Wanted, asked: _Asked | None) -> None:
        chat, worker = self._chat, get_current_worker()
        try:
            runtime = await chat.telex.runtime()
            await chat.opened.wait()
            # What was asked during start-up belongs to the conversation that was opened.
            asked = asked or self._snapshot(wanted)
            self._preparing[worker] = asked.place
            live = _live(await self._question(asked, runtime), runtime)
            self._asked[live] = asked
            self._view.add(live, worker.cancel, asked.place)
        except TelexError as error:
            # Nothing was saved and nothing sent: the question is still in the composer.
            chat.telex.complain(error)
            return
        finally:
            self._preparing.pop(worker, None)
        await relay(runtime.chat, live, chat.post_message)

    async def _question(self, asked: _Asked, runtime: Runtime) -> Question:
        from app.attachments import read_attachments

        wanted = asked.wanted
        attachments: tuple[Attachment, ...] = ()
        if wanted.again is None:  # else they are with the question already
            folder = self._chat.telex.folder
            attached = await asyncio.to_thread(read_attachments, wanted.text, folder=folder)
            attachments = attached.attachments
        return Question(
            wanted.text,
            conversation_id=asked.place if isinstance(asked.place, int) else None,
            options=asked.options,
            system=await system_prompt(runtime, asked.wishes.persona),
            attachments=attachments,
            edit_of=wanted.edit_of,
            again=wanted.again,
            wishes=asked.wishes,
            arm_prompts=await arm_prompts(runtime, asked.options, asked.wishes),
        )

    # What comes back

    async def event(self, message: AnswerEvent) -> None:
        """Show what happened to an answer.

        Raises:
            TelexError: the conversation cannot be read.
        """
        live, event = message.live, message.event
        if isinstance(event, ExchangeBegun):
            await self._begun(live, event.ids)
            return
        live.handle(event)
        if not isinstance(event, TextDelta | ReasoningDelta):
            self._chat.panels.paint()

    async def ended(self, message: AnswerEnded) -> None:
        """An answer is over, in whatever way it ended."""
        chat, live = self._chat, message.live
        await live.settle(await chat.telex.runtime())
        live.end(stopped=message.stopped, error=message.error, key=partial(key_of, chat.telex))
        self._view.remove(live)
        self._asked.pop(live, None)
        chat.panels.ended(live)
        if live.ids is None:
            if message.error is not None:
                chat.telex.complain(message.error)
            return
        chat.answered(live)
        failed = message.error is not None
        chat.app.post_message(AnswerSettled(live, failed=failed, stopped=message.stopped))

    async def _begun(self, live: LiveAnswer, ids: ExchangeIds) -> None:
        chat, asked = self._chat, self._asked.get(live)
        here = self._view.has(live)
        live.begin(ids)
        chat.panels.begun()
        if asked is None:
            return  # one of several to be compared: their screen shows it
        if here:
            await self._show_begun(live, ids, asked)
        if asked.wanted.others:
            runtime = await chat.telex.runtime()
            chat.compare_with(live, asked.wanted.others, runtime, in_view=here)

    async def _show_begun(self, live: LiveAnswer, ids: ExchangeIds, asked: _Asked) -> None:
        """The question is in the ledger, and may leave the composer only now."""
        chat, question = self._chat, live.question
        chat.remove_class("-empty")
        await self._places.began(ids, question.wishes)
        if asked.wanted.typed is not None:
            await self._writing.sent(asked.wanted.typed, question.edit_of)
        if chat.conversation_id != ids.conversation_id:
            return  # the person was faster
        if question.again is not None or question.edit_of is not None:
            # It is on a branch of its own: other messages are in view, with other numbers.
            await self._places.show_path()
        elif not chat.transcript.shows(str(ids.user_message_id)):
            files = tuple(attached_text(each) for each in question.attachments)
            key = str(ids.user_message_id)
            chat.transcript.append(MessageView(key, Role.USER, question.text, attachments=files))
            chat.transcript.begin_answer(live.key)
            self._view.attach()


def _live(question: Question, runtime: Runtime) -> LiveAnswer:
    meter = LiveMeter(runtime.parts.prices, runtime.parts.clock)
    return LiveAnswer(question, meter, runtime.factory.config_of)
