"""Around the core, as a person meets it: cache, quality, alerts, tasks, experiments."""

from __future__ import annotations

from tests.e2e.terminal import Terminal
from tests.fakeserver import FakeServer, ok, status
from tests.home import Home, eventually

HOSTILE = "a\\u001b]0;owned\\u0007 [/] [red]x"


def test_a_repeated_question_and_a_poor_answer(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    home.configure(
        "titles = false\nquality_threshold = 0.5\n"
        '[providers.groq]\nmodel = "openai/gpt-oss-120b"\ntemperature = 0\n'
    )
    server.groq.reply(ok("Because it scatters."), ok("Sure, here you go!"))
    server.google.reply(ok('{"states": ["closed", "open", "half-open"]}'))
    terminal.start()
    terminal.wait_for("groq · openai/gpt-oss-120b will answer")
    terminal.say("Why is the sky blue?")
    terminal.wait_for("Because it scatters.", "○ idle")
    terminal.keys("C-n")
    terminal.wait_for("will answer")
    terminal.say("Why is the sky blue?")
    terminal.wait_for("Because it scatters.", "from the cache, saved $", "answered a moment ago")
    assert len(server.groq.chats) == 1
    terminal.say("Give me its states as JSON")
    screen = terminal.wait_for('"half-open"', "google · gemini-3.8-flash", "○ idle")
    assert "groq gave a poor answer" in screen
    assert [row[2] for row in home.attempts()] == [None, "poor", None]


def test_an_alert_is_told_and_listed(home: Home, terminal: Terminal, server: FakeServer) -> None:
    home.configure(
        "titles = false\nmax_retries = 0\n[[alerts]]\n"
        f'name = "{HOSTILE}"\ncondition = "failures > 0"\nduration = "0s"\n'
    )
    server.groq.reply(status(503, "Broken"))
    terminal.start()
    terminal.wait_for("will answer")
    title = terminal.title
    terminal.say("hi")
    terminal.wait_for("Hello!", "▲ 1 alert", "[/] [red]x · groq")
    assert terminal.title == title
    terminal.keys("C-p")
    terminal.wait_for("Search")
    terminal.type("alerts")
    terminal.wait_for("Alerts")
    terminal.keys("Enter")
    screen = terminal.wait_for("still on", "high_error_rate", "failures > 0")
    assert "groq" in screen
    terminal.resize(80, 24)
    terminal.wait_for("t try the rule on the past")
    terminal.keys("t")
    terminal.wait_for("7 days")


def test_the_table_of_tasks_and_an_arm_that_stays(
    home: Home, terminal: Terminal, server: FakeServer
) -> None:
    home.configure(
        'titles = false\n[tasks]\ncode = ["anthropic"]\n[experiment]\nname = "who"\n'
        '[[experiment.arms]]\nname = "a"\nprovider = "openai"\n'
        '[[experiment.arms]]\nname = "b"\nprovider = "google"\n'
    )
    terminal.start()
    terminal.wait_for("groq · openai/gpt-oss-120b will answer")
    terminal.say("Write a Python function that adds two numbers")
    terminal.wait_for("Hello!", "anthropic · claude-sonnet-5-5", "listed for code", "○ idle")
    terminal.say("/strategy experiment")
    terminal.wait_for(" experiment ")
    terminal.say("Hi")
    screen = terminal.wait_for("of the experiment 'who'", "○ idle")
    arm = "a" if "arm 'a'" in screen else "b"
    terminal.keys("C-q")
    terminal.wait_for_end()
    terminal.start()
    terminal.wait_for(f"arm '{arm}'")
    terminal.say("And again?")
    terminal.wait_for("And again?", "○ idle")
    query = "SELECT experiment, arm FROM exchanges WHERE experiment IS NOT NULL"
    rows = eventually(lambda: len(found := home.rows(query)) == 2 and found)
    assert rows == [{"experiment": "who", "arm": arm}] * 2
