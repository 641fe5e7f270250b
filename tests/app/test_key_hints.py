"""What is pasted as a key, and what its shape says."""

from __future__ import annotations

import pytest

from app.key_hints import is_example, shape_hints, unwrap
from providers.config import Kind
from tests.app.keyed_house import USUAL

GROQ = USUAL["groq"]


@pytest.mark.parametrize(
    ("pasted", "variable"),
    [
        (GROQ, ""),
        (f"  {GROQ}\n", ""),
        (f'"{GROQ}"', ""),
        (f"\u201c{GROQ}\u201d", ""),
        (f"Bearer {GROQ}", ""),
        (f"Authorization: Bearer {GROQ}", ""),
        (f"x-api-key: {GROQ}", ""),
        (f"export GROQ_API_KEY={GROQ}", "GROQ_API_KEY"),
        (f"export GROQ_API_KEY='{GROQ}';", "GROQ_API_KEY"),
        (f'GROQ_API_KEY = "{GROQ}",', "GROQ_API_KEY"),
        (f'$env:GROQ_API_KEY = "{GROQ}"', "GROQ_API_KEY"),
        (f"set GROQ_API_KEY={GROQ}", "GROQ_API_KEY"),
    ],
)
def test_what_came_along_is_taken_off(pasted: str, variable: str) -> None:
    found = unwrap(pasted)
    assert (found.key, found.variable) == (GROQ, variable)
    assert bool(found.removed) == (pasted.strip() != GROQ)


@pytest.mark.parametrize("key", ["AbC==", "sk-a=b", "A_TOKENISED", ""])
def test_a_key_that_only_resembles_something_is_left_alone(key: str) -> None:
    assert unwrap(key).key == key


@pytest.mark.parametrize("name", USUAL)
def test_a_usual_key_has_nothing_odd(name: str) -> None:
    assert shape_hints(USUAL[name], Kind(name)) == ()
    assert not is_example(USUAL[name])


@pytest.mark.parametrize(
    ("key", "kind", "words"),
    [
        (USUAL["anthropic"], Kind.GROQ, "looks like a key of Anthropic, not of Groq"),
        (USUAL["openai"], Kind.ANTHROPIC, "looks like a key of OpenAI, not of Anthropic"),
        (GROQ[:12], Kind.GROQ, "has 12 characters; usual ones are longer"),
        (f'"{GROQ}"', Kind.GROQ, "contains quotes"),
        (f"GROQ_API_KEY={GROQ}", Kind.GROQ, "more than a key"),
        ("gsk_your-key-goes-in-this-very-place", Kind.GROQ, "example out of a manual"),
        ("0123456789abcdef0123456789abcdef", Kind.GROQ, "usually begin with gsk_"),
    ],
)
def test_an_odd_key_is_described_without_being_shown(key: str, kind: Kind, words: str) -> None:
    hints = " ".join(shape_hints(key, kind))
    assert words in hints
    assert key not in hints
    assert key.strip('"') not in hints


def test_nothing_is_expected_of_the_keys_of_ones_own_server() -> None:
    assert shape_hints("x", Kind.CUSTOM) == ()


@pytest.mark.parametrize("example", ["<your key>", "sk-...", "gsk_xxxxxxxxxxxx", "sk-****"])
def test_examples_are_known(example: str) -> None:
    assert is_example(example)
