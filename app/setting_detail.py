"""What is told about one setting beside the list of all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from textual.content import Content

from app.setting_rows import SettingRow, Source
from app.setting_words import how_to_type
from providers.alerts.rules import AlertRule
from providers.config import ModelConfig
from providers.experiments.experiment import Arm
from providers.rules import RoutingRule
from storage.config_catalogue import CatalogueEntry
from storage.config_schema import CONFIG_SCHEMA
from storage.config_spec import EACH, ValueKind
from widgets.one_line import cut

_LONGEST = 400  # characters of a value
_DIM = "$foreground 60%"
_BARE = re.compile(r"[A-Za-z0-9_-]+")

_ENTER = {
    ValueKind.FLAG: "turns it on or off",
    ValueKind.SWITCH: "turns it on or off",
    ValueKind.CHOICE: "lists what there is",
    ValueKind.CHOICES: "lets you mark some",
    ValueKind.THEME: "lists the themes",
    ValueKind.PROVIDER: "lists the providers",
    ValueKind.PROVIDERS: "lets you mark some, in order",
    ValueKind.TARGETS: "lets you mark some, in order",
    ValueKind.TABLES: "opens the file there, in your editor",
}


def setting_detail(row: SettingRow) -> Content:
    """Return all there is to say about a setting."""
    spec = row.spec
    parts: list[Content] = [
        Content.styled(cut(row.name, 200), "bold"),
        Content(spec.means),
        _line("now", f"{cut(row.words, _LONGEST)} ({_from(row)})"),
        _line("default", row.default),
        _line("enter", _ENTER.get(spec.kind, "lets you type a value")),
    ]
    if spec.choices:
        which = "one of" if spec.kind is ValueKind.CHOICE else "some of"
        parts.append(_line(which, ", ".join(spec.choices)))
    elif spec.kind not in _ENTER:
        parts.append(_line("type", how_to_type(spec)))
    parts += [Content(f"• {cut(words, 200)}") for words in _items(row.value)]
    if spec.kind is ValueKind.TABLES:
        inner = [each.key[-1] for each in CONFIG_SCHEMA if each.key[:-1] == (*spec.key, EACH)]
        parts.append(_line("each may say", ", ".join(inner)))
    parts.append(_line("in the file", f"{_in_the_file(row)} = {spec.example}"))
    return Content("\n").join(parts)


def _line(name: str, words: str) -> Content:
    return Content.assemble((f"{name}: ", _DIM), words)


def _in_the_file(row: SettingRow) -> str:
    return ".".join(part if _BARE.fullmatch(part) else f'"{part}"' for part in row.key)


def _from(row: SettingRow) -> str:
    if row.source is Source.ENVIRONMENT:
        return f"the variable {row.place}"
    if row.source is Source.BEFORE:
        return "what the file said before"
    if row.source is not Source.CHOSEN:
        return row.place
    how = "in the palette" if row.spec.kind is ValueKind.THEME else "in the chat"
    otherwise = f"; line {row.line} of the file says otherwise" if row.in_file else ""
    return f"chosen {how}{otherwise}"


def _items(value: object) -> Iterator[str]:
    for item in value if isinstance(value, tuple | list) else ():
        match item:
            case RoutingRule():
                yield f"{item.label} → {item.provider}"
            case AlertRule():
                yield f"{item.name}: {item.condition}"
            case Arm():
                yield f"{item.name}: {item.provider}"
            case ModelConfig():
                yield item.model
            case CatalogueEntry():
                yield f"{item.id}: {item.name}"
