"""What a project says is not worth looking at: its ``.gitignore`` files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_NAME = ".gitignore"
_MOST_BYTES = 1_000_000  # of one such file; what is larger is none


@dataclass(frozen=True, slots=True)
class Ignored:
    """The rules that hold in one folder: those of the folders above it, then its own.

    Args:
        rules: each with the folder its patterns are relative to, outermost first.
    """

    rules: tuple[tuple[Path, GitIgnoreSpec], ...] = ()

    @classmethod
    def above(cls, folder: Path) -> Ignored:
        """Return the rules that ``folder`` inherits from the repository it is in."""
        parents = list(folder.parents)
        tops = [at for at, parent in enumerate(parents) if _is_repository(parent)]
        if _is_repository(folder) or not tops:
            return cls()
        rules = cls()
        for parent in reversed(parents[: tops[0] + 1]):
            rules = rules.within(parent)
        return rules

    def within(self, folder: Path) -> Ignored:
        """Return the rules with those that ``folder`` itself adds."""
        file = folder / _NAME
        try:
            if not file.is_file() or file.stat().st_size > _MOST_BYTES:
                return self
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            # Rules that cannot be read exclude nothing.
            return self
        from pathspec import GitIgnoreSpec  # 30 ms, and only where there is such a file

        spec = GitIgnoreSpec.from_lines(_readable(lines))
        return Ignored((*self.rules, (folder, spec)))

    def excludes(self, path: Path, *, is_folder: bool) -> bool:
        """Return whether ``path`` is excluded; the innermost rule that speaks of it decides."""
        for base, spec in reversed(self.rules):
            name = path.relative_to(base).as_posix()
            said = spec.check_file(f"{name}/" if is_folder else name).include
            if said is not None:
                return said
        return False


def _is_repository(folder: Path) -> bool:
    # Unlike the method of Path, false where the folder may not be looked into.
    return os.path.exists(folder / ".git")  # noqa: PTH110


def _readable(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines that are patterns: git, too, passes over the others."""
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore import GitIgnorePatternError

    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except GitIgnorePatternError:
            continue
        yield line
