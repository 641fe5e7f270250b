"""``telex alerts``: the state of the rules, the log, a rule tried on the past."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from pathlib import Path

import pytest

from providers.billing.ledger import AttemptOutcome
from storage.ledger import SqliteLedger
from tests.home import Home
from tests.storage.helpers import result, start

RULES = """
max_retries = 0
titles = false

[[alerts]]
name = "flaky [/]"
condition = "failures > 0"
severity = "critical"

[[alerts]]
name = "provider_down"
enabled = false
"""


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One question was asked; the first provider failed. The tests only look."""
    home = Home(tmp_path_factory.mktemp("alerts") / "home")
    home.configure(RULES)
    home.data.mkdir()
    asyncio.run(_asked(home.database))
    return home


async def _asked(database: Path) -> None:
    ledger = SqliteLedger(database)
    for provider, outcome in (("groq", AttemptOutcome.FAILED), ("google", AttemptOutcome.OK)):
        attempt = await ledger.start_attempt(start(provider=provider, day=date.today()))
        await ledger.finish_attempt(attempt, result(outcome, latency=0.0))
    await ledger.aclose()


def test_the_state_of_the_rules_is_judged_without_the_chat(used: Home) -> None:
    found = used.run("alerts", "--json").json
    rules = {rule["name"]: rule for rule in found["rules"]}
    assert list(rules) == [
        "high_error_rate",
        "cost_limit_exceeded",
        "provider_down",
        "high_latency",
        "flaky [/]",
    ]
    assert rules["provider_down"]["enabled"] is False
    assert rules["high_latency"]["firing"] == []
    flaky = rules["flaky [/]"]
    assert (flaky["condition"], flaky["duration"], flaky["severity"]) == (
        "failures > 0",
        0.0,
        "critical",
    )
    assert [(on["provider"], on["values"]) for on in flaky["firing"]] == [
        (None, {"failures": 1}),
        ("groq", {"failures": 1}),
    ]
    assert datetime.fromisoformat(flaky["firing"][0]["since"]).tzinfo is not None
    assert found["log"] == [], "the chat keeps it"
    shown = used.run("alerts").out
    assert "FIRING  critical  flaky [/]" in shown
    assert "        groq since " in shown
    assert "off     critical  provider_down        success_rate == 0 for 2m" in shown
    assert "nothing has fired yet" in shown


def test_a_rule_is_tried_on_the_past(used: Home) -> None:
    done = used.run("alerts", "try", "flaky [/]", "--json")
    assert done.code == 0
    found = done.json
    assert (found["rule"]["name"], found["days"]) == ("flaky [/]", 30)
    assert [(alert["provider"], alert["cleared_at"]) for alert in found["alerts"]] == [
        (None, None),
        ("groq", None),
    ]
    assert found["alerts"][0]["peak"] == {"failures": 1}
    shown = used.run("alerts", "try", "flaky [/]", "--days", "1").out
    assert shown.startswith("failures > 0 for 0s, in the last 1 days: fired 2 times\n")
    assert "still on            groq, worst: failures 1" in shown


def test_a_condition_is_tried_without_a_rule(used: Home) -> None:
    calm = used.run("alerts", "try", "--condition", "requests > 5", "--duration", "1h")
    assert calm.out == "requests > 5 for 1h, in the last 30 days: never fired\n"
    longer = used.run("alerts", "try", "provider_down", "--duration", "5h", "--json").json
    assert (longer["rule"]["duration"], longer["alerts"]) == (18_000.0, [])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["try"], "try which rule? There are high_error_rate, cost_limit_exceeded"),
        (["try", "nothing"], "there is no rule 'nothing'; there are high_error_rate"),
        (["try", "--condition", "costs > 1"], "'costs' is no metric"),
        (["try", "--condition", "requests > 1", "--duration", "soon"], "must be like"),
    ],
)
def test_what_cannot_be_tried_is_refused(used: Home, arguments: list[str], words: str) -> None:
    done = used.run("alerts", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_the_names_come_with_units(bare: Home) -> None:
    shown = bare.run("alerts", "names").out
    assert "error_rate            0 to 1             failures among answers and failures" in shown
    assert "avg_response_time     seconds" in shown
    assert not bare.database.exists(), "it needs nothing"


def test_a_bad_rule_stops_every_command_with_its_place(bare: Home) -> None:
    bare.configure('[[alerts]]\nname = "a"\ncondition = "eror_rate > 1"\n')
    done = bare.run("alerts")
    assert (done.code, done.out) == (2, "")
    assert f"{bare.config}:3" in done.err or ("line 3" in done.err and str(bare.config) in done.err)
    assert "did you mean 'error_rate'" in done.err
