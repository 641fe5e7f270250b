"""Whether the arms of an experiment can play what they are to play, and whether they did."""

from __future__ import annotations

from collections.abc import Mapping

from app.refusals import CannotDo
from providers.experiments.experiment import Experiment


def check_prompts(experiment: Experiment, prompts: Mapping[str, str] | None) -> None:
    """Make sure that arms which play personas can.

    Args:
        experiment: what the question takes part in.
        prompts: system prompts by arm; None where nobody has read them.

    Raises:
        CannotDo: an arm plays a persona, and nobody has read any.
    """
    playing = [arm.name for arm in experiment.arms if arm.persona is not None]
    if prompts is None and playing:
        raise CannotDo(
            f"The arm {playing[0]!r} of the experiment {experiment.name!r} plays a persona, which"
            " works in the chat and in `telex ask` alone: ask there, or take another strategy"
        )


def takes_part(experiment: Experiment, prompts: Mapping[str, str] | None) -> bool:
    """Return whether an answer says anything of the arms.

    Where arms differ in their personas, it does not under a system prompt that is the
    conversation's own.

    Args:
        experiment: what the question takes part in.
        prompts: system prompts by arm; empty where none of them is used.
    """
    return bool(prompts) or len({arm.persona for arm in experiment.arms}) == 1
