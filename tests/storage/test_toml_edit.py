"""Changing a TOML text: only the statement that is meant, in every way that TOML is written."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.toml_edit import remove_value, set_value
from storage.toml_statements import statements

CONFIG = """\
# how I like it
routing_strategy = "cost"   # cheap

# money
# -----
[daily_cost_limits]
anthropic = 1.00   # a dollar

# providers
[providers.groq]
model = 'openai/gpt-oss-120b'

[providers."my.host"]
kind = "custom"
base_url = "http://127.0.0.1:11434/v1"
model = "llama"

# the end
"""


def test_a_new_key_stands_with_its_siblings_not_below_the_next_table_s_comment() -> None:
    assert "a dollar\ngroq = 2\n\n# providers\n" in set_value(
        CONFIG, ("daily_cost_limits", "groq"), 2
    )
    assert "# cheap\nmax_retries = 1\n\n# money\n" in set_value(CONFIG, ("max_retries",), 1)
    only_tables = "# about a\n[a]\nx = 1\n"
    assert set_value(only_tables, ("max_retries",), 1) == f"max_retries = 1\n\n{only_tables}"


def test_a_new_provider_stands_with_the_providers() -> None:
    text = CONFIG.replace("# the end", "[hedging]\ndaily_cap = 1")
    changed = set_value(text, ("providers", "x y", "model"), "m")
    assert '\n\n[providers."x y"]\nmodel = "m"\n\n[hedging]' in changed


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("providers.groq.model = 'x'\n[hedging]\n", ("providers", "groq", "quality"), 1),
        ("providers.groq.model = 'x'\n", ("providers", "x", "quality"), 1),
        ("[providers]\ngroq.model = 'x'\n", ("providers", "groq", "quality"), 1),
        ("providers = { groq = { model = 'x' } } # c\n", ("providers", "x", "model"), "m"),
        ("[providers.groq.price]\ninput = 1\n", ("providers", "groq", "model"), "m"),
        ("[providers.groq.price]\ninput = 1\n", ("providers", "groq", "price"), {"input": 2}),
        ("tasks = {}\n", ("tasks", "code"), ["groq"]),
        ("", ("tasks", "code"), ["groq"]),
        ("a = 1", ("b",), True),
        ('x = """\n[a]\n# no\nb = 1\n"""\n', ("a", "b"), 2),
        ("x = [\n  # one\n  'a = 1', # ]\n  'b',\n]\n", ("y",), 2),
        ("[[rules]]\ntask = 'code'\n", ("rules",), [{"task": "prose"}]),
        ("a = 1\r\n[t]\nb = 2 # c\r\n", ("t", "b"), 3),
    ],
)
def test_every_way_to_write_a_table(text: str, key: tuple[str, ...], value: object) -> None:
    expected = tomllib.loads(text)
    place = expected
    for part in key[:-1]:
        place = place.setdefault(part, {})
    place[key[-1]] = value
    changed = set_value(text, key, value)  # type: ignore[arg-type]
    assert tomllib.loads(changed) == expected
    assert "# c" not in text or "# c" in changed
    gone = tomllib.loads(remove_value(changed, key))
    for part in key[:-1]:
        gone = gone.get(part, {})
    assert key[-1] not in gone


_NAMES = st.sampled_from(["a", "b", "groq", "my.host", "x y", 'quo"te', "ü"])
_VALUES = st.one_of(
    st.text(max_size=8),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.decimals(0, 1000, places=2),
    st.lists(st.text(max_size=3), max_size=3),
)
_SPACE = st.sampled_from(["", "\n", "# a comment\n", "\n# x = 1\n", "\n#[t]\n\n"])


@st.composite
def _documents(draw: st.DrawFn) -> str:
    """Return a commented document of tables with keys, without a table that holds nothing."""

    def section(header: str) -> str:
        keys = draw(st.lists(_NAMES, min_size=1, max_size=3, unique=True))
        words = [set_value("", (key,), draw(_VALUES)).rstrip("\n") for key in keys]
        ends = [draw(st.sampled_from(["", "  # why"])) for _ in words]
        body = [f"{line}{end}\n{draw(_SPACE)}" for line, end in zip(words, ends, strict=True)]
        return header + "".join(body)

    top = section("") if draw(st.booleans()) else ""
    names = draw(st.lists(st.sampled_from(["t", "u.v", "u.w", 'u."x y"']), unique=True))
    return draw(_SPACE) + top + "".join(section(f"[{name}]\n") for name in names)


_KEYS = st.tuples(
    st.sampled_from([(), ("t",), ("u", "v"), ("u", "x y"), ("new",), ("u", "new")]), _NAMES
).map(lambda pair: (*pair[0], pair[1]))


@given(text=_documents(), key=_KEYS, value=_VALUES)
def test_any_edit_keeps_every_other_line(
    text: str, key: tuple[str, ...], value: str | bool | int | Decimal | list[str]
) -> None:
    before = tomllib.loads(text, parse_float=Decimal)
    place = before
    for part in key[:-1]:
        place = place.setdefault(part, {})
    was_there = key[-1] in place
    place[key[-1]] = value
    changed = set_value(text, key, value)
    assert tomllib.loads(changed, parse_float=Decimal) == before
    if was_there:
        (own,) = (each for each in statements(text) if each.path == key)
        lines, after = text.split("\n"), changed.split("\n")
        rest = lines[own.last + 1 :]
        assert after[: own.first] == lines[: own.first]
        assert after[len(after) - len(rest) :] == rest
        assert changed.count("# why") == text.count("# why")
    else:
        assert remove_value(changed, key) == text
