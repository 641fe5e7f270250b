from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from providers.messages import Role
from tests.widgets.bench_transcript import FOOTER, conversation
from tests.widgets.documents import document
from tests.widgets.hosts import HOSTILE, assert_inert, painted, running, screen_text
from tests.widgets.messages import answer, question, stream
from widgets.message_commands import MessageCommand
from widgets.needle import Needle
from widgets.search import Found
from widgets.transcript import Transcript
from widgets.views import MessageView


def here(pilot: Pilot[None]) -> list[str]:
    """Return what is painted in reverse: the current place."""
    transcript = pilot.app.query_one(Transcript)
    return [
        segment.text
        for y in range(len(transcript.view_lines))
        for segment in transcript.render_line(y)
        if segment.style is not None and segment.style.reverse
    ]


def lit(pilot: Pilot[None], transcript: Transcript) -> list[str]:
    """Return what is highlighted, each line's part by itself."""
    return [
        segment.text
        for y in range(len(transcript.view_lines))
        for segment in transcript.render_line(y)
        if segment.style is not None
        and (segment.style.reverse or segment.style.bgcolor == transcript.overlay.found.bgcolor)
    ]


async def test_every_place_in_view_is_highlighted_and_the_current_one_more() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(
            [question("q", "Sort, please"), answer("a", "I **sort**: `sort()`\n\n- resort")]
        )
        await pilot.press("home")
        assert transcript.find("sort") == Found(4, 1)
        await pilot.pause()
        assert lit(pilot, transcript) == ["Sort", "sort", "sort", "sort"]
        assert here(pilot) == ["Sort"]
        assert transcript.current == "q"
        await pilot.press("n")
        assert here(pilot) == ["sort"]
        assert transcript.current == "a"
        assert "2/4" in painted(pilot.app)[-1]
        await pilot.press("N", "N")
        assert "4/4" in painted(pilot.app)[-1]
        assert transcript.find("Sort") == Found(1, 1)
        await pilot.press("escape")
        assert lit(pilot, transcript) == []


async def test_a_place_may_go_on_in_the_next_line() -> None:
    transcript = Transcript()
    async with running(transcript, size=(30, 24)) as (pilot, _):
        text = "several words that are looked for together here"
        transcript.show([question("q", text), answer("a", text.replace(" ", "\n"))])
        await pilot.press("home")
        assert transcript.find("looked for together") == Found(2, 1)
        await pilot.pause()
        assert "".join(lit(pilot, transcript)).count("looked") == 2
        assert " ".join(here(pilot)).split() == ["looked", "for", "together"]


async def test_stepping_meets_every_place_and_goes_round() -> None:
    transcript = Transcript()
    async with running(transcript, size=(70, 16)) as (pilot, _):
        transcript.show(conversation(60))
        transcript.focus()
        await pilot.press("home")
        assert transcript.find("42") == Found(31, 1)
        met = []
        for _ in range(31):
            await pilot.pause()
            assert here(pilot) == ["42"]
            met.append(transcript.current)
            transcript.find_step(1)
        assert met == sorted(met, key=lambda key: int(str(key)[1:]))
        assert len(set(met)) == 31
        assert transcript.find_step(-1) == Found(31, 31)


async def test_each_further_letter_looks_from_the_same_message_on() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(
            [question(f"q{n}", f"{'needle' if n in {5, 50} else 'need'} {n}") for n in range(60)],
            at="q20",
        )
        await pilot.pause()
        for typed in ("n", "ne", "need", "needl"):
            transcript.find(typed)
        assert transcript.find("needle") == Found(2, 2)
        assert transcript.current == "q50"
        assert transcript.find("needle 5") == Found(2, 2)
        assert transcript.find("need 7") == Found(1, 1)
        assert transcript.find("nothing of that kind") == Found(0, 0)
        assert transcript.find_step(1) == Found(0, 0)
        assert transcript.find("  ") == Found(0, 0)


