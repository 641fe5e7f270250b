"""Walking through the prompts of before ends where it began."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from widgets.prompt_history import Draft, PromptHistory

DRAFT = Draft("half a thought", "half a thought", (), (0, 4))


def walker(*prompts: str) -> PromptHistory:
    history = PromptHistory()
    history.replace(prompts)
    return history


def test_older_and_newer() -> None:
    history = walker("third", "second", "first")
    assert [history.older(DRAFT) for _ in range(4)] == ["third", "second", "first", None]
    assert [history.newer() for _ in range(4)] == ["second", "third", DRAFT, None]


def test_without_prompts_nobody_walks() -> None:
    history = walker("", "  ")
    assert history.older(DRAFT) is None
    assert not history.walking


def test_repetitions_are_shown_once() -> None:
    history = walker("a", "a", "b", "a")
    assert [history.older(DRAFT) for _ in range(3)] == ["a", "b", None]


def test_leaving_keeps_the_draft_as_the_newest() -> None:
    history = walker("old")
    history.older(DRAFT)
    history.leave()
    later = Draft("other", "other", (), (0, 0))
    assert [history.older(later) for _ in range(3)] == ["half a thought", "old", None]


def test_a_list_that_comes_late_does_not_end_the_walk() -> None:
    history = walker("one")
    history.older(DRAFT)
    history.replace(["new", "one", "zero"])
    assert history.current == "one"
    assert history.older(DRAFT) == "zero"
    history.replace(["other"])
    assert history.current == "zero"
    seen = [history.newer() for _ in range(2)]
    assert seen == [DRAFT, None]


@given(
    st.lists(st.text(max_size=5), max_size=6),
    st.text(max_size=9),
    st.lists(st.booleans(), max_size=20),
)
def test_the_walk_returns_exactly_what_was_typed(
    prompts: list[str], typed: str, steps: list[bool]
) -> None:
    history = walker(*prompts)
    draft = Draft(typed, typed, ("paste",), (0, len(typed)))
    began = False
    for older in steps:
        if older:
            began = history.older(draft) is not None or began
        elif history.newer() is draft:
            began = False
    while began:
        back = history.newer()
        assert back is not None
        if isinstance(back, Draft):
            assert back is draft
            break
    assert not history.walking
