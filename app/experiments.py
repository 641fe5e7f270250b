"""What an experiment asks of the app: personas for its arms, and the results from the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.refusals import CannotDo
from providers.config import Strategy
from providers.experiments.experiment import AssignedUnit, Experiment
from providers.routing.options import RouteOptions

if TYPE_CHECKING:
    from app.runtime import Runtime
    from providers.experiments.results import ExperimentResults
    from storage.rows import ConversationWishes


async def arm_prompts(
    runtime: Runtime, options: RouteOptions, wishes: ConversationWishes
) -> Mapping[str, str]:
    """Return the system prompts of the experiment's arms, those that play a persona, by arm.

    A conversation with a persona of its own keeps that, whatever its arm.

    Args:
        runtime: the experiment, and the person's files.
        options: how the question is to be routed.
        wishes: what its conversation asks for.

    Raises:
        CannotDo: a persona cannot be used. All are read before anything is asked, because an arm
            that cannot be asked would leave the others uncompared.
    """
    router = runtime.factory.router
    experiment = router.config.experiment
    asked = router.strategy_of(options) is Strategy.EXPERIMENT and wishes.persona is None
    if experiment is None or not asked:
        return {}
    return await asyncio.to_thread(_read_personas, runtime, experiment)


def _read_personas(runtime: Runtime, experiment: Experiment) -> Mapping[str, str]:
    from storage.prompt_files import PromptFileError

    found = {}
    for arm in experiment.arms:
        if arm.persona is None:
            continue
        try:
            found[arm.name] = runtime.prompt_files.persona(arm.persona).strip()
        except PromptFileError as error:
            raise CannotDo(
                f"The arm {arm.name!r} of the experiment {experiment.name!r} cannot answer:"
                f" {error}. Make that file, or correct [[experiment.arms]] in"
                f" {runtime.paths.config_file}"
            ) from error
    return found


async def unit_in_view(
    runtime: Runtime, options: RouteOptions, conversation_id: int | None
) -> RouteOptions:
    """Return ``options`` with the arm that a conversation has, to look ahead with.

    Args:
        runtime: the experiment and the ledger.
        options: how the next question is to be routed.
        conversation_id: None has not begun: its arm is drawn when it does.
    """
    router = runtime.factory.router
    experiment = router.config.experiment
    if (
        experiment is None
        or conversation_id is None
        or router.strategy_of(options) is not Strategy.EXPERIMENT
    ):
        return options
    arm = await asyncio.to_thread(runtime.reader.arm_of, experiment, conversation_id)
    unit = str(conversation_id)
    arm = arm or experiment.draw(unit)
    return replace(options, unit=AssignedUnit(unit, arm.name))


def read_results(runtime: Runtime, name: str | None = None) -> ExperimentResults | None:
    """Return what an experiment has shown so far. Blocks: use a thread.

    Args:
        runtime: the ledger and the configuration.
        name: which; None takes the configured one, and without one the newest there was.

    Returns:
        The results; None where there is, and was, no experiment.

    Raises:
        CannotDo: there is no experiment of that name; the message lists those there are.
        DatabaseError: the ledger cannot be read.
    """
    from providers.experiments.results import analyse, analyse_experiment

    configured = runtime.settings.experiment
    known = runtime.reader.experiments()
    if name is None:
        name = configured.name if configured is not None else next(iter(known), None)
        if name is None:
            return None
    answers = runtime.reader.experiment_answers(name, datetime.now(UTC))
    if configured is not None and configured.name == name:
        return analyse_experiment(configured, answers)
    if name not in known:
        names = list(dict.fromkeys([*([configured.name] if configured else []), *known]))
        there = f"there are: {', '.join(names)}" if names else "there is none at all"
        raise CannotDo(f"There is no experiment {name!r}; {there}")
    return analyse(name, answers)
