"""Values of settings as people read and type them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import Enum

from app.alerts_text import duration_text
from providers.config import PriceOverride
from providers.errors import ConfigError
from storage.config_spec import SettingSpec, ValueKind
from storage.toml_item import TomlValue

NOT_SET = "not set"
_SECONDS = " s"


def value_words(spec: SettingSpec, value: object) -> str:
    """Return a value of the settings in words."""
    if value is None:
        return NOT_SET
    match spec.kind:
        case ValueKind.FLAG | ValueKind.SWITCH:
            return "on" if value else "off"
        case ValueKind.DOLLARS:
            return f"${value}"
        case ValueKind.PRICE if isinstance(value, PriceOverride):
            cached = "" if value.cached is None else f", ${value.cached} cached"
            return f"${value.input} in, ${value.output} out{cached}"
        case ValueKind.SECONDS:
            return f"{value:g}{_SECONDS}"
        case ValueKind.DURATION:
            return duration_text(float(str(value)))
        case ValueKind.REAL:
            return f"{value:g}"
        case ValueKind.TABLES:
            count = len(value) if isinstance(value, tuple | list) else 0
            return "none" if not count else "1 entry" if count == 1 else f"{count} entries"
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value)) or "none"
    return value.value if isinstance(value, Enum) else str(value)


def typed_words(spec: SettingSpec, value: object) -> str:
    """Return a value as the person would have typed it; empty for nothing."""
    if value is None:
        return ""
    match spec.kind:
        case ValueKind.PRICE if isinstance(value, PriceOverride):
            prices = (value.input, value.output, value.cached)
            return " ".join(str(price) for price in prices if price is not None)
        case ValueKind.DOLLARS:
            return str(value)
        case ValueKind.SECONDS:
            return f"{value:g}"
    return value_words(spec, value)


def read_typed(spec: SettingSpec, text: str) -> TomlValue:
    """Return what a person typed as a value for the file. The file's own parser judges it then.

    Raises:
        ConfigError: it is no value of that kind.
    """
    reader = _READERS.get(spec.kind)
    return text if reader is None else reader(text.strip())


def how_to_type(spec: SettingSpec) -> str:
    """Return what may be typed, in words."""
    match spec.kind:
        case ValueKind.DOLLARS:
            words = "dollars, such as 2.50"
        case ValueKind.PRICE:
            words = "dollars per million tokens, such as 1.25 10: for input and for output"
        case ValueKind.DURATION:
            words = "a time such as 30s, 5m, 1h or 7d"
        case ValueKind.WHOLE:
            words = f"a whole number{_of(spec)}"
        case ValueKind.SECONDS | ValueKind.REAL:
            words = f"a number{_of(spec)}"
        case _:
            return spec.allowed or "a text"
    return (
        f"{words} ({spec.allowed})" if spec.allowed and spec.kind is not ValueKind.PRICE else words
    )


def _of(spec: SettingSpec) -> str:
    return f" of {spec.unit}" if spec.unit else ""


def _whole(text: str) -> TomlValue:
    try:
        return int(text.replace(" ", ""))
    except ValueError:
        raise ConfigError(f"{text!r} is no whole number") from None


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        hint = "; write it with a point" if "," in text else ""
        raise ConfigError(f"{text!r} is no number{hint}") from None
    if not value.is_finite():
        raise ConfigError(f"{text!r} is no number that could be meant")
    return value


def _dollars(text: str) -> Decimal:
    return _decimal(text.removeprefix("$").removesuffix("$").strip())


def _price(text: str) -> TomlValue:
    parts = [_dollars(part) for part in text.replace(",", " ").split()]
    if len(parts) not in (2, 3):
        raise ConfigError("type two prices, for input and output, or three with cached input")
    prices: Mapping[str, Decimal] = dict(zip(("input", "output", "cached"), parts, strict=False))
    return prices


_READERS: Mapping[ValueKind, Callable[[str], TomlValue]] = {
    ValueKind.WHOLE: _whole,
    ValueKind.REAL: _decimal,
    ValueKind.SECONDS: _decimal,
    ValueKind.DOLLARS: _dollars,
    ValueKind.PRICE: _price,
}
