"""One answer on its way into the transcript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.answering import AnswerEnded
from app.chat import ChatEvent, ExchangeBegun
from app.underway import Underway
from app.views import (
    advice,
    cancelled_notice,
    completed_footer,
    failure_notice,
    hedge_notice,
)
from providers.errors import AllProvidersFailed, TelexError
from providers.events import (
    AttemptCancelled,
    AttemptFailed,
    AttemptStarted,
    Completed,
    ReasoningDelta,
    RetryScheduled,
    RouteChosen,
    TextDelta,
)
from providers.messages import Role
from storage.rows import ExchangeIds
from widgets.transcript import Transcript
from widgets.views import AnswerFooter, MessageState, MessageView, NoticeView

if TYPE_CHECKING:
    from app.screens.panels import PanelsPresenter


class AnswerPresenter:
    """Maps the events of an exchange to the transcript, and tells the panels.

    Args:
        transcript: where the conversation is painted.
        panels: the provider panel, the meter and the status line.
    """

    def __init__(self, transcript: Transcript, panels: PanelsPresenter) -> None:
        self._transcript = transcript
        self._panels = panels
        self._key: str | None = None
        self._question = ""
        self._route: RouteChosen | None = None
        self._underway = Underway()
        self._raced = False
        self._started: AttemptStarted | None = None
        self._done: Completed | None = None

    def asking(self, question: str) -> None:
        """A question is about to be asked; it is shown once it is in the ledger."""
        self._question = question

    def handle(self, event: ChatEvent) -> ExchangeIds | None:
        """Show ``event``. Returns the exchange's ids once the question is in the ledger."""
        self._panels.handle(event)
        if isinstance(event, ExchangeBegun):
            return self._begin(event.ids)
        key = self._key
        if key is None:
            return None
        match event:
            case RouteChosen():
                self._route = event
            case AttemptStarted():
                self._start(key, event)
            case AttemptCancelled():
                self._stopped(key, event)
            case TextDelta(text):
                self._transcript.append_text(key, text)
            case ReasoningDelta(text):
                self._transcript.append_reasoning(key, text)
            case AttemptFailed():
                self._failed(key, event)
            case RetryScheduled(provider=provider, delay=delay):
                self._transcript.note(key, NoticeView(f"asking {provider} again in {delay:.1f} s"))
            case Completed():
                self._done = event
                self._transcript.relabel(key, f"{event.provider} · {event.model}")
            case _:
                pass
        return None

    def end(self, message: AnswerEnded) -> None:
        """Close the answer in whatever way it ended."""
        self._panels.end(message)
        key, self._key = self._key, None
        if key is None:
            if message.error is not None:
                # Nothing was saved and nothing sent: the question is still in the composer.
                self._panels.complain(message.error)
            return
        self._transcript.flush()
        if self._done is not None:
            footer: AnswerFooter | None = completed_footer(
                self._done, self._route, raced=self._raced
            )
            state = MessageState.COMPLETE
        else:
            footer = self._partial_footer()
            state = MessageState.STOPPED if message.stopped else MessageState.FAILED
        if message.error is not None:
            self._transcript.note(key, NoticeView(_last_words(message.error)))
        self._transcript.finish_answer(key, footer, state)

    def _begin(self, ids: ExchangeIds) -> ExchangeIds:
        self._key = str(ids.answer_message_id)
        self._route = self._started = self._done = None
        self._underway.clear()
        self._raced = False
        question = MessageView(str(ids.user_message_id), Role.USER, self._question)
        self._transcript.append(question)
        self._transcript.begin_answer(self._key)
        return ids

    def _start(self, key: str, event: AttemptStarted) -> None:
        before = self._underway.leader
        self._underway.start(event)
        if event.hedge and before is not None:
            self._transcript.note(key, hedge_notice(before.provider, event.provider))
        self._label(key)

    def _stopped(self, key: str, event: AttemptCancelled) -> None:
        self._underway.end(event.position)
        self._raced = True
        winner = self._underway.leader
        if winner is not None:
            self._transcript.note(key, cancelled_notice(event.provider, winner.provider))
        self._label(key)

    def _label(self, key: str) -> None:
        leader = self._underway.leader
        if leader is not None:
            self._started = leader
            self._transcript.relabel(key, f"{leader.provider} · {leader.model}")

    def _failed(self, key: str, event: AttemptFailed) -> None:
        self._underway.end(event.position)
        self._label(key)
        notice = failure_notice(event)
        if event.error.partial_text:
            # The partial is on the screen already: fade it and begin anew below.
            self._transcript.flush()
            self._transcript.mark_interrupted(key, notice.text)
        else:
            self._transcript.note(key, notice)

    def _partial_footer(self) -> AnswerFooter | None:
        started = self._started
        if started is None:
            return None
        return AnswerFooter(
            provider=started.provider,
            model=started.model,
            cost_text=self._panels.answer_cost_text(),
            reason=self._route.reason if self._route else "",
        )


def _last_words(error: TelexError) -> str:
    return advice(error) if isinstance(error, AllProvidersFailed) else str(error)
