"""Assessments in the database and in the configuration, and how they are shown."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from app.learning import learn
from app.quality_text import quality_mark, quality_words
from app.views import completed_footer, message_view
from providers.classify import TaskKind
from providers.config import Strategy
from providers.multi_config import AnswerFault
from providers.quality.assessment import FLAWLESS, Signal, SignalKind, assessment_of
from providers.quality.judge import NoVerdict, read_verdict
from providers.quality.judging import Judging
from providers.routing.router_parts import RouterParts
from storage.config_file import load_settings
from storage.errors import ConfigFileError
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import ExchangeRow
from storage.settings import Settings
from tests.storage.helpers import completed

LOOP = Signal(SignalKind.REPETITION, 0.7, "repeats itself \x1b[31m")
CUT = Signal(SignalKind.TRUNCATED, 0.6, "cut off at the length limit")
JUDGED = Signal(SignalKind.JUDGED, 0.5, "judged 5 of 10: dull")


async def kept(ledger: SqliteLedger, *signals: Signal, looked: bool = True) -> int:
    """Keep one answer, and return its exchange."""
    ids = await ledger.begin_exchange(None, "why", Strategy.COST)
    done = completed("because", cost=None)
    if looked:
        done = replace(done, assessment=assessment_of(signals), task=TaskKind.CODE)
    await ledger.complete_exchange(ids.exchange_id, done)
    return ids.exchange_id


def exchange_of(reader: Reader, number: int = -1) -> ExchangeRow:
    rows = reader.load_messages(reader.list_conversations()[0].id)
    exchange = rows[number].exchange
    assert exchange is not None
    return exchange


async def test_an_assessment_comes_back_and_a_verdict_joins_it(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "telex.db")
    reader = Reader(ledger.path)
    exchange_id = await kept(ledger, LOOP)
    first = exchange_of(reader).assessment
    assert first is not None
    assert first.score == pytest.approx(0.3)
    assert first.signals[0].kind is SignalKind.REPETITION
    assert "\x1b" not in first.words
    await ledger.assess_exchange(exchange_id, assessment_of([LOOP, JUDGED]))
    joined = exchange_of(reader).assessment
    assert joined is not None
    assert joined.score == pytest.approx(0.15)
    reader.close()
    await ledger.aclose()


async def test_a_verdict_that_is_quicker_than_the_answers_commit_stays(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "telex.db")
    reader = Reader(ledger.path)
    ids = await ledger.begin_exchange(None, "why", Strategy.COST)
    await ledger.assess_exchange(ids.exchange_id, FLAWLESS.joined(JUDGED))
    await ledger.complete_exchange(ids.exchange_id, replace(completed(), assessment=FLAWLESS))
    assert exchange_of(reader).assessment == FLAWLESS.joined(JUDGED)
    reader.close()
    await ledger.aclose()


async def test_earlier_answers_teach_the_next_run(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "telex.db")
    reader = Reader(ledger.path)
    await kept(ledger, looked=False)
    for _ in range(8):
        await kept(ledger, LOOP)
    await ledger.assess_exchange(await kept(ledger), FLAWLESS.joined(JUDGED))
    settings = Settings()
    parts = RouterParts(ledger=ledger)
    config = replace(settings.providers["openai"], model="gpt", quality=0.8)
    before = parts.quality.quality(config).value
    learn(parts, reader, settings)
    code = parts.quality.quality(config, task=TaskKind.CODE)
    assert code.value < before
    assert code.answers == 9
    assert code.mean_score == pytest.approx((8 * 0.3 + 1) / 9)
    assert "a judge said 0.50" in code.words
    reader.close()
    await ledger.aclose()


async def test_a_footer_says_what_is_wrong_and_nothing_else(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "telex.db")
    reader = Reader(ledger.path)
    await kept(ledger, LOOP)
    [_, answer] = reader.load_messages(reader.list_conversations()[0].id)
    stored = message_view(answer).footer
    live = completed_footer(replace(completed(), assessment=assessment_of([LOOP])), None)
    clean = completed_footer(replace(completed(), assessment=FLAWLESS), None)
    assert stored is not None
    for footer in (stored, live):
        [mark] = [part for part in footer.parts() if part.startswith("quality")]
        assert mark.startswith("quality 0.3: repeats itself")
        assert "\x1b" not in mark
        assert not footer.ending  # nothing was cut
    assert "quality" not in " ".join(clean.parts())
    reader.close()
    await ledger.aclose()


def test_a_mark_does_not_say_twice_that_an_answer_was_cut() -> None:
    assert quality_mark(assessment_of([CUT])) == "quality 0.4: cut off at the length limit"
    assert quality_mark(assessment_of([CUT]), cut=True) == ""
    assert quality_mark(assessment_of([CUT, LOOP]), cut=True).startswith("quality 0.3: repeats")
    assert quality_mark(None) == quality_mark(FLAWLESS) == ""
    assert quality_words(FLAWLESS) == "1.00, nothing wrong was found"
    assert "judged 5 of 10: dull (takes 50%)" in quality_words(assessment_of([JUDGED, CUT]))


# The configuration


def settings_of(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return load_settings(path)


def test_a_threshold_makes_poor_answers_fall_back(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "quality_threshold = 0.5\n")
    core = settings.to_core({})
    assert core.quality_threshold == 0.5
    assert AnswerFault.POOR in core.fallback_on
    assert AnswerFault.TRUNCATED not in core.fallback_on
    said = settings_of(tmp_path, 'quality_threshold = 0.5\nfallback_on = ["empty"]\n')
    assert said.to_core({}).fallback_on == {AnswerFault.EMPTY}
    assert AnswerFault.POOR not in settings_of(tmp_path, "").fallback_on


def test_a_judge_is_read(tmp_path: Path) -> None:
    text = '[judge]\nprovider = "groq"\ndaily_budget = 0.02\nshare = 0.5\n'
    judge = Judging("groq", None, Decimal("0.02"), 0.5)
    assert settings_of(tmp_path, text).to_core({}).judge == judge
    assert settings_of(tmp_path, '[judge]\nprovider = "groq"\n').judge == Judging("groq")
    off = text + "[providers.groq]\nenabled = false\n"
    assert settings_of(tmp_path, off).to_core({}).judge is None


@pytest.mark.parametrize(
    ("text", "line", "key", "words"),
    [
        ("quality_threshold = 2", 1, "quality_threshold", "above 0 and at most 1"),
        ("quality_threshold = true", 1, "quality_threshold", "must be a number"),
        ("[judge]\nshare = 0.1", 1, "judge.provider", "judge needs a provider"),
        ('[judge]\nprovider = "grok"', 2, "judge.provider", "did you mean 'groq'"),
        ('[judge]\nprovider = "groq"\nmodel = "x"', 3, "judge.model", "add it to models of groq"),
        ('[judge]\nprovider = "groq"\nshare = 7', 3, "judge.share", "must be from 0 to 1"),
        ('[judge]\nprovider = "groq"\nbudget = 7', 3, "judge.budget", "not known"),
    ],
)
def test_a_wrong_wish_is_refused_where_it_stands(
    tmp_path: Path, text: str, line: int, key: str, words: str
) -> None:
    with pytest.raises(ConfigFileError, match=words) as refused:
        settings_of(tmp_path, text)
    assert (refused.value.line, refused.value.key) == (line, key)


# The judge's reply


@pytest.mark.parametrize(
    ("reply", "severity", "words"),
    [
        ("GRADE 7: a bit long", 0.3, "judged 7 of 10: a bit long"),
        ("GRADE 10", 0.0, "judged 10 of 10"),
        ("grade: 0/10 - useless\n", 1.0, "judged 0 of 10: useless"),
        ("**GRADE 5**: dull", 0.5, "judged 5 of 10: dull"),
    ],
)
def test_a_grade_is_read(reply: str, severity: float, words: str) -> None:
    signal = read_verdict(reply)
    assert signal.severity == pytest.approx(severity)
    assert signal.words == words


@pytest.mark.parametrize(
    "reply",
    ["", "It is good.", "GRADE 11: x", "Sure! GRADE 9: x", "GRADE 9: x\nGRADE 2: y", "GRADE: high"],
)
def test_what_is_no_grade_is_dropped(reply: str) -> None:
    with pytest.raises(NoVerdict):
        read_verdict(reply)
