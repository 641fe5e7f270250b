"""Reading the lines of a batch from a file, and what each result looks like in another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.json_values import dollars, plain
from providers.batch.lines import BatchLine, BatchResult
from providers.errors import AllProvidersFailed, TelexError
from providers.sanitise import sanitise

_SETTINGS: Mapping[str, type | tuple[type, ...]] = {
    "system": str,
    "temperature": (int, float),
    "max_tokens": int,
}
_KNOWN = ("prompt", "messages", "id", "custom_id", "body", "method", "url", *_SETTINGS)


class BadLine(TelexError):
    """A line of the input is no question; the message says which and why."""


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A line, and what the person calls it; None without a name."""

    line: BatchLine
    id: str | int | None


def read_lines(path: Path) -> Sequence[NamedLine]:
    """Return every line that is not blank. Nothing is asked before all of them were understood.

    Raises:
        BadLine: the file cannot be read, or a line is no question.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadLine(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BadLine(f"{path} is no UTF-8 text; save it as UTF-8") from error
    # Only line feeds separate JSON lines: strings may hold the others that splitlines() knows.
    numbered = enumerate(text.split("\n"), start=1)
    lines = [_line(f"{path} line {n}", words) for n, words in numbered if words.strip()]
    if not lines:
        raise BadLine(f"{path} has no lines")
    return lines


def _line(where: str, words: str) -> NamedLine:
    try:
        value = json.loads(words)
    except ValueError as error:
        raise BadLine(f'{where} is no JSON ({error}); write "a question" with its quotes') from None
    if isinstance(value, str):
        value = {"prompt": value}
    if not isinstance(value, dict):
        raise BadLine(f"{where} must be a string or an object")
    unknown = [name for name in value if name not in _KNOWN]
    if unknown:
        raise BadLine(f"{where} has the unknown key {unknown[0]!r} (known: {', '.join(_KNOWN)})")
    body = value.get("body", value)  # OpenAI's batch files wrap what is asked
    if not isinstance(body, dict):
        raise BadLine(f"{where}: body must be an object")
    line = BatchLine(_prompt(where, body), _settings(where, body))
    try:
        line.request({})
    except ValueError as error:
        raise BadLine(f"{where}: {error}") from error
    return NamedLine(line, value.get("id", value.get("custom_id")))


def _prompt(where: str, body: Mapping[str, Any]) -> Any:
    if ("prompt" in body) == ("messages" in body):
        raise BadLine(f"{where} needs either prompt or messages")
    if "prompt" in body:
        prompt = body["prompt"]
        if not isinstance(prompt, str) or not prompt.strip():
            raise BadLine(f"{where}: prompt must be a string that is not empty")
        return prompt
    messages = body["messages"]
    whole = isinstance(messages, list) and all(
        isinstance(each, dict) and isinstance(each.get("role"), str) for each in messages
    )
    if not whole or not all(isinstance(each.get("content"), str) for each in messages):
        raise BadLine(f"{where}: messages must be a list of objects with role and content")
    return messages


def _settings(where: str, body: Mapping[str, Any]) -> dict[str, Any]:
    settings = {name: body[name] for name in _SETTINGS if body.get(name) is not None}
    for name, value in settings.items():
        if isinstance(value, bool) or not isinstance(value, _SETTINGS[name]):
            raise BadLine(f"{where}: {name} must not be {value!r}")
    return settings


def result_json(result: BatchResult, named: NamedLine) -> str:
    """Return one line of the output: the same names as ``telex ask --json`` has."""
    reply, said = result.reply, result.reply.response_metadata if result.reply else {}
    usage = reply.usage_metadata if reply else {}
    values = {
        "line": result.number + 1,
        "id": named.id,
        "text": sanitise(reply.content) if reply else None,
        "error": None if result.error is None else _error(result.error),
        "provider": said.get("provider"),
        "model": said.get("model"),
        "cost_usd": dollars(said.get("cost")),
        "usage": {
            name: usage[name]
            for name in ("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens")
        }
        if reply
        else None,
        "latency_ms": round(said["latency"] * 1000, 1) if reply else None,
        "finish_reason": said.get("finish_reason"),
        "truncated": said.get("truncated"),
        "quality": said.get("quality"),
        "cached": said.get("cached"),
        "attempts": plain(_attempts(said)),
    }
    return json.dumps(values, ensure_ascii=False)


def _attempts(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "provider": attempt["provider"],
            "model": attempt["model"],
            "outcome": attempt["outcome"],
            "error_type": attempt["error"],
            "status": attempt["status"],
            "latency_ms": round(attempt["latency"] * 1000, 1),
            "cost_usd": dollars(attempt["cost"]),
        }
        for attempt in said.get("attempts", ())
    ]


def _error(error: AllProvidersFailed) -> dict[str, Any]:
    return {
        "message": sanitise(str(error)),
        "attempts": [
            {
                "provider": attempt.provider,
                "model": attempt.model,
                "error_type": attempt.error.kind,
                "status": attempt.error.status,
            }
            for attempt in error.attempts
        ],
    }
