"""What a request holds besides text, read out of each wire format into one form."""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Iterator
from typing import Any

Body = dict[str, Any]


def tools(body: Body) -> dict[str, dict[str, Any]]:
    """Return the schemas of the tools on offer, by name."""
    found = {}
    for tool in body.get("tools") or ():
        if "functionDeclarations" in tool:
            entries = tool["functionDeclarations"]
            # As with `mime_type`, the SDK leaves this name as it has it; the API takes both.
            found.update({each["name"]: each["parameters_json_schema"] for each in entries})
        else:
            told = tool.get("function", tool)
            found[told["name"]] = told.get("parameters") or told["input_schema"]
    return found


def tool_choice(body: Body) -> str | None:
    """Return the tool that must be called, or the API's own word."""
    if "toolConfig" in body:
        config = body["toolConfig"]["functionCallingConfig"]
        return str((config.get("allowedFunctionNames") or [config["mode"]])[0])
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        return str(choice.get("function", choice).get("name") or choice["type"])
    return choice


def calls(body: Body) -> list[tuple[str, str, Any]]:
    """Return the calls in the conversation."""
    found = []
    for part in _parts(body):
        if part.get("type") == "tool_use":
            found.append((part["id"], part["name"], part["input"]))
        elif "functionCall" in part:
            told = part["functionCall"]
            found.append((told["id"], told["name"], told["args"]))
        elif part.get("type") == "function_call":
            found.append((part["call_id"], part["name"], _parsed(part["arguments"])))
        for call in part.get("tool_calls") or ():
            told = call["function"]
            found.append((call["id"], told["name"], _parsed(told["arguments"])))
    return found


def results(body: Body) -> list[tuple[str, str]]:
    """Return the tool results in the conversation."""
    found = []
    for part in _parts(body):
        if part.get("type") == "tool_result":
            found.append((part["tool_use_id"], part["content"]))
        elif "functionResponse" in part:
            told = part["functionResponse"]
            found.append((told["id"], told["response"]["output"]))
        elif part.get("type") == "function_call_output":
            found.append((part["call_id"], part["output"]))
        elif part.get("role") == "tool":
            found.append((part["tool_call_id"], part["content"]))
    return found


def media(body: Body) -> list[tuple[str, bytes]]:
    """Return the images and sounds in the conversation."""
    found = []
    for part in _parts(body):
        if part.get("type") == "image":
            found.append((part["source"]["media_type"], b64decode(part["source"]["data"])))
        elif "inlineData" in part:
            told = part["inlineData"]
            kind = told.get("mimeType") or told["mime_type"]
            found.append((kind, urlsafe_b64decode(told["data"])))
        elif part.get("type") == "input_audio":
            told = part["input_audio"]
            found.append((told["format"], b64decode(told["data"])))
        elif "image_url" in part:
            url = part["image_url"]
            url = url["url"] if isinstance(url, dict) else url
            kind, _, data = url.removeprefix("data:").partition(";base64,")
            found.append((kind, b64decode(data)))
    return found


def _parts(body: Body) -> Iterator[dict[str, Any]]:
    """Yield every turn, and every part of it."""
    for turn in body.get("messages") or body.get("input") or body.get("contents") or ():
        yield turn
        inner = turn.get("content") or turn.get("parts")
        if isinstance(inner, list):
            yield from inner


def _parsed(arguments: str) -> Any:
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments
