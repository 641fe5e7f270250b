"""Filters in the history's search: what they mean, what they find, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.widgets import Input

from app.conversation_lookup import ConversationLookup, Part
from app.history_filters import UnknownFilter, parse_search, suggest
from app.screens.ask_line import AskLineScreen
from providers.billing.ledger import AttemptOutcome
from providers.errors import AllProvidersFailed
from providers.messages import Attachment, AttachmentKind
from storage.conversation_filter import ConversationFilter
from storage.ledger import SqliteLedger
from storage.reader import Reader
from storage.rows import ExchangeState
from tests.app.conversations import history, listed
from tests.app.house import House, chat, ready, toasts, until
from tests.storage.helpers import completed, result, route, start
from widgets.filter_line import FilterLine

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)


class Days:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


async def fill(path: Path) -> None:
    """Five conversations, the newest last, each with something that others have not."""
    clock = Days()
    ledger = SqliteLedger(path, clock=clock)

    async def talk(title: str, days_ago: int, provider: str) -> int:
        clock.now = NOW - timedelta(days=days_ago)
        ids = await ledger.begin_exchange(None, f"{title}, please", "cost")
        await ledger.rename_conversation(ids.conversation_id, title)
        await ledger.record_route(ids.exchange_id, route(provider))
        call = start(exchange_id=ids.exchange_id, provider=provider)
        attempt = await ledger.start_attempt(call)
        await ledger.finish_attempt(attempt, result(AttemptOutcome.OK))
        done = replace(completed(attempt_id=attempt), provider=provider)
        await ledger.complete_exchange(ids.exchange_id, done)
        return ids.exchange_id

    await talk("Old and plain", 400, "openai")
    bad = await talk("Rated bad", 20, "groq")
    await ledger.rate_exchange(bad, 0.0)
    good = await talk("Rated good", 6, "groq")
    await ledger.rate_exchange(good, 1.0)
    clock.now = NOW - timedelta(days=1)
    note = Attachment(AttachmentKind.FILE, "text/plain", b"x", "note.txt")
    ids = await ledger.begin_exchange(None, "Failed, please", "cost", attachments=[note])
    await ledger.rename_conversation(ids.conversation_id, "Failed")
    await ledger.interrupt_exchange(
        ids.exchange_id, ExchangeState.FAILED, "", error=AllProvidersFailed([])
    )
    await ledger.set_tags(ids.conversation_id, ["At Work"])
    await talk("Archived today", 0, "google")
    await ledger.set_archived(5, True)
    await ledger.set_pinned(1, True)
    await ledger.aclose()


@pytest.mark.parametrize(
    ("text", "words", "like"),
    [
        ("plain words", "plain words", ConversationFilter()),
        (
            "provider:Groq rated:good two words",
            "two words",
            ConversationFilter(providers=("groq",), rated_good=True),
        ),
        ('tag:"at work" x', "x", ConversationFilter(tags=("at work",))),
        ("tag:#sky", "", ConversationFilter(tags=("sky",))),
        (
            "is:pinned is:failed has:attachments",
            "",
            ConversationFilter(pinned=True, failed=True, attached=True),
        ),
        ("since:today", "", ConversationFilter(since=datetime(2026, 11, 23, tzinfo=UTC))),
        ("SINCE:week", "", ConversationFilter(since=datetime(2026, 11, 17, tzinfo=UTC))),
        ("since:30d", "", ConversationFilter(since=datetime(2026, 10, 24, tzinfo=UTC))),
        ("until:2026-11-01", "", ConversationFilter(until=datetime(2026, 11, 2, tzinfo=UTC))),
        (
            '"provider:groq" https://x.y std::map 12:30',
            "provider:groq https://x.y std::map 12:30",
            ConversationFilter(),
        ),
    ],
)
def test_what_filters_mean(text: str, words: str, like: ConversationFilter) -> None:
    found = parse_search(text, NOW)
    assert (found.words, found.like) == (words, like)
    assert found.filtered is (like != ConversationFilter())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from:groq", "There is no filter from: but provider: since: until: rated: tag: is: has:"),
        ("rated:fine", "rated:fine is not known: rated:good, rated:bad"),
        ("is:", "is: wants something behind it, such as is:pinned, is:archived, is:failed"),
        ("since:someday", "since:someday is no day: since:today, since:yesterday"),
        ("since:2026-13-01", "since:2026-13-01 is no day"),
        ("until:9999-12-31", "is too far away"),
        ("since:0001-01-01", "is too far away"),
        ("has:wings", "has:wings is not known: has:attachment"),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    with pytest.raises(UnknownFilter) as refused:
        parse_search(f"words {text}", NOW)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "completed_text"),
    [
        ("pro", "provider:"),
        ("x provider:gr", "x provider:groq"),
        ("rated:g", "rated:good"),
        ("tag:at", 'tag:"at work"'),
        ("provider:groq", None),
        ("p", None),
        ("colon:x", None),
        ("", None),
    ],
)
def test_completion(text: str, completed_text: str | None) -> None:
    assert suggest(text, {"provider": ["openai", "groq"], "tag": ["at work"]}) == completed_text


async def test_what_filters_find(tmp_path: Path) -> None:
    path = tmp_path / "telex.db"
    await fill(path)
    reader = Reader(path)
    lookup = ConversationLookup(reader, now=lambda: NOW)
    expected = {
        "provider:groq": ["Rated good", "Rated bad"],
        "provider:groq provider:openai": [],
        "since:week": ["Archived today", "Failed", "Rated good"],
        "since:month until:week": ["Rated good", "Rated bad"],
        "until:2025-12-31": ["Old and plain"],
        "rated:good": ["Rated good"],
        "rated:bad": ["Rated bad"],
        "has:attachment": ["Failed"],
        "is:failed": ["Failed"],
        "is:archived": ["Archived today"],
        "is:pinned": ["Old and plain"],
        'tag:"at work"': ["Failed"],
        "provider:groq rated": ["Rated good", "Rated bad"],
        "provider:groq please": ["Rated good", "Rated bad"],
        "is:failed please": ["Failed"],
        "please is:archived": ["Archived today"],
        "rated:good zebra": [],
    }
    for text, titles in expected.items():
        found = lookup.find(text, Part())
        assert [view.title for view in found.conversations] == titles, text
        assert found.count == f"{len(titles)} of 5", text
    assert lookup.find("", Part()).count == "4 conversations"
    archived = lookup.find("since:week", Part(archived=True))
    assert [view.title for view in archived.conversations] == ["Archived today"]
    reader.close()


async def test_deleted_messages_meet_no_filter(tmp_path: Path) -> None:
    path = tmp_path / "telex.db"
    await fill(path)
    ledger, reader = SqliteLedger(path), Reader(path)
    lookup = ConversationLookup(reader, now=lambda: NOW)
    for text in ("rated:good", "is:failed", "has:attachment"):
        [view] = lookup.find(text, Part()).conversations
        question, *_ = reader.load_messages(view.id)
        deletion = await ledger.trash_message(question.id)
        lookup.forget()
        assert lookup.find(text, Part()).conversations == [], text
        await ledger.restore(deletion)
    reader.close()
    await ledger.aclose()


async def test_the_screen_filters_completes_refuses_and_counts(house: House) -> None:
    await fill(house.paths.database)
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await history(pilot, app)
        line = screen.query_one(FilterLine)
        assert line.count == "4 conversations"
        await pilot.press("slash", *"provider:gr")
        await until(pilot, lambda: screen.query_one(Input)._suggestion == "provider:groq")
        await pilot.press("right")
        await until(pilot, lambda: listed(screen) == ["Rated good", "Rated bad"])
        assert line.count == "2 of 5"
        await pilot.press(*" rated:fine")
        await until(pilot, lambda: "rated:good, rated:bad" in line.wrong)
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen is screen, "what was refused opens nothing"
        assert listed(screen) == ["Rated good", "Rated bad"]
        await pilot.press(*["backspace"] * 4, *"bad")
        await until(pilot, lambda: listed(screen) == ["Rated bad"])
        assert line.wrong == ""
        await pilot.press("enter")
        await until(pilot, lambda: chat(app).conversation_id == 2)


@pytest.mark.parametrize("suffix", ["md", "json"])
async def test_export_of_the_conversation_under_the_cursor(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "taken.json").write_text("mine")
    (folder / "taken.md").write_text("mine")
    await fill(house.paths.database)
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        screen = await history(pilot, app)
        await pilot.press("down", "x")
        await until(pilot, lambda: isinstance(app.screen, AskLineScreen))
        asked = app.screen.query_one(Input)
        assert asked.value == "Failed.md"
        asked.value = f"taken.{suffix}"
        await pilot.press("enter")
        await until(pilot, lambda: "is there already" in toasts(app))
        await until(pilot, lambda: isinstance(app.screen, AskLineScreen))
        assert app.screen.query_one(Input).value == f"taken.{suffix}", "nothing is typed twice"
        app.screen.query_one(Input).value = f"free.{suffix}"
        await pilot.press("enter")
        await until(pilot, lambda: "Written: " in toasts(app))
        assert app.screen is screen
    written = (folder / f"free.{suffix}").read_text()
    title = json.loads(written)["title"] if suffix == "json" else written.splitlines()[0]
    assert "Failed" in title
    assert (folder / f"taken.{suffix}").read_text() == "mine"
