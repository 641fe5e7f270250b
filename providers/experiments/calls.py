"""The part of the factory that tells what an experiment has shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from providers.errors import ConfigError
from providers.multi_config import MultiLLMConfig

if TYPE_CHECKING:
    from providers.experiments.results import ExperimentResults
    from providers.routing.router_parts import RouterParts


class ExperimentCalls:
    """What a factory can say of its experiment."""

    config: MultiLLMConfig
    parts: RouterParts

    def get_experiment_results(self) -> ExperimentResults:
        """Return what the experiment has shown so far, of the answers since the start.

        It may be called at any time, and as often as one likes: looking does not make a chance
        difference significant. How fast and how dear answers are is measured; what they are worth
        is told, by ``rate`` and ``tell``.

        Raises:
            ConfigError: no experiment is configured.
        """
        from providers.experiments.results import analyse_experiment

        experiment = self.config.experiment
        if experiment is None:
            raise ConfigError(
                "there is no experiment: give MultiLLMConfig one (experiment=Experiment(...))",
                key="experiment",
            )
        return analyse_experiment(experiment, self.parts.experiments.answers(experiment.name))
