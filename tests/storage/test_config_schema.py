"""The descriptions of the keys and the parser agree: neither knows more than the other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from providers.config import BUILT_IN, Kind
from storage.config_edit import ConfigEdit, check_edits
from storage.config_file import parse_settings
from storage.config_schema import CONFIG_SCHEMA
from storage.config_spec import EACH, PROVIDER, SettingSpec, ValueKind
from storage.errors import ConfigFileError
from storage.settings import Settings

_ALLOWED = re.compile(r"\(allowed: ([^)]*)\)")
_BASES = {
    "openai": "",
    "local": "",
    "mine": '[providers.mine]\nkind = "custom"\nmodel = "m"\nbase_url = "http://localhost/v1"\n',
}
_TABLES = {
    # What the parser wants to be there before it looks at the rest.
    "judge": '[judge]\nprovider = "groq"\n',
    "rules": '[[rules]]\nprovider = "groq"\ntask = "code"\n',
    "alerts": '[[alerts]]\nname = "x"\ncondition = "error_rate > 0.5"\n',
    "catalogue": f'[[catalogue]]\nid = "x"\nurl = "http://h/x"\nsha256 = "{"0" * 64}"\n',
    "experiment": '[experiment]\nname = "e"\n'
    '[[experiment.arms]]\nname = "a"\nprovider = "groq"\n'
    '[[experiment.arms]]\nname = "b"\nprovider = "groq"\n',
}


def _described(parent: tuple[str, ...], kind: str = "") -> set[str]:
    depth = len(parent)
    known = (spec for spec in CONFIG_SCHEMA if EACH not in spec.key[depth:])
    specs = (spec for spec in known if not spec.kinds or not kind or kind in spec.kinds)
    return {spec.key[depth] for spec in specs if spec.key[:depth] == parent != spec.key}


def _accepted(text: str) -> set[str]:
    """Return the keys that the parser names when it meets one that it does not know."""
    with pytest.raises(ConfigFileError) as refused:
        parse_settings(text, Path("config.toml"))
    found = _ALLOWED.search(refused.value.reason)
    assert found, refused.value.reason
    return set(found[1].split(", "))


def test_the_top_level_is_described_whole() -> None:
    assert _described(()) == _accepted("zzz = 1\n")


@pytest.mark.parametrize(
    "table", ["timeouts", "hedging", "tasks", "cache", "experiment", "adaptive", "judge"]
)
def test_each_table_is_described_whole(table: str) -> None:
    assert _described((table,)) == _accepted(f"[{table}]\nzzz = 1\n")


@pytest.mark.parametrize("array", ["rules", "alerts", "catalogue", "experiment.arms"])
def test_each_array_of_tables_is_described_whole(array: str) -> None:
    assert _described((*array.split("."), EACH)) == _accepted(f"[[{array}]]\nzzz = 1\n")


@pytest.mark.parametrize(("name", "base"), _BASES.items())
def test_the_providers_are_described_whole(name: str, base: str) -> None:
    kind = name if name in BUILT_IN else Kind.CUSTOM.value
    described = _described(("providers", PROVIDER), kind)
    text = (base or f"[providers.{name}]\n") + "zzz = 1\n"
    # A built-in provider may say its own kind, which changes nothing.
    assert described | {"kind"} == _accepted(text)


def test_models_and_prices_are_described_whole() -> None:
    models = _accepted("[providers.groq]\nmodels = [{ zzz = 1 }]\n")
    assert _described(("providers", PROVIDER, "models", EACH)) == models
    assert _accepted("[providers.groq]\nprice = { zzz = 1 }\n") == {"input", "output", "cached"}


@pytest.mark.parametrize("spec", CONFIG_SCHEMA, ids=lambda spec: spec.dotted)
def test_every_example_is_accepted(spec: SettingSpec, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    name = next((n for n in ("openai", "local") if spec.kinds & {n}), "mine")
    base = _BASES[name] if PROVIDER in spec.key else ""
    # The example's place inside its table, where it is one of an array's.
    value = tomllib.loads(f"x = {spec.example}")["x"]
    key = spec.of(name)
    if EACH in key:
        at = key.index(EACH)
        array, inner = key[:at], key[at + 1]
        path.write_text(base + _TABLES.get(key[0], ""), encoding="utf-8")
        tables: Any = tomllib.loads(path.read_text())
        for part in array:
            tables = tables.get(part, {})
        first = dict(tables[0]) if tables else {"model": "other"}
        rest = list(tables[1:]) if tables else []
        check_edits(path, [ConfigEdit(array, [{**first, inner: value}, *rest])])
        return
    path.write_text(base + _TABLES.get(key[0], ""), encoding="utf-8")
    settings = check_edits(path, [ConfigEdit(key, value)])
    if spec.kind is not ValueKind.TABLES and key != ("judge", "model"):
        assert spec.read(settings, name) not in (None, ())


@pytest.mark.parametrize("spec", CONFIG_SCHEMA, ids=lambda spec: spec.dotted)
def test_every_key_is_explained(spec: SettingSpec) -> None:
    assert spec.means.endswith(".")
    assert spec.group
    assert bool(spec.choices) == (spec.kind in {ValueKind.CHOICE, ValueKind.CHOICES})
    if spec.key[0] != "providers" and EACH not in spec.key and spec.default is None:
        assert spec.default_for("", Settings()) == spec.read(Settings(), "")
