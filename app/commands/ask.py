"""``telex ask``: one answer on standard output, everything else on standard error."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from app.chat import ChatEvent, ExchangeBegun, Question
from app.commands.question import read_question
from app.exit_codes import EXIT_ANSWERED, EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE
from app.experiments import arm_prompts
from app.json_values import dollars
from app.runtime import Overrides, Runtime, open_runtime
from app.settling import cancelled_once
from app.signals import HANG_UP, INTERRUPT, TERMINATE, on_signals
from providers.errors import AllProvidersFailed
from providers.events import (
    AttemptCancelled,
    AttemptFailed,
    AttemptStarted,
    Completed,
    RetryScheduled,
    RouteChosen,
    TextDelta,
)
from providers.sanitise import sanitise, sanitise_line
from storage.rows import ConversationWishes

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


def ask(arguments: argparse.Namespace) -> int:
    """Run ``telex ask``; returns the exit code.

    Raises:
        TelexError: the configuration, a name or the database cannot be used.
    """
    question = read_question(arguments.question)
    if not question.strip():
        sys.stderr.write('telex: there is no question; try: telex ask "Why is the sky blue?"\n')
        return EXIT_USAGE
    overrides = Overrides(
        strategy=arguments.strategy,
        provider=arguments.provider,
        model=arguments.model,
        fallback=not arguments.no_fallback,
    )
    runtime = open_runtime(overrides=overrides)
    printer = Printer(live=sys.stdout.isatty() and not arguments.json)
    system = arguments.system or runtime.settings.system_prompt
    asked = Question(question, options=runtime.options, system=system)
    own = arguments.system is not None
    return asyncio.run(_ask(runtime, asked, printer, as_json=arguments.json, own=own))


async def _ask(
    runtime: Runtime, question: Question, printer: Printer, *, as_json: bool, own: bool
) -> int:
    stream = _stream(runtime, question, printer, own=own)
    asking = asyncio.create_task(cancelled_once(stream))
    try:
        # Cancelling lets the chat service settle the exchange before the process ends.
        with on_signals(asking.cancel, INTERRUPT, TERMINATE, HANG_UP):
            await asking
        code = EXIT_ANSWERED
    except AllProvidersFailed as error:
        printer.end_partial()
        sys.stderr.write(f"telex: {sanitise(str(error))}\n")
        code = EXIT_FAILED
    except asyncio.CancelledError:
        printer.end_partial()
        sys.stderr.write("telex: interrupted; what was answered so far is in the history\n")
        code = EXIT_INTERRUPTED
    finally:
        await runtime.aclose()
    if as_json and code != EXIT_INTERRUPTED:
        sys.stdout.write(json.dumps(printer.as_json(), ensure_ascii=False) + "\n")
    elif not as_json:
        printer.print_answer()
    return code


async def _stream(runtime: Runtime, question: Question, printer: Printer, *, own: bool) -> None:
    # A system prompt that was said wins over an arm's persona.
    prompts = {} if own else await arm_prompts(runtime, question.options, ConversationWishes())
    asked = replace(question, arm_prompts=prompts)
    events = cast("AsyncGenerator[ChatEvent]", runtime.chat.send(asked))
    async with aclosing(events):
        async for event in events:
            printer.show(event)


@dataclass
class Printer:
    """Collects one exchange, and prints it as it comes when somebody watches.

    Without a terminal nothing is printed before the answer is whole, so that what a script
    reads is never two answers spliced.

    Args:
        live: standard output is a terminal.
    """

    live: bool
    text: str = ""
    exchange_id: int | None = None
    route: RouteChosen | None = None
    completed: Completed | None = None
    attempts: list[dict[str, Any]] = field(default_factory=list)
    _printed: str = ""

    def show(self, event: ChatEvent) -> None:
        """Take one event."""
        match event:
            case ExchangeBegun(ids):
                self.exchange_id = ids.exchange_id
            case RouteChosen():
                self.route = event
            case AttemptStarted(hedge=True, provider=provider):
                sys.stderr.write(f"telex: slow to begin; also asking {provider}\n")
            case AttemptCancelled():
                self.attempts.append(_attempt_cancelled(event))
                sys.stderr.write(f"telex: {event.provider} stopped: the other one was first\n")
            case TextDelta(text):
                self.text += text
                if self.live:
                    self._print(text)
            case AttemptFailed():
                self._failed(event)
            case RetryScheduled(provider=provider, delay=delay):
                sys.stderr.write(f"telex: asking {provider} again in {delay:.1f} s\n")
            case Completed():
                self.completed = event
                self.text = event.text
                self.attempts.append(_attempt_ok(event))

    def print_answer(self) -> None:
        """Print what is left to print of a whole answer."""
        if self.completed is None:
            return
        if not self._printed:
            self._print(self.text)
        if not self.text.endswith("\n"):
            self._print("\n")

    def end_partial(self) -> None:
        """Close the line of an answer that will not go on."""
        if self._printed and not self._printed.endswith("\n"):
            self._print("\n")

    def as_json(self) -> dict[str, Any]:
        """Return the contract's object; what is unknown is null."""
        done = self.completed
        usage = done.usage if done else None
        return {
            "text": self.text if done else None,
            "provider": done.provider if done else None,
            "model": done.finish.response_model or done.model if done else None,
            "strategy": self.route.strategy if self.route else None,
            "reason": self.route.reason if self.route else None,
            "cost_usd": dollars(done.total_cost) if done else None,
            "usage": {
                "input_tokens": usage.input_tokens,
                "output_tokens": usage.output_tokens,
                "cached_tokens": usage.cached_tokens,
                "reasoning_tokens": usage.reasoning_tokens,
            }
            if usage
            else None,
            "latency_ms": _milliseconds(done.latency) if done else None,
            "ttft_ms": _milliseconds(done.time_to_first_token) if done else None,
            "finish_reason": done.finish.kind.value if done else None,
            "quality": done.assessment.score if done and done.assessment else None,
            "cached": done.cached if done else None,
            "exchange_id": self.exchange_id,
            "attempts": self.attempts,
        }

    def _failed(self, event: AttemptFailed) -> None:
        error = event.error
        self.attempts.append(
            {
                "provider": event.provider,
                "model": event.model,
                "outcome": "failed",
                "error_type": error.kind,
                "status": error.status,
                "latency_ms": _milliseconds(event.latency),
                "cost_usd": dollars(event.cost),
            }
        )
        self.end_partial()
        self._printed = ""
        self.text = ""
        same = event.next_provider == event.provider
        follower = event.next_model if same else event.next_provider
        onward = f"; asking {follower}" if follower else ""
        cut = " after part of an answer" if error.partial_text else ""
        sys.stderr.write(f"telex: {sanitise_line(str(error))}{cut}{onward}\n")

    def _print(self, text: str) -> None:
        self._printed += text
        sys.stdout.write(text)
        sys.stdout.flush()


def _attempt_cancelled(event: AttemptCancelled) -> dict[str, Any]:
    return {
        "provider": event.provider,
        "model": event.model,
        "outcome": "cancelled",
        "error_type": None,
        "status": None,
        "latency_ms": _milliseconds(event.latency),
        "cost_usd": dollars(event.cost),
    }


def _attempt_ok(event: Completed) -> dict[str, Any]:
    return {
        "provider": event.provider,
        "model": event.model,
        "outcome": "ok",
        "error_type": None,
        "status": None,
        "latency_ms": _milliseconds(event.latency),
        "cost_usd": dollars(event.cost),
    }


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)
