"""What one call asks, and of whom: the model's own wishes, and those of the call before them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import BaseMessage
from langchain_core.runnables import ensure_config

from providers.factory import ProviderFactory
from providers.langchain.prompts import to_messages
from providers.langchain.tools import to_choice, to_specs
from providers.llm import LLM
from providers.messages import Message
from providers.multi_config import parse_strategy

ROUTE = ("strategy", "provider", "model", "unit")
_SETTINGS = ("temperature", "max_tokens", "tools", "tool_choice")
_LANGCHAIN_OWN = ("stream",)
"""Says whether LangChain streams, which it has decided by the time it calls."""

Wishes = Mapping[str, Any]
"""Some of ``ROUTE`` and of the settings, by name."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: whom to ask, and what."""

    llm: LLM
    messages: Sequence[Message]
    settings: Wishes


def to_call(
    factory: ProviderFactory,
    own: Wishes,
    given: Wishes,
    messages: Sequence[BaseMessage],
    *,
    restarts: bool,
) -> Call:
    """Return what to ask whom.

    Args:
        factory: whose providers answer.
        own: the model's wishes.
        given: the call's, which come first.
        messages: the conversation.
        restarts: whether the answer can begin anew when it is lost half-way.

    Raises:
        ValueError: a message cannot be sent, or something is given that nobody understands.
        ConfigError: no such strategy, provider or model is configured.
    """
    known = (*ROUTE, *_SETTINGS, *_LANGCHAIN_OWN)
    wrong = [name for name, value in given.items() if name not in known and value is not None]
    if wrong:
        listed = ", ".join((*_SETTINGS, "stop", *ROUTE))
        raise ValueError(f"ChatTelex takes no {wrong[0]!r}; a call may give {listed}")
    settings = {
        "temperature": given.get("temperature", own.get("temperature")),
        "max_tokens": given.get("max_tokens", own.get("max_tokens")),
        "tools": to_specs(given.get("tools") or ()),
        "tool_choice": to_choice(given.get("tool_choice")),
    }
    llm = to_llm(factory, own, given).with_options(restarts=restarts)
    return Call(llm, to_messages(messages), settings)


def to_llm(factory: ProviderFactory, own: Wishes, given: Wishes) -> LLM:
    """Return whom to ask; see ``to_call``."""
    route = {name: given.get(name, own.get(name)) for name in ROUTE}
    if given.get("provider") is not None:
        route["model"] = given.get("model")  # the other provider has no such model
    llm = factory.get_provider(route["provider"], model=route["model"])
    strategy, unit = route["strategy"], route["unit"]
    if unit is None:
        unit = ensure_config().get("configurable", {}).get("thread_id")
    return llm.with_options(
        strategy=None if strategy is None else parse_strategy(strategy),
        unit=None if unit is None else str(unit),
    )
