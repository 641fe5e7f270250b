"""Conditions: a comparison over metrics, checked once and then judged as often as needed.

The grammar is a small part of Python's: numbers, metric names, ``+ - * / %``, comparisons,
``and``, ``or``, ``not`` and parentheses. A number may carry a unit of time (``ms s m h d``).
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any

from providers.errors import ConfigError

LONGEST = 200
"""Characters of a condition."""
DEEPEST = 20
"""How many operators may stand inside each other."""

_TIME = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\b")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod)
_COMPARISONS = (ast.Gt, ast.GtE, ast.Lt, ast.LtE, ast.Eq, ast.NotEq)


class Extreme(Enum):
    """Which of several values of a metric is the worst, to judge by the comparison."""

    HIGHEST = "highest"
    LOWEST = "lowest"
    LATEST = "latest"


class _Kind(Enum):
    NUMBER = "a number"
    TRUTH = "yes or no"


class _Unknown(Exception):
    """Nobody knows a value that the judgement rests on."""


class Condition:
    """A condition that was found to be sound.

    Args:
        text: as it was written.
        known: the names of the metrics there are.

    Raises:
        ConfigError: it is none; the message says why and what there is.
    """

    def __init__(self, text: str, known: Collection[str]) -> None:
        self.text = text
        self._known = known
        self._names: dict[str, None] = {}
        self.tree: ast.expr = _parsed(text)
        if self._kind(self.tree, DEEPEST) is not _Kind.TRUTH:
            raise self._refusal("it yields a number; compare it with something, like x > 5")
        if not self._names:
            raise self._refusal(f"it names no metric (there are: {', '.join(known)})")
        self.metric, self.extreme = _subject(self.tree) or (self.names[0], Extreme.LATEST)

    @property
    def names(self) -> tuple[str, ...]:
        """The metrics it rests on, in the order they are named."""
        return tuple(self._names)

    def judge(self) -> Judge:
        """Return something that judges by this condition; one for each thread."""
        return Judge(self)

    def _kind(self, node: ast.expr, depth: int) -> _Kind:
        if depth == 0:
            raise self._refusal(f"it is nested deeper than {DEEPEST} levels")
        match node:
            case ast.Constant(value=bool()):
                return _Kind.TRUTH
            case ast.Constant(value=int() | float()):
                return _Kind.NUMBER
            case ast.Name(id=name):
                self._note(name)
                return _Kind.NUMBER
            case ast.BoolOp(values=values):
                return self._all(values, _Kind.TRUTH, _Kind.TRUTH, depth)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._all([operand], _Kind.TRUTH, _Kind.TRUTH, depth)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                return self._all([operand], _Kind.NUMBER, _Kind.NUMBER, depth)
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _ARITHMETIC):
                return self._all([left, right], _Kind.NUMBER, _Kind.NUMBER, depth)
            case ast.Compare(left=left, ops=ops, comparators=others) if all(
                isinstance(op, _COMPARISONS) for op in ops
            ):
                return self._all([left, *others], _Kind.NUMBER, _Kind.TRUTH, depth)
        part = ast.unparse(node)
        raise self._refusal(
            f"{part!r} is not possible here (possible are numbers, metric names, + - * / %,"
            " comparisons, and, or, not, parentheses)"
        )

    def _all(self, nodes: list[ast.expr], wanted: _Kind, result: _Kind, depth: int) -> _Kind:
        for node in nodes:
            found = self._kind(node, depth - 1)
            if found is not wanted:
                part = ast.unparse(node)
                raise self._refusal(f"{part!r} yields {found.value} where {wanted.value} is needed")
        return result

    def _note(self, name: str) -> None:
        if name not in self._known:
            near = difflib.get_close_matches(name, self._known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise self._refusal(
                f"{name!r} is no metric{hint} (there are: {', '.join(self._known)})"
            )
        self._names[name] = None

    def _refusal(self, reason: str) -> ConfigError:
        return _refused(self.text, reason)


class Judge:
    """Says whether a condition holds. Not for several threads at once.

    Args:
        condition: by which to judge.
    """

    def __init__(self, condition: Condition) -> None:
        from simpleeval import SimpleEval  # type: ignore[import-untyped]  # it has no types

        self._condition = condition
        self._evaluator: Any = SimpleEval(functions={}, names={})
        self._evaluator.nodes[ast.BoolOp] = self._all_or_any

    def holds(self, values: Mapping[str, float | None]) -> bool:
        """Return whether the condition holds for sure.

        What rests on a value that is None, or on a division by zero, holds for sure only where
        the rest decides it: ``a or b`` with a true ``b``.

        Args:
            values: of every metric the condition names.
        """
        self._evaluator.names = _Values(values)
        try:
            return bool(self._value(self._condition.tree))
        except _Unknown:
            return False

    def _value(self, node: ast.expr) -> object:
        try:
            return self._evaluator.eval(self._condition.text, previously_parsed=node)
        except (ZeroDivisionError, OverflowError):
            raise _Unknown from None

    def _all_or_any(self, node: ast.BoolOp) -> bool:
        """Judge ``and`` and ``or`` with three values (Kleene's logic): true, false, unknown."""
        decides = isinstance(node.op, ast.Or)
        unknown = False
        for operand in node.values:
            try:
                if bool(self._value(operand)) is decides:
                    return decides
            except _Unknown:
                unknown = True
        if unknown:
            raise _Unknown
        return not decides


class _Values:
    """The values by name; asking for one that is unknown ends the judgement."""

    def __init__(self, values: Mapping[str, float | None]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> float:
        value = self._values[name]
        if value is None:
            raise _Unknown
        return value


def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise _refused(f"{text[:30]}…", f"it is longer than {LONGEST} characters")
    try:
        return ast.parse(_TIME.sub(_in_seconds, text).strip(), mode="eval").body
    except SyntaxError as error:
        raise _refused(text, f"this is no expression ({error.msg})") from None
    except (ValueError, MemoryError, RecursionError) as error:
        raise _refused(text, f"this is no expression ({error})") from None


def _in_seconds(found: re.Match[str]) -> str:
    return f"{float(found[1]) * _SECONDS[found[2]]:.10g}"


def _refused(text: str, reason: str) -> ConfigError:
    return ConfigError(f"the condition {text!r} cannot be used: {reason}", key="condition")


def _subject(tree: ast.expr) -> tuple[str, Extreme] | None:
    """Return the metric that the first comparison is about, and when it is at its worst."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare):
            continue
        for side, flipped in ((node.left, False), (node.comparators[0], True)):
            names = [part.id for part in ast.walk(side) if isinstance(part, ast.Name)]
            if names:
                return names[0], _extreme(node.ops[0], flipped=flipped)
    return None


def _extreme(comparison: ast.cmpop, *, flipped: bool) -> Extreme:
    if isinstance(comparison, ast.Eq | ast.NotEq):
        return Extreme.LATEST
    upwards = isinstance(comparison, ast.Gt | ast.GtE)
    return Extreme.HIGHEST if upwards is not flipped else Extreme.LOWEST
