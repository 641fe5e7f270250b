"""How good a candidate's answers are: a prior, moved by the person's ratings.

The prior is the person's own number, or the provider's (``priors``) shifted by the model's place in
the price list (``tiers``). Ratings move it, shrunk towards it, as the posterior mean of a binomial
share under a Beta prior worth ``PRIOR_RATINGS`` ratings does (Gelman et al., Bayesian Data
Analysis, 3rd ed., section 2.4): a few thumbs cannot turn an order around.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from providers.config import ProviderConfig
from providers.learning.priors import prior_quality
from providers.learning.tiers import PriceTiers

PRIOR_RATINGS = 12
"""How many ratings the prior weighs as much as. Our choice: three thumbs up move 0.5 to 0.6."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What is believed of a candidate's answers.

    Args:
        value: 0 to 1, prior and ratings together.
        prior: 0 to 1, before any rating.
        ratings: how many there are.
        mean_rating: their mean, 0 to 1, None without one.
        words: what the value rests on.
    """

    value: float
    prior: float
    ratings: int
    mean_rating: float | None
    words: str


@dataclass(slots=True)
class _Ratings:
    count: int = 0
    total: float = 0.0


class QualityBook:
    """Keeps the ratings of each provider and model. Safe across threads.

    Args:
        tiers: places in the price list.
    """

    def __init__(self, tiers: PriceTiers | None = None) -> None:
        self._tiers = tiers or PriceTiers()
        self._lock = threading.Lock()
        self._ratings: dict[tuple[str, str], _Ratings] = {}
        # Asked for every candidate of every request, changed by a rating now and then.
        self._known: dict[tuple[str, str], tuple[ProviderConfig, Quality]] = {}

    def quality(self, config: ProviderConfig, model: str = "") -> Quality:
        """Return what is believed of a model.

        Args:
            config: its provider; its ``quality`` wins over the built-in priors for its model.
            model: where it is not ``config.model``.
        """
        model = model or config.model
        known = self._known.get((config.name, model))
        if known is not None and known[0] is config:
            return known[1]
        prior, words = self._prior(config, model)
        with self._lock:  # in one step, or a rating in between would be forgotten here
            quality = _moved(prior, words, self._ratings.get((config.name, model), _Ratings()))
            self._known[config.name, model] = (config, quality)
        return quality

    def rate(self, name: str, model: str, score: float) -> None:
        """Add a rating of one answer.

        Args:
            name: the provider's configured name.
            model: the model that answered.
            score: 0 for bad to 1 for good.

        Raises:
            ValueError: ``score`` is out of range.
        """
        self.warm_up(name, model, 1, score)

    def warm_up(self, name: str, model: str, count: int, total: float) -> None:
        """Add ratings of earlier runs; a negative pair takes ratings back that were changed.

        Args:
            name: the provider's configured name.
            model: the model that answered.
            count: how many ratings.
            total: their sum, each 0 to 1.

        Raises:
            ValueError: so many ratings cannot have that sum.
        """
        fits = 0 <= total / count <= 1 if count else total == 0
        with self._lock:
            known = self._ratings.get((name, model), _Ratings())
            ratings = _Ratings(known.count + count, known.total + total)
            if not fits or ratings.count < 0:
                raise ValueError(f"{count} ratings from 0 to 1 cannot add up to {total}")
            self._ratings[name, model] = ratings
            self._known.pop((name, model), None)

    def _prior(self, config: ProviderConfig, model: str) -> tuple[float, str]:
        if config.quality is not None and model == config.model:
            return config.quality, f"{config.quality:.2f} set by you"
        usual = prior_quality(config)
        tier = self._tiers.tier(config.kind, model)
        if tier is None:
            return usual, f"{usual:.2f} expected of {config.name}"
        prior = min(max(usual + tier.shift, 0.0), 1.0)
        return prior, f"{prior:.2f} expected of {config.name} at {tier.words}"


def _moved(prior: float, words: str, ratings: _Ratings) -> Quality:
    """Return the prior, moved by the ratings."""
    count, total = ratings.count, ratings.total
    if count == 0:
        return Quality(prior, prior, 0, None, words)
    mean = total / count
    rated = "1 rating of yours" if count == 1 else f"{count} ratings of yours, mean"
    return Quality(
        value=(PRIOR_RATINGS * prior + total) / (PRIOR_RATINGS + count),
        prior=prior,
        ratings=count,
        mean_rating=mean,
        words=f"{words}; {rated} {mean:.2f}",
    )
