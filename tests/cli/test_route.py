"""``telex route`` tells who would answer and why, and sends nothing; ``ask`` does just that."""

from __future__ import annotations

import pytest

from tests.fakeserver import FakeServer, ok
from tests.home import Home

SMALL = "qwen/qwen3-32b"
RULES = f"""\
[providers.groq]
models = ["{SMALL}"]
[[rules]]
name = "code"
provider = "groq"
model = "{SMALL}"
task = "code"
"""
CODE = "Write a Python function that adds"


@pytest.mark.parametrize(
    ("arguments", "answers", "reason"),
    [
        (["hi"], "groq", "cheapest of 4: $"),
        (["hi", "--strategy", "latency"], "groq", "fastest of 4: 0.5 s expected"),
        (["hi", "--strategy", "quality"], "anthropic", "best of 4: quality 0."),
        (["Explain", "--strategy", "dynamic"], "anthropic", 'the question says "explain": best'),
        (["hi", "--strategy", "balanced"], "anthropic", "least busy of 4: 0 under way"),
        (["hi", "--provider", "google"], "google", "named by you"),
    ],
)
def test_it_says_who_would_answer_and_why_and_sends_nothing(
    home: Home, server: FakeServer, arguments: list[str], answers: str, reason: str
) -> None:
    done = home.run("route", *arguments)
    assert (done.code, done.err) == (0, "")
    head, why, blank, heads, *rows = done.out.splitlines()
    assert head.split(": ")[1].startswith(f"{answers} · ")
    assert why.startswith(reason)
    assert blank == ""
    assert heads.split() == ["provider", "model", "cost", "seconds", "quality", "why"]
    assert [row.split()[0] for row in rows] == list("12345")
    assert rows[0].split()[1] == answers
    found = home.run("route", "--json", *arguments).json
    assert (found["provider"], found["reason"]) == (answers, why)
    assert not any(server.endpoint(name).requests for name in ("openai", "anthropic", "groq"))
    assert home.attempts() == []
    assert home.rows("SELECT 1 FROM messages") == []
    asked = home.run("ask", "--json", *arguments).json
    assert (asked["provider"], asked["reason"]) == (answers, why)


def test_the_json_has_ranges_and_nulls(home: Home) -> None:
    home.configure(
        '[providers.box]\nkind = "custom"\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "m"\n'
        "[cost_limit_per_provider]\nopenai = 0\n"
    )
    del home.variables["GROQ_API_KEY"]
    found = home.run("route", "hi", "--json").json
    by_name = {each["provider"]: each for each in found["candidates"]}
    google, box = by_name["google"], by_name["box"]
    assert found["strategy"] == "cost"
    assert google["usable"] is True
    assert google["cost_usd"]["low"] < google["cost_usd"]["expected"] < google["cost_usd"]["high"]
    assert google["latency_s"]["high"] > google["latency_s"]["low"] > 0
    assert 0 < google["quality"] < 1
    assert box["cost_usd"] is None, "nobody knows its price"
    assert (by_name["groq"]["usable"], by_name["groq"]["reason"]) == (False, "has no key")
    assert by_name["openai"]["reason"].startswith("limit $0 a request")
    shown = home.run("route", "hi").out
    assert "–  openai" in shown
    assert "has no key" in shown


def test_a_rule_and_one_of_several_models(home: Home, server: FakeServer) -> None:
    home.configure(RULES)
    found = home.run("route", CODE, "--strategy", "rules", "--json").json
    assert (found["provider"], found["model"]) == ("groq", SMALL)
    assert found["reason"] == "rule 'code'"
    asked = home.run("ask", CODE, "--strategy", "rules", "--json").json
    assert (asked["model"], asked["strategy"]) == (SMALL, "rules")
    named = home.run("ask", "hi", "--provider", "groq", "--model", SMALL, "--json").json
    assert (named["model"], named["reason"]) == (SMALL, "named by you")
    other = home.run("ask", "hi", "--provider", "groq", "--model", "llama-9", "--json").json
    assert other["model"] == "llama-9", "a model nobody configured is asked all the same"
    assert [chat.model for chat in server.groq.chats] == [SMALL, SMALL, "llama-9"]


def test_the_places_are_those_of_the_chain(home: Home) -> None:
    home.configure('fallback_providers = ["anthropic", "openai"]\n')
    found = home.run("route", "hi", "--json").json["candidates"]
    assert [(each["place"], each["provider"]) for each in found] == [
        *((1, "groq"), (2, "anthropic"), (3, "openai"), (4, "local"), (None, "google"))
    ]
    last = home.run("route", "hi").out.splitlines()[-1]
    assert last.startswith("–  google")
    assert "not in the fallback chain; $0.0" in last


def test_nobody_can_answer(bare: Home) -> None:
    bare.configure("[providers.local]\nenabled = false\n")
    done = bare.run("route", "hi")
    assert done.code == 1
    assert done.out.startswith("cost: nobody would answer\nnobody can answer: anthropic has no key")


def test_what_it_cannot_do(bare: Home) -> None:
    for arguments, words in (
        ([], "there is no question"),
        (["hi", "--strategy", "cheap"], "dynamic, balanced, adaptive, rules"),
        (["hi", "--strategy", "rules"], "at least one rule"),
        (["hi", "--model", "m"], "--provider"),
    ):
        done = bare.run("route", *arguments)
        assert (done.code, done.out) == (2, "")
        assert words in done.err


def test_a_race_is_told_on_standard_error(home: Home, server: FakeServer) -> None:
    home.configure("[hedging]\nmin_samples = 2\n")
    server.groq.reply(ok("one"), ok("two"), ok("late", first_delay=8.0))
    server.google.default(ok("From the backup."))
    for _ in range(2):
        assert home.run("ask", "hi").out in {"one\n", "two\n"}
    done = home.run("ask", "hi", "--json")
    assert done.json["text"] == "From the backup."
    assert "slow to begin; also asking google" in done.err
    assert "groq stopped" in done.err
    outcomes = [(each["provider"], each["outcome"]) for each in done.json["attempts"]]
    assert outcomes == [("groq", "cancelled"), ("google", "ok")]
    assert home.run("stats", "--json").json["hedging"]["calls"] == 1
