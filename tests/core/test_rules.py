"""The person's own table of where to send what."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.classify import Classification, Complexity, TaskKind
from providers.errors import ConfigError
from providers.messages import Attachment, AttachmentKind, ChatRequest, Message, Role
from providers.rules import RoutingRule, first_match

CODE = Classification(TaskKind.CODE, Complexity.COMPLEX, "is about code")
CHAT = Classification(TaskKind.CHAT, Complexity.SIMPLE, "is short and plain")
IMAGE = Attachment(AttachmentKind.IMAGE, "image/png", b"")


def ask(text: str, *attachments: Attachment) -> ChatRequest:
    return ChatRequest([Message(Role.USER, text, attachments)])


FULL = RoutingRule(
    provider="groq",
    task=TaskKind.CODE,
    pattern=r"\bpy(thon)?\b",
    min_tokens=10,
    max_tokens=20,
    attachment=AttachmentKind.IMAGE,
)


def test_all_conditions_must_hold() -> None:
    assert FULL.matches(ask("some PYTHON", IMAGE), CODE, 10)
    assert FULL.matches(ask("some py", IMAGE), CODE, 20)
    assert not FULL.matches(ask("some python", IMAGE), CHAT, 10)
    assert not FULL.matches(ask("some pythons", IMAGE), CODE, 10)
    assert not FULL.matches(ask("some python", IMAGE), CODE, 9)
    assert not FULL.matches(ask("some python", IMAGE), CODE, 21)
    assert not FULL.matches(ask("some python"), CODE, 10)


rules = st.builds(
    RoutingRule,
    provider=st.sampled_from(["openai", "groq"]),
    task=st.sampled_from(TaskKind),
    min_tokens=st.none() | st.integers(0, 100),
    max_tokens=st.none() | st.integers(0, 100),
)


@settings(deadline=None)
@given(
    table=st.lists(rules, max_size=6), task=st.sampled_from(TaskKind), tokens=st.integers(0, 100)
)
def test_the_first_match_decides(table: list[RoutingRule], task: TaskKind, tokens: int) -> None:
    kind = replace(CHAT, task=task)
    found = first_match(table, ask("hi"), kind, tokens)
    fitting = [
        rule
        for rule in table
        if rule.task is task
        and (rule.min_tokens or 0) <= tokens
        and (rule.max_tokens is None or tokens <= rule.max_tokens)
    ]
    assert found is (fitting[0] if fitting else None)


def test_a_pattern_looks_at_both_ends_of_a_long_question() -> None:
    rule = RoutingRule(provider="groq", pattern="needle")
    hay = "hay " * 10_000
    assert rule.matches(ask(f"needle {hay}"), CHAT, 1)
    assert rule.matches(ask(f"{hay} needle"), CHAT, 1)
    assert not rule.matches(ask(f"{hay} needle {hay}"), CHAT, 1)


def test_its_label_says_what_it_looks_for() -> None:
    assert FULL.label == (
        r"rule (code, /\bpy(thon)?\b/, from 10 tokens, up to 20 tokens, with image)"
    )
    assert replace(FULL, name="my snakes").label == "rule 'my snakes'"


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ({}, "has no condition"),
        ({"task": "cooking"}, "'cooking' is no task; allowed are code, translation"),
        ({"attachment": "smell"}, "'smell' is no attachment"),
        ({"pattern": "(unclosed"}, "is no regular expression"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(conditions: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words.replace("(", r"\(")):
        RoutingRule(provider="groq", **conditions)  # type: ignore[arg-type]  # what users type
