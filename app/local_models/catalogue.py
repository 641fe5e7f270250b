"""Small models that are worth fetching.

Sizes and hashes are those of the files in the named repositories, as several projects that pin the
same files state them. Each is an ungated file under Apache-2.0, with its chat template inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from providers.errors import TelexError
from storage.config_catalogue import CatalogueEntry
from storage.settings import Settings
from storage.toml_table import expected_one_of

BUILT_IN_ID = "smollm2-135m-instruct"
"""The built-in model, in commands."""
BUILT_IN_NAME = "SmolLM2 135M"
BUILT_IN_BYTES = 98_000_000
"""What its package weighs, about."""
BUILT_IN_MEMORY = 240_000_000
"""Measured: 237 MB with 4,096 tokens."""

_HUB = "https://huggingface.co"
_HUB_VARIABLE = "HF_ENDPOINT"

# ``memory`` is the file, the key-value cache at ``context_tokens`` (two bytes for each of keys and
# values, by layers x key-value heads x head width of the model's config.json) and the buffers.
CATALOGUE: Sequence[CatalogueEntry] = (
    CatalogueEntry(
        id="qwen2.5-0.5b-instruct",
        name="Qwen2.5 0.5B",
        url=f"{_HUB}/Qwen/Qwen2.5-0.5B-Instruct-GGUF/resolve/main/qwen2.5-0.5b-instruct-q4_k_m.gguf",
        sha256="74a4da8c9fdbcd15bd1f6d01d621410d31c6fc00986f5eb687824e7b93d7a9db",
        bytes=491_400_032,
        context_tokens=8192,
        good_for="Short answers and rewording in many languages, quick on any machine",
        licence="Apache-2.0",
        memory=1_000_000_000,
    ),
    CatalogueEntry(
        id="qwen2.5-1.5b-instruct",
        name="Qwen2.5 1.5B",
        url=f"{_HUB}/Qwen/Qwen2.5-1.5B-Instruct-GGUF/resolve/main/qwen2.5-1.5b-instruct-q4_k_m.gguf",
        sha256="6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e",
        bytes=1_117_320_736,
        context_tokens=8192,
        good_for="The best all-rounder here: summaries, simple code, many languages",
        licence="Apache-2.0",
        memory=1_900_000_000,
    ),
    CatalogueEntry(
        id="smollm2-1.7b-instruct",
        name="SmolLM2 1.7B",
        url=f"{_HUB}/HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF/resolve/main/smollm2-1.7b-instruct-q4_k_m.gguf",
        sha256="decd2598bc2c8ed08c19adc3c8fdd461ee19ed5708679d1c54ef54a5a30d4f33",
        bytes=1_055_609_536,
        context_tokens=4096,
        good_for="English prose, rewriting and summaries",
        licence="Apache-2.0",
        memory=2_000_000_000,
    ),
)


class UnknownModel(TelexError, LookupError):
    """No model is called that."""


def catalogue(settings: Settings, environment: Mapping[str, str]) -> Sequence[CatalogueEntry]:
    """Return everything that can be fetched, the person's own entries first.

    Args:
        settings: an entry there replaces the one here with the same id.
        environment: ``HF_ENDPOINT`` names a mirror of huggingface.co, as it does for Hugging
            Face's own client.
    """
    own = settings.catalogue
    taken = {entry.id for entry in own}
    mirror = environment.get(_HUB_VARIABLE, "").strip().rstrip("/")
    hub = mirror if mirror.startswith(("https://", "http://")) else _HUB
    ours = (_at(entry, hub) for entry in CATALOGUE if entry.id not in taken)
    return (*own, *ours)


def find_entry(entries: Sequence[CatalogueEntry], wanted: str) -> CatalogueEntry:
    """Return the entry called ``wanted``.

    Raises:
        UnknownModel: there is none; lists those there are.
    """
    for entry in entries:
        if entry.id == wanted:
            return entry
    raise UnknownModel(f"the model {expected_one_of(wanted, [entry.id for entry in entries])}")


def _at(entry: CatalogueEntry, hub: str) -> CatalogueEntry:
    from dataclasses import replace

    return replace(entry, url=entry.url.replace(_HUB, hub, 1))
