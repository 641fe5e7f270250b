"""Signals of answers: how often they are right, how fast they are, and what they add up to."""

from __future__ import annotations

import subprocess
import sys
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.events import FinishKind, StreamFinished
from providers.messages import ChatRequest, Message, Role
from providers.quality.assess import assess
from providers.quality.assessment import Assessment, Signal, SignalKind, assessment_of
from providers.quality.prose import split_files
from tests.core.quality_set import FILES, KINDS, load, overall, report, scores

STOP = StreamFinished(FinishKind.STOP, "stop", None)


def looked_at(question: str, answer: str, finish: StreamFinished = STOP) -> Assessment:
    return assess(ChatRequest((Message(Role.USER, question),)), answer, finish)


def kinds(question: str, answer: str) -> list[SignalKind]:
    return [signal.kind for signal in looked_at(question, answer).signals]


# The labelled set


@pytest.mark.parametrize("name", FILES)
def test_signals_agree_with_the_labels(name: str) -> None:
    by_kind = scores(load(name))
    whole = overall(by_kind)
    print("\n".join(report(name)))  # noqa: T201  # shown by pytest -rP
    assert whole.precision >= 0.95
    assert whole.recall >= 0.9
    for kind, score in by_kind.items():
        assert score.precision >= 0.9, (kind, score.mistakes)
        assert score.recall >= 0.8, (kind, score.mistakes)


def test_the_set_is_large_and_mixed() -> None:
    samples = [sample for name in FILES for sample in load(name)]
    assert len(samples) >= 240
    assert sum(not sample.labels for sample in samples) >= 90
    for kind in KINDS:
        assert sum(kind in sample.labels for sample in samples) >= 20, kind
    answers = [sample.question + sample.answer for sample in samples]
    assert len(set(answers)) == len(answers), "a sample is in the set twice"


def test_good_answers_are_left_alone() -> None:
    good = [s for name in FILES for s in load(name) if not s.labels]
    blamed = [sample.question for sample in good if sample.found]
    assert len(blamed) <= 0.03 * len(good), blamed


# The score


def test_a_score_is_what_no_signal_takes() -> None:
    signals = [
        Signal(SignalKind.TRUNCATED, 0.5, "cut"),
        Signal(SignalKind.REPETITION, 0.6, "repeats itself"),
    ]
    assessment = assessment_of(signals)
    assert assessment.score == pytest.approx(0.2)
    assert assessment.words == "repeats itself; cut"
    assert assessment.without(SignalKind.REPETITION).score == 0.5
    assert assessment.joined(Signal(SignalKind.JUDGED, 0.5, "meh")).score == pytest.approx(0.1)
    assert assessment_of([]).score == 1.0


@given(st.text(max_size=300), st.text(max_size=600), st.sampled_from(FinishKind))
def test_any_text_gets_a_score(question: str, answer: str, finish: FinishKind) -> None:
    assessment = looked_at(question, answer, StreamFinished(finish, finish.value, None))
    assert 0.0 <= assessment.score <= 1.0
    assert (assessment.score == 1.0) == (not assessment.signals)
    assert all(0 < signal.severity <= 1 and signal.words for signal in assessment.signals)


@given(st.text(max_size=200), st.from_regex(r"([0-9., ]+|\"[a-z ]*\"|[A-Z][a-z]+ ?){0,60}"))
def test_any_answer_about_any_file_gets_a_score(file: str, answer: str) -> None:
    question = f"What does the file say?\n\nFile: a.txt\n````\n{file}\n````"
    assert 0.0 <= looked_at(question, answer).score <= 1.0


def test_a_number_too_long_to_read_is_no_crash() -> None:
    question = "What is the number in the file?\n\nFile: a.txt\n```\n12345\n```"
    number = "".join(map(str, range(1_000, 3_000)))
    assert kinds(question, f"It is {number}.") == [SignalKind.UNSUPPORTED]
    assert SignalKind.MISSING_FORMAT in kinds("Answer in JSON.", "[" * 100_000 + "1" * 9_000)


# Single signals, beyond the set


def test_a_tool_call_is_no_empty_answer() -> None:
    calls = StreamFinished(FinishKind.TOOL_CALLS, "tool_calls", None)
    assert looked_at("What is the weather?", "", calls).score == 1.0
    assert kinds("What is the weather?", "") == [SignalKind.EMPTY]


