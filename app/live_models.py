"""The models a provider offers now, each with what is known of it, and putting one to use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from providers.adapters import build_adapter
from providers.capabilities import capabilities_of
from providers.capability import Capability
from providers.config import ModelConfig, ProviderConfig

if TYPE_CHECKING:
    from app.runtime import Runtime
    from storage.config_edit import ConfigEdit
    from storage.toml_item import TomlValue

_MILLION = Decimal(1_000_000)
# Listings name everything an account may call; these answer no chat.
_NO_CHAT = re.compile(
    r"embed|whisper|\btts|-tts|dall-e|moderation|realtime|transcribe|^sora|gpt-image|imagen|veo-"
    r"|babbage|davinci|orpheus|guard|aqa|live",
    re.IGNORECASE,
)


class Place(Enum):
    """What a model is in the configuration."""

    MAIN = "main"
    """The provider's ``model``."""
    ALSO = "also"
    """One of its ``models``."""
    FREE = "free"


class Order(Enum):
    """How the models are sorted."""

    NAME = "name"
    PRICE = "price"

    @property
    def other(self) -> Order:
        """The next one."""
        return Order.PRICE if self is Order.NAME else Order.NAME


@dataclass(frozen=True, slots=True)
class LiveModel:
    """One model.

    Args:
        name: as the API wants it.
        input, output: US dollars per million tokens, None where unknown.
        window: tokens it takes in, None where unknown.
        takes: what it takes besides text.
        quality: 0 to 1, what is believed of its answers.
        belief: what that rests on.
        place: what it is in the configuration.
        listed: whether the provider offers it now.
        chats: whether it answers at all, as far as its name says.
    """

    name: str
    input: Decimal | None
    output: Decimal | None
    window: int | None
    takes: frozenset[Capability]
    quality: float
    belief: str
    place: Place
    listed: bool
    chats: bool


async def ask_models(runtime: Runtime, provider: str) -> Sequence[str]:
    """Return the names of the models that a provider offers now.

    Raises:
        ProviderError: it did not answer, or not to this key.
    """
    factory = runtime.factory
    config = next((each for each in factory.config if each.name == provider), None)
    # One that is off is not among them.
    config = config or runtime.settings.providers[provider]
    adapter = build_adapter(config, factory.config.effective_timeouts)
    try:
        return [model.id for model in await adapter.list_models()]
    finally:
        await adapter.aclose()


def describe_models(
    runtime: Runtime, provider: str, names: Iterable[str] | None
) -> Sequence[LiveModel]:
    """Return what is known of models. Reads the price list: use a thread.

    Args:
        runtime: prices and beliefs.
        provider: whose models.
        names: those it offers now, None where nobody knows; the configured ones are added.
    """
    config = runtime.settings.providers[provider]
    offered = None if names is None else frozenset(names)
    configured = {variant.model: variant for variant in config.variants()}
    every = dict.fromkeys([*configured, *sorted(offered or ())])
    return [_described(runtime, config, configured.get(name), name, offered) for name in every]


def sort_models(models: Iterable[LiveModel], order: Order, words: str) -> Sequence[LiveModel]:
    """Return the models with ``words`` in their names; those in use first, no chat last."""
    wanted = words.lower().split()
    shown = [each for each in models if all(word in each.name.lower() for word in wanted)]
    places = list(Place)

    def rank(model: LiveModel) -> tuple[object, ...]:
        price = model.output if order is Order.PRICE else None
        return (
            places.index(model.place),
            not model.chats,
            order is Order.PRICE and price is None,
            price or Decimal(0),
            model.name.lower(),
        )

    return sorted(shown, key=rank)


def main_edits(config: ProviderConfig, name: str) -> tuple[Sequence[ConfigEdit], Sequence[str]]:
    """Return the edits that make ``name`` the provider's model, and what they take out.

    A price, a window, capabilities and a quality of the person's own were said of the model
    before; of another one they would be wrong. That something is free is said of the whole place.
    """
    from storage.config_edit import ConfigEdit

    price = config.price
    free = price is not None and not (price.input or price.output)
    of_the_former = {
        "price": price is not None and not free,
        "quality": config.quality is not None,
        "context_window": config.context_window is not None,
        "capabilities": config.capabilities is not None,
    }
    gone = [key for key, said in of_the_former.items() if said]
    key = ("providers", config.name)
    edits = [ConfigEdit((*key, "model"), name)]
    edits += [ConfigEdit((*key, each), None) for each in gone]
    left = [each for each in config.models if _name_of(each) != name]
    if len(left) != len(config.models):
        edits.append(ConfigEdit((*key, "models"), _toml(left)))
    return edits, gone


def also_edits(config: ProviderConfig, name: str) -> Sequence[ConfigEdit]:
    """Return the edits that add ``name`` to the provider's ``models``, or take it out of them."""
    from storage.config_edit import ConfigEdit

    left = [each for each in config.models if _name_of(each) != name]
    if len(left) == len(config.models):
        left.append(name)
    return [ConfigEdit(("providers", config.name, "models"), _toml(left))]


def _described(
    runtime: Runtime,
    config: ProviderConfig,
    variant: ProviderConfig | None,
    name: str,
    offered: frozenset[str] | None,
) -> LiveModel:
    parts = runtime.parts
    # What the person said of the main model says nothing about another one.
    asked = variant or replace(
        config,
        model=name,
        models=(),
        price=None,
        quality=None,
        context_window=None,
        capabilities=None,
    )
    card = parts.prices.card(asked, model=name)
    quality = parts.quality.quality(asked, name)
    place = Place.ALSO if variant else Place.FREE
    if name == config.model:
        place = Place.MAIN
    return LiveModel(
        name=name,
        input=None if card is None else card.base.input * _MILLION,
        output=None if card is None else card.base.output * _MILLION,
        window=parts.prices.context_window(asked, model=name),
        takes=capabilities_of(asked),
        quality=quality.value,
        belief=quality.words,
        place=place,
        listed=offered is None or name in offered,
        chats=not _NO_CHAT.search(name),
    )


def _name_of(model: str | ModelConfig) -> str:
    return model if isinstance(model, str) else model.model


def _toml(models: Sequence[str | ModelConfig]) -> TomlValue | None:
    """Return ``models`` as the configuration writes them; none of them takes the line out."""
    return [_toml_model(each) for each in models] or None


def _toml_model(model: str | ModelConfig) -> TomlValue:
    if isinstance(model, str):
        return model
    said: dict[str, TomlValue | None] = {
        "model": model.model,
        "quality": model.quality,
        "max_tokens": model.max_tokens,
        "context_window": model.context_window,
        "capabilities": None if model.capabilities is None else list(model.capabilities),
    }
    if (price := model.price) is not None:
        prices = {"input": price.input, "output": price.output, "cached": price.cached}
        said["price"] = {key: value for key, value in prices.items() if value is not None}
    return {key: value for key, value in said.items() if value is not None}
