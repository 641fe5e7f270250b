"""The commands that look back (stats, history, export), and those that look around."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.fakeserver import FakeServer, ok, status
from tests.home import TELEX, Home


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Two questions were asked; the second fell back. The tests only look at it."""
    with FakeServer() as server:
        home = Home(tmp_path_factory.mktemp("used") / "home", server.environment())
        home.configure("max_retries = 0\n")
        server.groq.reply(ok("Alpacas hum."), status(500))
        server.google.reply(ok("Llamas spit."))
        for question in ("What do alpacas do?", "And llamas?"):
            assert home.run("ask", question).code == 0
        yield home


def test_stats(used: Home) -> None:
    found = used.run("stats", "--json").json
    providers = {row["key"]: row for row in found["providers"]}
    assert set(providers) == {"groq", "google"}
    groq = providers["groq"]
    assert (groq["requests"], groq["successes"], groq["failures"]) == (2, 1, 1)
    assert groq["success_rate"] == 0.5
    total = sum(row["cost_usd"] for row in found["providers"])
    assert found["total"]["cost_usd"] == pytest.approx(total)
    assert found["today"]["attempts"] == found["total"]["attempts"] == 3
    assert found["total"]["cost_usd"] > 0
    assert (found["requests"], found["successes"]) == (3, 2)
    assert found["cost_per_request_usd"] == pytest.approx(total / 3)
    assert found["cost_per_success_usd"] == pytest.approx(total / 2)
    days = found["per_day_per_provider"]
    assert {row["provider"]: row["requests"] for row in days} == {"groq": 2, "google": 1}
    assert sum(row["cost_usd"] for row in days) == pytest.approx(total)
    [error] = found["errors"]
    assert (error["provider"], error["count"]) == ("groq", 1)
    assert {row["provider"]: row["count"] for row in found["latency_buckets"]} == {
        "groq": 1,
        "google": 1,
    }
    assert found["ratings"] == found["kept"] == []
    shown = used.run("stats").out
    assert "groq" in shown
    assert "50%" in shown
    assert f"1 failed: {error['error_type']}" in shown


def test_stats_of_nothing(bare: Home) -> None:
    done = bare.run("stats")
    assert done.code == 0
    assert "nothing was asked yet" in done.out
    assert bare.run("stats", "--json").json["total"]["cost_usd"] == 0


def test_history_search(used: Home) -> None:
    [hit] = used.run("history", "search", "alpacas hum", "--json").json
    assert (hit["conversation_id"], hit["role"]) == (1, "assistant")
    assert "Alpacas hum." in hit["snippet"]
    assert datetime.fromisoformat(hit["created_at"]).tzinfo is not None
    shown = used.run("history", "search", "llamas")
    assert shown.code == 0
    assert "And llamas?" in shown.out


def test_history_search_with_filters(used: Home) -> None:
    [hit] = used.run("history", "search", "provider:groq alpacas hum", "--json").json
    assert (hit["conversation_id"], hit["role"]) == (1, "assistant")
    [talk] = used.run("history", "search", "provider:google since:today", "--json").json
    assert (talk["conversation_id"], talk["message_id"], talk["snippet"]) == (2, None, "")
    assert "And llamas?" in used.run("history", "search", "provider:google").out
    assert used.run("history", "search", "provider:google alpacas hum").code == 1
    assert used.run("history", "search", "is:failed").code == 1
    refused = used.run("history", "search", "from:me alpacas")
    assert (refused.code, refused.out) == (2, "")
    assert "There is no filter from: but provider: since:" in refused.err


@pytest.mark.parametrize("text", ["unicorns", '"', "NEAR (", "*"])
def test_a_search_that_finds_nothing(used: Home, text: str) -> None:
    done = used.run("history", "search", text)
    assert (done.code, done.out, done.err) == (1, "", "telex: nothing found\n")
    assert used.run("history", "search", text, "--json").json == []


def test_export_as_markdown(used: Home) -> None:
    latest = used.run("export").out
    assert latest.startswith("# And llamas?\n\n## You\n\nAnd llamas?\n\n## google")
    assert "Llamas spit." in latest
    first = used.run("export", "1").out
    assert "Alpacas hum." in first


def test_export_as_json(used: Home) -> None:
    found = used.run("export", "2", "--format", "json").json
    question, answer = found["messages"]
    assert (question["role"], question["content"]) == ("user", "And llamas?")
    assert answer["content"] == "Llamas spit."
    outcomes = [(a["provider"], a["outcome"]) for a in answer["exchange"]["attempts"]]
    assert outcomes == [("groq", "failed"), ("google", "ok")]


