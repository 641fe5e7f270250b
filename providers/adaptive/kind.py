"""The kinds of question that usefulness is learned by: the features ``dynamic`` goes by."""

from __future__ import annotations

from dataclasses import dataclass

from providers.classify import Classification, Complexity, TaskKind


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of question; what is None nobody knows, and it teaches only what is known.

    Args:
        task: what is asked for.
        complexity: how demanding it looks; needs ``task``.
    """

    task: TaskKind | None = None
    complexity: Complexity | None = None

    @classmethod
    def of(cls, seen: Classification) -> Kind:
        """Return the kind of a classified question."""
        return cls(seen.task, seen.complexity)

    @property
    def words(self) -> str:
        """The words for the person, empty for any question."""
        if self.task is None:
            return ""
        if self.complexity is None:
            return self.task.words
        return f"{self.complexity.value} {self.task.words}"
