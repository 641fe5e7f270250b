"""The table from kinds of tasks to those who are asked first for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from providers.classify import TaskKind
from providers.errors import ConfigError

TaskTable = Mapping[TaskKind, Sequence["Target"]]
"""For each kind of task whom to ask, first choice first."""


@dataclass(frozen=True, slots=True)
class Target:
    """A provider, and which of its models; None leaves that to the ranking."""

    provider: str
    model: str | None = None

    @classmethod
    def parse(cls, text: str) -> Target:
        """Return what ``provider`` or ``provider/model`` means; a model may have slashes too."""
        provider, _, model = text.partition("/")
        return cls(provider, model or None)


def read_tasks(
    table: Mapping[str, Sequence[str | Target]], models: Mapping[str, Sequence[str]]
) -> TaskTable:
    """Return the table with its words understood.

    Args:
        table: by the kind's name, such as ``code``; each entry ``provider`` or ``provider/model``.
        models: the models of each provider that is configured. Others may be named all the same,
            if they are built in: they just have no key yet.

    Raises:
        ConfigError: an unknown kind, an empty list, or a model that its provider does not have.
    """
    return {_kind(name): _targets(name, entries, models) for name, entries in table.items()}


def _kind(name: str) -> TaskKind:
    try:
        return TaskKind(name)
    except ValueError:
        allowed = ", ".join(kind.value for kind in TaskKind)
        raise ConfigError(
            f"{name!r} is no kind of task; allowed are {allowed}", key=f"tasks.{name}"
        ) from None


def _targets(
    name: str, entries: Sequence[str | Target], models: Mapping[str, Sequence[str]]
) -> tuple[Target, ...]:
    if isinstance(entries, str) or not entries:
        raise ConfigError(
            f'tasks.{name} must be a list such as ["anthropic", "openai/gpt-6.1-terra"]',
            key=f"tasks.{name}",
        )
    targets = tuple(e if isinstance(e, Target) else Target.parse(e) for e in entries)
    for target in targets:
        known = models.get(target.provider)
        if known is not None and target.model is not None and target.model not in known:
            raise ConfigError(
                f"tasks.{name} names the model {target.model!r}, which {target.provider} does not"
                f" list; it has {', '.join(known)} (add it to its models)",
                key=f"tasks.{name}",
            )
    return targets