def test_export_of_what_is_not_there(bare: Home) -> None:
    for arguments, words in (
        ([], "there is no conversation yet"),
        (["7"], "there is no conversation 7"),
    ):
        done = bare.run("export", *arguments)
        assert (done.code, done.out) == (2, "")
        assert words in done.err


def test_health(home: Home, server: FakeServer) -> None:
    server.groq.listing = status(503)
    del home.variables["OPENAI_API_KEY"]
    done = home.run("health", "--json")
    assert done.code == 0
    states = {name: state["status"] for name, state in done.json.items()}
    assert states["anthropic"] == states["google"] == "healthy"
    assert states["openai"] == "no_key"
    assert states["groq"] not in ("healthy", "no_key")
    assert not any(server.endpoint(name).chats for name in states)
    numbers = done.json["google"]["metrics"]
    assert (numbers["state"], numbers["requests"], numbers["total_cost"]) == ("closed", 0, 0)
    assert numbers["budget_utilisation"] == {}
    assert "no key is configured" in home.run("health").out


def test_stats_tell_what_routing_was_worth(home: Home) -> None:
    home.configure(
        'primary_provider = "openai"\nmonthly_budget = 20\n[daily_cost_limits]\ngroq = 1\n'
    )
    for question in ("one", "two"):
        assert home.run("ask", question).code == 0
    found = home.run("stats", "--json").json
    best, primary = (found["savings"][f"against_{whom}"] for whom in ("best", "primary"))
    assert (best["provider"], primary["provider"]) == ("anthropic", "openai")
    for other in (best, primary):
        assert other["compared"] == found["savings"]["requests"] == 2
        assert other["saved_usd"] == pytest.approx(other["always_usd"] - other["actual_usd"])
        assert other["saved_usd"] > 0
    assert found["calibration"]["cost"]["pairs"] == 2
    assert found["calibration"]["latency"]["promised_coverage"] == 0.8
    assert found["hedging"] == {"calls": 0, "cost_usd": 0}
    budgets = {each["name"]: each for each in found["budgets"]}
    assert set(budgets) == {"daily limit", "monthly budget"}
    assert budgets["daily limit"]["provider"] == "groq"
    assert 0 < budgets["daily limit"]["share"] < 0.01
    shown = home.run("stats").out
    assert "routing       saved $" in shown
    assert "limits        groq <1 % of $1 today · all <1 % of $20/month" in shown


def test_config_path_show_and_check(bare: Home) -> None:
    assert bare.run("config", "path").out == f"{bare.config}\n"
    assert "does not exist, which is fine" in bare.run("config", "check").out
    bare.configure(
        'routing_strategy = "quality"\nmonthly_budget = 12.5\n'
        '[providers.mine]\nkind = "custom"\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "m"\n'
        "[timeouts]\nidle = 7\n"
        '[[alerts]]\nname = "slow"\ncondition = "p95_response_time > 5"\nduration = "5m"\n'
    )
    assert bare.run("config", "check").out == f"{bare.config} is fine\n"
    done = bare.run("config", "show")
    assert done.code == 0
    shown = tomllib.loads(done.out)
    assert shown["routing_strategy"] == "quality"
    assert shown["providers"]["mine"]["model"] == "m"
    assert shown["timeouts"]["idle"] == 7
    assert [alert["name"] for alert in shown["alerts"]] == ["slow"]
    # What it shows is a configuration itself, and the same one.
    bare.configure(done.out)
    assert bare.run("config", "show").out == done.out


def test_version_loads_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", TELEX, "--version"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith("telex ")
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "argparse" in loaded
    assert not loaded & {
        *("textual", "rich", "asyncio", "sqlite3", "sqlite_utils", "keyring", "widgets"),
        *("openai", "anthropic", "google", "groq", "httpx", "httpx2", "pydantic"),
    }


def test_the_core_loads_no_sdk_no_screen_and_no_storage() -> None:
    heavy = [
        *("textual", "rich", "sqlite3", "sqlite_utils", "keyring", "tomli_w", "storage", "app"),
        *("openai", "anthropic", "google.genai", "groq", "httpx", "httpx2", "xllamacpp"),
    ]
    script = (
        f"import json, sys, providers; print(json.dumps([m for m in {heavy} if m in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert json.loads(done.stdout) == []
