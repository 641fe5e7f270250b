"""Plausible use in a ledger, so that screens have something to show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from providers.billing.ledger import AttemptOutcome, AttemptResult, AttemptStart
from providers.billing.pricing import PriceBook
from providers.config import AnthropicConfig, GroqConfig
from providers.errors import Unavailable
from providers.events import Completed, FinishKind, RouteChosen, StreamFinished
from providers.experiments.experiment import Experiment
from providers.quality.assessment import Assessment
from providers.usage import Usage
from screenshots.month import seed
from storage.ledger import SqliteLedger

__all__ = ["seed", "tried", "trouble"]


async def tried(database: Path, experiment: Experiment) -> None:
    """Let 180 conversations take part in an experiment whose second arm is slower and dearer."""
    random, prices = Random(11), PriceBook()
    moment = datetime.now(UTC) - timedelta(days=12)
    ledger = SqliteLedger(database, clock=lambda: moment)
    configs = {config.name: config for config in (GroqConfig(), AnthropicConfig())}
    for number in range(180):
        moment += timedelta(minutes=90)
        ids = await ledger.begin_exchange(None, f"Question {number}", "experiment")
        arm = await ledger.assign_arm(experiment, ids.conversation_id)
        config, fast = configs[arm.provider], arm is experiment.arms[0]
        usage = Usage(random.randrange(200, 900), random.randrange(80, 500))
        cost = prices.cost(config, usage)
        seconds = (1.1 if fast else 3.4) * random.lognormvariate(0.0, 0.4)
        told = RouteChosen(
            config.name, config.model, "experiment", "", experiment=experiment.name, arm=arm.name
        )
        await ledger.record_route(ids.exchange_id, told)
        attempt = await ledger.start_attempt(
            AttemptStart(
                ids.exchange_id, 1, config.name, config.model, None, None, day=moment.date()
            )
        )
        finish = StreamFinished(FinishKind.STOP, "stop", usage)
        done = AttemptResult(
            AttemptOutcome.OK, usage=usage, cost=cost, latency=seconds, time_to_first_token=0.4
        )
        await ledger.finish_attempt(attempt, done)
        moment += timedelta(seconds=seconds)
        answer = Completed(
            *(config.name, config.model, "An answer.", "", finish, usage, cost, cost, seconds),
            time_to_first_token=0.4,
            position=1,
            attempt_id=attempt,
            assessment=Assessment(1.0),
        )
        await ledger.complete_exchange(ids.exchange_id, answer)
        if random.random() < 0.3:
            await ledger.rate_exchange(ids.exchange_id, float(random.random() < 0.8))
        if random.random() < (0.25 if fast else 0.15):
            moment += timedelta(seconds=20)
            await ledger.begin_again(ids.user_message_id, "experiment")
    await ledger.aclose()


async def trouble(database: Path) -> None:
    """Let one provider be down for the last minutes, and another be slow."""
    moment = datetime.now(UTC) - timedelta(minutes=26)
    ledger = SqliteLedger(database, clock=lambda: moment)
    for minute in range(50):
        moment += timedelta(seconds=30)
        slow = 16 <= minute < 34
        for config, failed, seconds in (
            (GroqConfig(), minute >= 41, 0.3),
            (AnthropicConfig(), False, 14.0 if slow else 2.5),
        ):
            attempt = await ledger.start_attempt(
                AttemptStart(None, 1, config.name, config.model, None, None, day=moment.date())
            )
            usage = Usage(0, 0) if failed else Usage(900, 300)
            await ledger.finish_attempt(
                attempt,
                AttemptResult(
                    outcome=AttemptOutcome.FAILED if failed else AttemptOutcome.OK,
                    error=Unavailable("upstream connect error", status=503) if failed else None,
                    usage=usage,
                    cost=PriceBook().cost(config, usage),
                    latency=seconds,
                    time_to_first_token=None if failed else seconds / 4,
                ),
            )
    await ledger.aclose()
