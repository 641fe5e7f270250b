"""What the shape of an API key says about it, without showing any of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from providers.config import Kind

_SHORTEST = 30
"""Characters; every key of the services below is longer."""

# What the services' own pages about authentication show: the first prefix that fits decides.
_SERVICES = (
    ("sk-ant-", "Anthropic"),
    ("sk-or-", "OpenRouter"),
    ("sk-proj-", "OpenAI"),
    ("gsk_", "Groq"),
    ("AIza", "Google"),
    ("xai-", "xAI"),
    ("hf_", "Hugging Face"),
    ("pplx-", "Perplexity"),
    ("nvapi-", "NVIDIA"),
    ("r8_", "Replicate"),
    ("ghp_", "GitHub"),
    ("github_pat_", "GitHub"),
    ("AKIA", "Amazon"),
    ("sk-", "OpenAI"),
)
_OWN: Mapping[Kind, tuple[str, tuple[str, ...]]] = {
    Kind.OPENAI: ("OpenAI", ("sk-",)),
    Kind.ANTHROPIC: ("Anthropic", ("sk-ant-",)),
    Kind.GOOGLE: ("Google", ("AIza", "AQ.")),
    Kind.GROQ: ("Groq", ("gsk_",)),
}
"""By kind of provider: its name, and how its keys begin."""

_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "\u2018": "\u2019", "«": "»"}
_ANY_QUOTE = "".join({*_QUOTES, *_QUOTES.values()})
_ASSIGNED = re.compile(
    r"^(?:(?:export|set|setx)\s+|\$env:)(?P<named>\w+)(?:\s*[=:]\s*|\s+)"
    r"|^(?P<bare>[A-Z][A-Z0-9_]*(?:KEY|TOKEN|SECRET))\s*[=:]\s*"
)
_HEADER = re.compile(r"^(?:-H\s+)?(?:authorization|x-api-key|x-goog-api-key)\s*:\s*", re.IGNORECASE)
_BEARER = re.compile(r"^bearer\s+", re.IGNORECASE)
_EXAMPLE = re.compile(
    r"^<.*>$|your[-_ ]|\.\.\.|…|x{6,}|\*{4,}|•{3,}|example|placeholder", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PastedKey:
    """What was pasted, without what does not belong to a key.

    Args:
        key: what is left; ``clean_key`` judges it.
        removed: what was taken off, in words.
        variable: the environment variable it was written behind, or empty.
    """

    key: str
    removed: tuple[str, ...] = ()
    variable: str = ""


def unwrap(text: str) -> PastedKey:
    """Return the key in ``text``, which may be a line out of a shell's profile or a manual."""
    removed: list[str] = []
    variable = ""
    key = text.strip()
    while True:
        before = key
        if match := _ASSIGNED.match(key):
            variable = match["named"] or match["bare"]
            removed.append(f"“{variable} =”")
            key = key[match.end() :]
        elif match := _HEADER.match(key):
            removed.append("the header's name")
            key = key[match.end() :]
        elif match := _BEARER.match(key):
            removed.append("“Bearer”")
            key = key[match.end() :]
        elif key[-1:] in (",", ";"):
            key = key[:-1]
        elif len(key) > 1 and _QUOTES.get(key[0]) == key[-1]:
            removed.append("the quotes")
            key = key[1:-1]
        key = key.strip()
        if key == before:
            return PastedKey(key, tuple(removed), variable)


def is_example(key: str) -> bool:
    """Whether ``key`` is what manuals print in the place of one."""
    return bool(_EXAMPLE.search(key))


def service_of(key: str) -> str:
    """Return whose key it looks like, empty where its beginning does not say."""
    return next((name for prefix, name in _SERVICES if key.startswith(prefix)), "")


def shape_hints(key: str, kind: Kind) -> tuple[str, ...]:
    """Return what is odd about a key, a sentence each; quotes nothing of it.

    Args:
        key: as it is sent.
        kind: of the provider it is meant for.
    """
    hints = []
    if any(quote in key for quote in _ANY_QUOTE):
        hints.append("It contains quotes, which are part of no key: they came along by mistake.")
    elif unwrap(key).key != key:
        hints.append("It is more than a key: a variable's name or “Bearer” came along.")
    elif is_example(key):
        hints.append("It looks like the example out of a manual, not like a key.")
    hints += _wrong_service(key.strip(_ANY_QUOTE), kind)
    if len(key) < _SHORTEST and kind in _OWN:
        count = f"{len(key)} character{'s' if len(key) != 1 else ''}"
        hints.append(f"It has {count}; usual ones are longer: was all of it copied?")
    return tuple(hints)


def _wrong_service(key: str, kind: Kind) -> list[str]:
    if kind not in _OWN:
        return []
    name, prefixes = _OWN[kind]
    looks_like = service_of(key)
    if looks_like and looks_like != name:
        return [f"It looks like a key of {looks_like}, not of {name}."]
    if not key.startswith(prefixes):
        return [f"Keys of {name} usually begin with {' or '.join(prefixes)}; this one does not."]
    return []