async def test_what_arrives_while_searching_is_found_too() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, sent):
        transcript.show([question("q", "nothing yet")])
        assert transcript.find("word") == Found(0, 0)
        transcript.begin_answer("a")
        await stream(pilot, transcript, "a", "a word")
        assert sent.of(Transcript.FoundChanged)[-1].found == Found(1, 1)
        await stream(pilot, transcript, "a", " and a Word")
        assert sent.of(Transcript.FoundChanged)[-1].found == Found(2, 1)
        transcript.append(question("p", "word word"))
        assert transcript.find_step(-1) == Found(4, 4)
        transcript.truncate("p")
        await pilot.pause()
        assert sent.of(Transcript.FoundChanged)[-1].found.count == 2
        transcript.show([question("q", "another word")])
        assert transcript.find_step(1) == Found(1, 1)
        transcript.end_find()
        await pilot.pause()
        assert not sent.of(Transcript.FoundChanged)[-1].searching


async def test_keys_of_a_search_are_free_without_one() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, sent):
        transcript.show(conversation(4))
        transcript.focus()
        transcript.find("question")
        await pilot.press("v", "escape", "escape")
        assert transcript.find_step(1) == Found(0, 0)
        assert sent.of(Transcript.Wanted) == []
        await pilot.press("n", "escape")
        assert [w.command for w in sent.of(Transcript.Wanted)] == [MessageCommand.LEAVE]


async def test_a_needle_from_outside_is_harmless() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show([answer("a", "\n\n".join(HOSTILE))])
        for needle in (*HOSTILE, "x" * 1_000_000, ".*", "\\", "(", "ß", "İ"):
            transcript.find(needle)
            await pilot.pause()
            assert_inert(pilot.app)


async def test_a_new_needle_in_ten_thousand_messages_is_found_at_once() -> None:
    transcript = Transcript()
    async with running(transcript, size=(120, 40)) as (pilot, _):
        transcript.show(conversation(10_000))
        await pilot.pause()
        times = []
        for needle in ("a", "an", "answ", "number 5000?", "no such thing"):
            started = time.process_time()
            transcript.find(needle)
            times.append(time.process_time() - started)
        assert max(times) < 0.15


async def test_a_huge_line_is_searched_fluently() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        line = "word " * 200_000
        transcript.show([question("q", line), answer("a", line), answer("b", "x" * 1_000_000)])
        assert transcript.find("word").count == 400_000
        await pilot.pause()
        assert here(pilot)[0] == "word"
        transcript.find_step(-1)
        await pilot.pause()
        assert here(pilot) == ["word"]
        assert transcript.find("xyx") == Found(0, 0)


# -- the needle


@given(st.text(max_size=60), st.text(min_size=1, max_size=3))
def test_it_is_counted_as_often_as_it_is_located(text: str, typed: str) -> None:
    needle = Needle.of(typed)
    assert needle.count(text) == len(list(needle.starts(text)))
    assert not needle or needle.count(f"{text}\0{needle.text}") == needle.count(text) + 1


@given(
    st.text(st.sampled_from("abAB ßÉ日"), max_size=120),
    st.text(st.sampled_from("abB ß日"), min_size=1, max_size=3),
    st.integers(6, 60),
)
@settings(deadline=None)
def test_places_are_where_the_text_is_painted(text: str, typed: str, width: int) -> None:
    text = " ".join(text.split())
    needle = Needle.of(typed)
    shown = document(width, MessageView("q", Role.USER, text))
    strips = shown.text_lines(0, 0)
    places = needle.places(strips)
    parts: dict[int, str] = {}
    for line in sorted(places):
        for (start, end), nth in places[line]:
            parts[nth] = parts.get(nth, "") + strips[line].text[start:end]
    assert len(parts) == needle.count(text)
    # The white space at a wrap is painted nowhere.
    wanted = needle.text.replace(" ", "")
    assert all(
        needle.count(part)
        or wanted in Needle.of(part).text.replace(" ", "")
        or part.casefold().replace(" ", "") == wanted
        for part in parts.values()
    )


async def test_what_is_only_in_the_markup_leads_to_its_message() -> None:
    transcript = Transcript()
    async with running(transcript) as (pilot, _):
        transcript.show(
            [*conversation(40), MessageView("m", Role.ASSISTANT, "**strong** text", footer=FOOTER)]
        )
        await pilot.press("home")
        assert transcript.find("**strong").count == 1
        await pilot.pause()
        assert transcript.current == "m"
        assert "strong text" in screen_text(pilot.app)
