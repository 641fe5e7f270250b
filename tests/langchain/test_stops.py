"""Stop sequences: cut on this side, the call ended, the bill told honestly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers import Caching, Hedging
from providers.langchain.stops import StopScanner
from tests.fakeserver import FakeServer, cut, ok, status
from tests.langchain.conftest import Connect

LETTERS = st.text("abc", max_size=12)


def passed(pieces: list[str], stops: list[str]) -> tuple[str, bool]:
    scanner = StopScanner(stops)
    shown = "".join(scanner.take(piece) for piece in pieces)
    return shown + ("" if scanner.found else scanner.rest()), scanner.found


@given(st.lists(LETTERS), st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=3))
def test_however_the_text_is_cut_into_pieces(pieces: list[str], stops: list[str]) -> None:
    """Compare with looking again, at each letter, at the whole text that came so far."""
    text = "".join(pieces)
    expected = (text, False)
    for end in range(1, len(text) + 1):
        found = [place for stop in stops if (place := text[:end].find(stop)) >= 0]
        if found:
            expected = (text[: min(found)], True)
            break
    assert passed(list(text), stops) == expected
    shown, stopped = passed(pieces, stops)
    assert stopped == expected[1]
    assert not any(stop in shown for stop in stops)
    assert text.startswith(shown)


def test_nothing_is_held_back_that_is_no_beginning() -> None:
    scanner = StopScanner(["\nUser:"])
    assert scanner.take("Hello\n") == "Hello"
    assert scanner.take("Us") == ""
    assert scanner.take("ual") == "\nUsual"
    assert StopScanner([]).take("all") == "all"


def test_an_empty_one_is_refused() -> None:
    with pytest.raises(ValueError, match="stop sequence is empty"):
        StopScanner(["\n", ""])


LONG = "one two three END " + "four " * 2_000


@pytest.mark.parametrize("name", ["openai", "anthropic", "google", "groq"])
async def test_the_call_is_ended_there(server: FakeServer, connect: Connect, name: str) -> None:
    model = connect(name)
    server.endpoint(name).reply(ok(LONG, delay=0.002))
    chunks = [chunk async for chunk in model.astream("hi", stop=["END", "five"])]
    assert "".join(str(chunk.text) for chunk in chunks) == "one two three "
    last = chunks[-1]
    told = last.response_metadata
    assert (told["finish_reason"], told["provider"]) == ("stop_sequence", name)
    assert told["usage_estimated"]
    assert told["cost_estimated"]
    assert told["cost"] > 0
    assert last.usage_metadata is not None
    assert 0 < last.usage_metadata["output_tokens"] < 100
    (request,) = server.endpoint(name).chats
    assert request.wait_disconnected(), "nobody goes on writing what nobody reads"
    spent = (await model.factory.aget_provider_metrics())[name]["total_cost"]
    assert told["cost"] == pytest.approx(float(spent), rel=0.5), "what the books estimate"


async def test_a_whole_answer_is_cut_too(server: FakeServer, connect: Connect) -> None:
    model = connect("groq", "openai")
    server.groq.reply(cut("one two three four", after=2))
    server.openai.reply(
        ok("five six END seven", reasoning="hm"), ok("no such word"), ok("eight END")
    )
    answer = await model.ainvoke("hi", stop=["END"])
    assert answer.text == "five six "
    assert answer.additional_kwargs["reasoning_content"] == "hm"
    tried = [each["provider"] for each in answer.response_metadata["attempts"]]
    assert tried == ["groq", "openai"], "nobody read along, so another could begin anew"
    server.groq.default(status(500))
    whole = await model.ainvoke("hi", stop=["END"])
    assert whole.text == "no such word"
    assert whole.response_metadata["finish_reason"] != "stop_sequence"
    assert not whole.response_metadata["usage_estimated"]
    assert model.invoke("hi", stop=["END"]).text == "eight "


async def test_a_cached_answer_is_cut_too(server: FakeServer, connect: Connect) -> None:
    model = connect("groq", caching=Caching(), fields={"temperature": 0.0})
    server.groq.reply(ok("one two END three"))
    assert (await model.ainvoke("hi")).text == "one two END three"
    for answer in (await model.ainvoke("hi", stop=["END"]), model.invoke("hi", stop=["END"])):
        assert answer.text == "one two "
        told = answer.response_metadata
        assert (told["cached"], told["cost"], told["finish_reason"]) == (True, 0.0, "stop_sequence")
    assert len(server.groq.chats) == 1


async def test_of_two_at_once_the_one_that_spoke_is_billed(
    server: FakeServer, connect: Connect
) -> None:
    model = connect("openai", "groq", hedging=Hedging(min_samples=2))
    for name in ("openai", "groq") * 3:
        _ = [chunk async for chunk in model.astream("hi", provider=name)]
    server.openai.reply(ok("late END", first_delay=30))
    server.groq.reply(ok("one END two"))
    chunks = [chunk async for chunk in model.astream("hi", stop=["END"])]
    assert "".join(str(chunk.text) for chunk in chunks) == "one "
    told = chunks[-1].response_metadata
    assert told["provider"] == "groq"
    tried = [(each["provider"], each["outcome"]) for each in told["attempts"]]
    assert tried == [("openai", "cancelled"), ("groq", "ok")]
    assert told["cost"] == pytest.approx(sum(each["cost"] for each in told["attempts"]))
