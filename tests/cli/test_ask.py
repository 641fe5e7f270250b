"""``telex ask`` keeps its contract with scripts: streams, exit codes, the JSON object, routing."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from tests.cli.terminal import tty
from tests.fakeserver import FakeServer, cut, drip, gigantic, ok
from tests.home import PATIENCE, Home, eventually

_NUMBER = (int, float)
_SHAPE: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "provider": (str,),
    "model": (str,),
    "strategy": (str,),
    "cost_usd": _NUMBER,
    "usage": (dict,),
    "latency_ms": _NUMBER,
    "ttft_ms": _NUMBER,
    "finish_reason": (str,),
    "quality": _NUMBER,
    "cached": (bool,),
    "exchange_id": (int,),
    "attempts": (list,),
}
_NONE = type(None)
_ATTEMPT: dict[str, tuple[type, ...]] = {
    "provider": (str,),
    "model": (str,),
    "outcome": (str,),
    "error_type": (str, _NONE),
    "status": (int, _NONE),
    "latency_ms": _NUMBER,
    "cost_usd": _NUMBER,
}


def test_stdout_carries_the_answer_and_nothing_else(home: Home, server: FakeServer) -> None:
    server.groq.reply(ok("Light scatters.\n\n- blue most"))
    done = home.run("ask", "Why is the sky blue?")
    assert done.code == 0
    assert done.out == "Light scatters.\n\n- blue most\n"
    assert done.err == ""


def test_the_json_object_has_the_contracts_keys_and_types(home: Home, server: FakeServer) -> None:
    server.groq.reply(ok("an answer", reasoning="let me see"))
    done = home.run("ask", "a question", "--json")
    assert (done.code, done.err) == (0, "")
    assert done.out.count("\n") == 1
    found = done.json
    _check(found, _SHAPE)
    _check(found["usage"], dict.fromkeys(_USAGE, (int,)))
    [attempt] = found["attempts"]
    _check(attempt, _ATTEMPT)
    assert found["text"] == "an answer"
    assert found["finish_reason"] == "stop"
    assert found["cost_usd"] > 0
    assert found["latency_ms"] >= found["ttft_ms"] > 0
    assert attempt["outcome"] == "ok"
    [exchange] = home.rows("SELECT id, state, strategy, cost_nanos FROM exchanges")
    assert exchange["id"] == found["exchange_id"]
    assert exchange["state"] == "complete"
    assert exchange["cost_nanos"] == round(found["cost_usd"] * 1e9)


_USAGE = ("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens")


def _check(found: dict[str, Any], shape: dict[str, tuple[type, ...]]) -> None:
    assert set(shape) <= set(found)
    wrong = {key: found[key] for key, types in shape.items() if not isinstance(found[key], types)}
    assert not wrong


@pytest.mark.parametrize(
    ("arguments", "stdin", "asked"),
    [
        (["Explain this"], "def f(): ...\n", "Explain this\n\ndef f(): ..."),
        ([], "What is this?\n", "What is this?"),
        (["just this"], "", "just this"),
    ],
)
def test_what_is_piped_in_joins_the_question(
    home: Home, server: FakeServer, arguments: list[str], stdin: str, asked: str
) -> None:
    assert home.run("ask", *arguments, stdin=stdin).code == 0
    assert server.groq.chats[0].body["messages"][-1] == {"role": "user", "content": asked}
    assert home.rows("SELECT content FROM messages WHERE role = 'user'") == [{"content": asked}]


@pytest.mark.parametrize("question", [[], [""], ["  \n "]])
def test_no_question_is_a_mistake_that_leaves_no_trace(bare: Home, question: list[str]) -> None:
    done = bare.run("ask", *question, stdin=" \n")
    assert (done.code, done.out) == (2, "")
    assert "there is no question" in done.err
    assert not bare.data.exists()


@pytest.mark.parametrize(
    ("arguments", "provider", "strategy"),
    [
        (["--strategy", "cost"], "groq", "cost"),
        (["--strategy", "latency"], "groq", "latency"),
        (["--strategy", "quality"], "anthropic", "quality"),
        (["--provider", "openai"], "openai", "manual"),
        (["--provider", "google"], "google", "manual"),
    ],
)
def test_each_strategy_picks_what_it_should(
    home: Home, server: FakeServer, arguments: list[str], provider: str, strategy: str
) -> None:
    found = home.run("ask", "hi", "--json", *arguments).json
    assert (found["provider"], found["strategy"]) == (provider, strategy)
    assert len(server.endpoint(provider).chats) == 1
    assert home.attempts() == [(provider, "ok", None, None)]


def test_the_named_model_reaches_the_wire(home: Home, server: FakeServer) -> None:
    done = home.run("ask", "hi", "--provider", "groq", "--model", "qwen/qwen3-32b", "--json")
    assert server.groq.chats[0].model == "qwen/qwen3-32b"
    assert done.json["model"] == "qwen/qwen3-32b"


def test_a_model_for_nobody_is_a_mistake(home: Home) -> None:
    done = home.run("ask", "hi", "--model", "qwen/qwen3-32b")
    assert (done.code, done.out) == (2, "")
    assert "--provider" in done.err


def test_the_system_prompt_reaches_the_wire(home: Home, server: FakeServer) -> None:
    home.run("ask", "hi", "--provider", "groq", "--system", "Answer in Latin.")
    first = server.groq.chats[0].body["messages"][0]
    assert first == {"role": "system", "content": "Answer in Latin."}


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_ctrl_c_keeps_what_was_answered_so_far(
    home: Home, server: FakeServer, arguments: list[str]
) -> None:
    server.groq.default(drip())
    with home.started("ask", "count the drops", *arguments) as process:
        server.groq.wait_for(timeout=PATIENCE)
        eventually(lambda: home.rows("SELECT 1 FROM messages WHERE content LIKE '%drip drop%'"))
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)  # people press it twice
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (130, "")
    assert "interrupted" in err
    assert server.groq.chats[0].wait_disconnected()
    [exchange] = home.rows("SELECT state FROM exchanges")
    assert exchange["state"] == "stopped"
    [answer] = home.rows("SELECT content FROM messages WHERE role = 'assistant'")
    assert answer["content"].startswith("drip drop")
    assert home.attempts() == [("groq", "cancelled", None, None)]
    assert "stopped" in home.run("export").out


def test_a_terminal_sees_the_answer_while_it_comes(home: Home, server: FakeServer) -> None:
    server.groq.default(drip())
    with tty(home, ["ask", "count the drops"]) as terminal:
        terminal.wait_for("drip drop drip")
        assert terminal.process.poll() is None
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.end() == 130
    assert "\ntelex: interrupted" in terminal.shown.replace("\r", "")


def test_a_terminal_sees_where_one_answer_breaks_and_the_next_begins(
    home: Home, server: FakeServer
) -> None:
    server.groq.reply(cut("The first half of one answer that nobody will ever end", after=4))
    server.google.reply(ok("Another answer, whole."))
    with tty(home, ["ask", "hi"]) as terminal:
        assert terminal.end() == 0
    partial, notice, answer = terminal.shown.replace("\r", "").strip().split("\n")
    assert partial.startswith("The first")
    assert notice.startswith("telex: groq: ")
    assert notice.endswith("after part of an answer; asking google")
    assert answer == "Another answer, whole."


def test_a_pipe_that_closes_early_is_no_crash(home: Home, server: FakeServer) -> None:
    server.groq.reply(gigantic(200_000))
    with home.started("ask", "hi") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        process.wait(PATIENCE)
    assert "Traceback" not in err
