"""One answer on its way, whether anybody looks at it or not."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from app.meter import LiveMeter, variant_of
from app.notices import advice, cancelled_notice, failure_notice, hedge_notice
from app.underway import Underway
from app.views import completed_footer, cost_text
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
from storage.errors import DatabaseError
from widgets.views import AnswerFooter, MessageState, MessageView, NoticeView

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from app.chat import ChatEvent, Question
    from app.runtime import Runtime
    from providers.config import ProviderConfig
    from storage.rows import ExchangeIds, Settled
    from widgets.transcript import Transcript


class Phase(StrEnum):
    """How far an answer has come, in the words of the status line."""

    ASKING = "thinking"
    STREAMING = "streaming"
    DONE = "idle"
    STOPPED = "stopped"
    FAILED = "failed"


class LiveAnswer:
    """What an answer has come to so far; it paints itself where it is attached.

    Args:
        question: what is asked.
        meter: what it costs meanwhile.
        config_of: returns a provider's configuration.
    """

    def __init__(
        self, question: Question, meter: LiveMeter, config_of: Callable[[str], ProviderConfig]
    ) -> None:
        self.question = question
        self.meter = meter
        self.phase = Phase.ASKING
        self.ids: ExchangeIds | None = None
        self.done: Completed | None = None
        self._settled: Settled | None = None
        self._config_of = config_of
        self._transcript: Transcript | None = None
        self._route: RouteChosen | None = None
        self._started: AttemptStarted | None = None
        self._underway = Underway()
        self._raced = False
        self._failed_last = ""
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._notices: list[NoticeView] = []

    # What is known of it

    @property
    def key(self) -> str:
        """Its message's key in a transcript; there is one once it is in the ledger."""
        return "" if self.ids is None else str(self.ids.answer_message_id)

    @property
    def conversation_id(self) -> int | None:
        """Where it belongs, None for a conversation that is not in the ledger yet."""
        return self.question.conversation_id if self.ids is None else self.ids.conversation_id

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.phase not in (Phase.ASKING, Phase.STREAMING)

    @property
    def speaker(self) -> tuple[str, str] | None:
        """Who answers, or was the last to try: provider and model."""
        started = self._underway.leader or self._started
        return None if started is None else (started.provider, started.model)

    @property
    def state_text(self) -> str:
        """What it is doing, for the status line."""
        speed = self.meter.tokens_per_second
        if self.phase is Phase.STREAMING and speed is not None:
            return f"streaming {speed:.0f} tok/s"
        return self._failed_last or self.phase.value

    @property
    def cost(self) -> Decimal | None:
        """US dollars so far, exactly once it is whole; None when a price is unknown."""
        if self.done is not None:
            return self.done.total_cost
        return self.meter.cost if self._settled is None else self._settled.cost

    @property
    def cost_text(self) -> str:
        """The same for the eye."""
        estimated = self._settled is None or self._settled.estimated
        if self.done is not None:
            estimated = self.done.cost_estimated
        provider = self.done.provider if self.done else (self.speaker or ("", ""))[0]
        return cost_text(self.cost, estimated=estimated, provider=provider)

    @property
    def view(self) -> MessageView:
        """It as a message, as far as it has come."""
        return MessageView(
            self.key,
            Role.ASSISTANT,
            "".join(self._text),
            reasoning="".join(self._reasoning),
            state=_STATES[self.phase],
            footer=self._footer() if self.over else None,
            notices=tuple(self._notices),
        )

    # Where it is painted

    def attach(self, transcript: Transcript) -> None:
        """Paint what comes from now on in ``transcript``, which shows ``view`` already."""
        self._transcript = transcript
        self._label()

    def detach(self) -> None:
        """Paint nothing more."""
        self._transcript = None

    # What happens to it

    def handle(self, event: ChatEvent) -> None:
        """Take one event. ``begin`` comes first."""
        match event:
            case RouteChosen():
                self._route = event
            case AttemptStarted():
                self._start(event)
            case AttemptCancelled():
                self._cancelled(event)
            case TextDelta(text):
                self._say(text)
            case ReasoningDelta(text):
                self._think(text)
            case AttemptFailed():
                self._failed(event)
            case RetryScheduled(provider=provider, delay=delay):
                self._note(NoticeView(f"asking {provider} again in {delay:.1f} s"))
            case Completed():
                self.done = event
                # What streamed is the answer; only what came at once is told here alone.
                self._text = self._text or [event.text]
            case _:
                pass

    def begin(self, ids: ExchangeIds) -> None:
        """The question is in the ledger."""
        self.ids = ids

    async def settle(self, runtime: Runtime) -> None:
        """Take what the ledger says it has cost: with the last call settled, that is the bill."""
        if self.ids is None or self.done is not None:
            return
        # Where it cannot be read the meter's count is the best there is.
        with suppress(DatabaseError):
            self._settled = await asyncio.to_thread(
                runtime.reader.exchange_cost, self.ids.exchange_id
            )

    def end(self, *, stopped: bool, error: TelexError | None, key: Callable[[str], str]) -> None:
        """Nothing more will come, and all of it is in the ledger.

        Args:
            stopped: the person stopped it.
            error: why there is no answer, None where there is one.
            key: returns the key in force for a binding, by its name.
        """
        self._failed_last = ""
        if self.done is not None:
            self.phase = Phase.DONE
        else:
            self.phase = Phase.STOPPED if stopped else Phase.FAILED
        if error is not None and self.ids is not None:
            self._note(NoticeView(_last_words(error, key)))
        if self._transcript is not None and self._transcript.shows(self.key):
            self._transcript.flush()
            self._transcript.finish_answer(self.key, self._footer(), _STATES[self.phase])
        self.detach()

    def _start(self, event: AttemptStarted) -> None:
        before = self._underway.leader
        self._underway.start(event)
        self._started = self._underway.leader
        self._failed_last = ""
        self.meter.start(event, variant_of(self._config_of(event.provider), event.model))
        if event.hedge and before is not None:
            self._note(hedge_notice(before.provider, event.provider))
        self._label()

    def _cancelled(self, event: AttemptCancelled) -> None:
        self._underway.end(event.position)
        self._raced = True
        self.meter.attempt_cancelled(event.position)
        winner = self._underway.leader
        if winner is not None:
            self._started = winner
            self._note(cancelled_notice(event.provider, winner.provider))
        self._label()

    def _failed(self, event: AttemptFailed) -> None:
        self._underway.end(event.position)
        self._started = self._underway.leader or self._started
        self.meter.attempt_failed(event.position, event.cost)
        self.phase = Phase.ASKING
        self._failed_last = f"{event.provider} failed"
        self._label()
        notice = failure_notice(event, self._route)
        if not event.error.partial_text or event.next_provider is None:
            # Without a successor what there is stays the answer, marked as cut.
            self._note(replace(notice, partial=""))
            return
        # The partial is on the screen already: fade it and begin anew below.
        self._notices.append(replace(notice, partial="".join(self._text)))
        self._text.clear()
        self._reasoning.clear()
        if self._transcript is not None:
            self._transcript.flush()
            self._transcript.mark_interrupted(self.key, notice.text)

    def _say(self, text: str) -> None:
        self.phase = Phase.STREAMING
        self._text.append(text)
        self.meter.add(text)
        if self._transcript is not None:
            self._transcript.append_text(self.key, text)

    def _think(self, text: str) -> None:
        self.phase = Phase.STREAMING
        self._reasoning.append(text)
        self.meter.add(text)
        if self._transcript is not None:
            self._transcript.append_reasoning(self.key, text)

    def _note(self, notice: NoticeView) -> None:
        self._notices.append(notice)
        if self._transcript is not None:
            self._transcript.note(self.key, notice)

    def _label(self) -> None:
        if self._transcript is not None and self.speaker is not None:
            self._transcript.relabel(self.key, " · ".join(self.speaker))

    def _footer(self) -> AnswerFooter | None:
        if self.done is not None:
            return completed_footer(self.done, self._route, raced=self._raced)
        if self._started is None:
            return None
        return AnswerFooter(
            provider=self._started.provider,
            model=self._started.model,
            cost_text=self.cost_text,
            reason=self._route.reason if self._route else "",
        )


_STATES = {
    Phase.ASKING: MessageState.STREAMING,
    Phase.STREAMING: MessageState.STREAMING,
    Phase.DONE: MessageState.COMPLETE,
    Phase.STOPPED: MessageState.STOPPED,
    Phase.FAILED: MessageState.FAILED,
}


def _last_words(error: TelexError, key: Callable[[str], str]) -> str:
    return advice(error, key) if isinstance(error, AllProvidersFailed) else str(error)
