"""``telex batch``: every line of a file answered once, in order, and resumed where it was left."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from contextlib import aclosing
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from app.batch_lines import BadLine, NamedLine, read_lines, result_json
from app.batch_progress import BatchProgress
from app.exit_codes import EXIT_ANSWERED, EXIT_FAILED, EXIT_INTERRUPTED
from app.runtime import Overrides, Runtime, open_runtime
from app.signals import HANG_UP, INTERRUPT, TERMINATE, on_signals
from providers.batch.lines import BatchResult, BatchStopped
from providers.config import Strategy
from providers.sanitise import sanitise

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence


def batch(arguments: argparse.Namespace) -> int:
    """Run ``telex batch``; returns the exit code.

    Raises:
        TelexError: the configuration, a file, a line or the database cannot be used.
    """
    lines = read_lines(Path(arguments.input))
    files = _Files(Path(arguments.output))
    files.check(force=arguments.force)
    budget = _budget(arguments.budget)
    strategy = None if arguments.provider else arguments.strategy or Strategy.BALANCED.value
    overrides = Overrides(strategy=strategy, provider=arguments.provider, model=arguments.model)
    runtime = open_runtime(overrides=overrides)
    system = arguments.system or runtime.settings.system_prompt
    wishes = {
        "system": system,
        "temperature": arguments.temperature,
        "max_tokens": arguments.max_tokens,
    }
    terms = {
        "strategy": runtime.settings.routing_strategy,
        "provider": runtime.options.provider or arguments.provider,
        "model": runtime.options.model,
        "concurrency": arguments.concurrency,
        "budget": budget,
        "journal": files.journal,
        **{name: value for name, value in wishes.items() if value is not None},
    }
    return asyncio.run(_batch(runtime, lines, files, terms))


class _Files:
    """Where answers are kept, and where they end up."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.journal = output.with_name(output.name + ".part")

    def check(self, *, force: bool) -> None:
        """Refuse to replace what another batch has written.

        Raises:
            BadLine: the output is there, and no part of this batch.
        """
        if self.output.exists() and not self.journal.exists() and not force:
            raise BadLine(f"{self.output} is there already; give another name, or --force")
        if not self.output.parent.is_dir():
            raise BadLine(f"there is no folder {self.output.parent}")

    def finish(self, lines: Sequence[str], *, whole: bool) -> None:
        """Write the output in one go; the journal stays while lines are to be asked again."""
        scratch = self.output.with_name(f"{self.output.name}.{os.getpid()}.tmp")
        scratch.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        scratch.replace(self.output)
        if whole:
            self.journal.unlink(missing_ok=True)


async def _batch(
    runtime: Runtime, lines: Sequence[NamedLine], files: _Files, terms: dict[str, Any]
) -> int:
    enough = asyncio.Event()
    results: dict[int, BatchResult] = {}
    task = asyncio.current_task()
    assert task is not None  # it runs in one

    def interrupt() -> None:
        if enough.is_set():
            task.cancel()
            return
        enough.set()
        progress.say("no more lines begin; those under way are finished. ctrl+c again stops them")

    stopped = ""
    interrupted = False
    with (
        BatchProgress(len(lines), runtime.parts.metrics) as progress,
        on_signals(interrupt, INTERRUPT, TERMINATE, HANG_UP),
    ):
        asked = runtime.factory.abatch((each.line for each in lines), enough=enough, **terms)
        try:
            async with aclosing(cast("AsyncGenerator[BatchResult]", asked)) as coming:
                async for result in coming:
                    results[result.number] = result
                    progress.count(result)
        except BatchStopped as error:
            stopped = sanitise(str(error))
        except asyncio.CancelledError:
            interrupted = True
        finally:
            await runtime.aclose()
    interrupted = interrupted or (enough.is_set() and not stopped)
    failed = [number for number, result in sorted(results.items()) if result.error is not None]
    if len(results) == len(lines):
        whole = [result_json(results[n], named) for n, named in enumerate(lines)]
        files.finish(whole, whole=not failed)
        _say(progress.summary(files.output))
        if failed:
            _say(
                f"not answered: {len(failed):,}, the first is line {failed[0] + 1}; the same"
                " command asks only these again"
            )
        return EXIT_FAILED if failed else EXIT_ANSWERED
    _say(progress.summary(files.journal))
    _say(f"{stopped + '. ' if stopped else ''}The same command goes on from there")
    return EXIT_INTERRUPTED if interrupted else EXIT_FAILED


def _say(words: str) -> None:
    sys.stderr.write(f"telex: {words}\n")


def _budget(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        dollars = Decimal(text.lstrip("$"))
    except InvalidOperation:
        dollars = Decimal(-1)
    if not dollars.is_finite() or dollars < 0:
        raise BadLine(f"--budget takes dollars, such as 0.50, not {text!r}")
    return dollars