def test_only_the_beginning_of_a_short_answer_refuses() -> None:
    refusal = "I'm sorry, but I can't help with that."
    helpful = " Here is what you can do instead." * 30
    assert kinds("How?", refusal) == [SignalKind.REFUSAL]
    assert SignalKind.REFUSAL not in kinds("How?", refusal + helpful)
    assert SignalKind.REFUSAL not in kinds("How?", f"The bot said: {refusal}")


def test_a_system_prompt_may_say_the_language() -> None:
    answer = "Der Mond ist ein Himmelskörper, der sich um die Erde dreht und ihr Licht spiegelt."
    asked = (Message(Role.USER, "What is the moon?"),)
    plain = assess(ChatRequest(asked), answer, STOP)
    told = assess(ChatRequest(asked, system="Always answer in German."), answer, STOP)
    assert [s.words for s in plain.signals] == ["is in German, not English"]
    assert told.score == 1.0


def test_an_earlier_file_is_a_source_of_a_later_question() -> None:
    file = "Here.\n\nFile: plan.md\n```md\nDeadline: 14 June. Owner: Mina Park.\n```"
    messages = (
        Message(Role.USER, file),
        Message(Role.ASSISTANT, "Thanks."),
        Message(Role.USER, "Who is the owner according to the plan?"),
    )
    right = assess(ChatRequest(messages), "The owner is Mina Park.", STOP)
    wrong = assess(ChatRequest(messages), "The owner is Robert Castellano.", STOP)
    assert right.score == 1.0
    assert [signal.kind for signal in wrong.signals] == [SignalKind.UNSUPPORTED]
    assert "Robert Castellano" in wrong.words


def test_a_loop_to_the_letter_is_found_wherever_it_is_cut() -> None:
    for end in range(len("around and ") + 1):
        answer = "It goes " + "around and " * 30 + "around and "[:end]
        assert SignalKind.REPETITION in kinds("What does it do?", answer), end


def test_files_are_told_from_what_was_said() -> None:
    block = "File: a.md\n````md\nA fence:\n```\ncode\n```\n````"
    said, files = split_files(f"What is it?\n\n{block}\n\nFile: b.txt\n```\n```")
    assert said.split() == ["What", "is", "it?"]
    assert files == ["A fence:\n```\ncode\n```", ""]
    open_ended = "File: c.txt\n```\nno end"
    assert split_files(open_ended) == (open_ended, [])
    assert split_files("".join(f"File: x\n{'`' * (303 - i)}\n" for i in range(300)))[1] == []


# Speed and weight


def test_signals_are_fast_enough_for_the_event_loop() -> None:
    short = "A panel turns light into power. It is made of cells, and each of them holds silicon. "
    answers = [(short * 2 + "The end of it.", 0.001), (_long(20_000), 0.05)]
    for answer, most in answers:
        looked_at("How does a panel work?", answer)
        taken = []
        for _ in range(20):
            began = perf_counter()
            looked_at("How does a panel work?", answer)
            taken.append(perf_counter() - began)
        # Ten times what it takes on a quiet machine: a slip into quadratic time is far beyond.
        assert min(taken) < most


@pytest.mark.parametrize(
    "answer",
    [
        "a" * 50_000,
        "I'm sorry, " * 5_000,
        "`" * 20_000,
        "| " * 20_000,
        "\n" * 50_000,
        "1." * 25_000,
    ],
    ids=["letters", "apologies", "ticks", "bars", "lines", "numbers"],
)
def test_no_text_is_slow(answer: str) -> None:
    began = perf_counter()
    looked_at("Please answer in German: list 5 rivers as JSON, in at most 20 words.", answer)
    looked_at(answer, "Yes.")
    assert perf_counter() - began < 2.0


def test_the_core_loads_no_signals() -> None:
    code = (
        "import sys, providers, providers.multi_config;"
        "print('providers.quality.assess' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def _long(size: int) -> str:
    words = ["light", "turns", "into", "power", "when", "many", "cells", "are", "joined", "here"]
    pieces = [
        " ".join(words[(3 * i + k * (i % 7 + 1)) % len(words)] for k in range(9)) + f" {i}. "
        for i in range(size // 40)
    ]
    return "".join(pieces)[:size] + "."
