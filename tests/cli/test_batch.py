"""``telex batch``: a file in, a file out, in order, and nothing paid twice."""

from __future__ import annotations

import json
import random
import re
import signal
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import tty
from tests.fakeserver import FakeServer, RecordedRequest, Reply, cut, ok, reset, status
from tests.home import Home, eventually

PROVIDERS = ("openai", "anthropic", "google", "groq")
QUESTION = re.compile(rb"question (\d+)")


def write(path: Path, *lines: object) -> str:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return str(path)


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Crowd:
    """Four providers that fail now and then, answer each question, and stop when told to.

    Whoever is asked after ``answers_left`` were given hangs: what is killed then was not answered.
    """

    def __init__(self, server: FakeServer) -> None:
        self.answered: Counter[int] = Counter()
        self.held = 0
        self.answers_left = 0
        self._dice = random.Random(7)
        self._lock = threading.Lock()
        for name in PROVIDERS:
            server.endpoint(name).default(self.reply)

    def reply(self, request: RecordedRequest) -> Reply:
        found = QUESTION.search(request.raw_body)
        assert found is not None
        with self._lock:
            roll = self._dice.random()
            if roll < 0.04:
                return status(500)
            if roll < 0.06:
                return reset()
            if roll < 0.08 and request.streamed:
                return cut()
            if self.answers_left <= 0:
                self.held += 1
                return replace(ok("too late"), first_delay=120.0)
            self.answers_left -= 1
            number = int(found[1])
            self.answered[number] += 1
            return ok(f"answer {number}")


def test_killed_twice_every_line_is_answered_once_and_paid_once(
    home: Home, server: FakeServer
) -> None:
    home.configure("titles = false\nmax_retries = 1\n")
    crowd = Crowd(server)
    questions = write(home.folder / "in.jsonl", *[f"This is question {n}." for n in range(1000)])
    out = home.folder / "out.jsonl"
    journal = home.folder / "out.jsonl.part"
    command = ("batch", questions, "-o", str(out), "--concurrency", "8")
    for goal in (300, 700):
        crowd.held, crowd.answers_left = 0, goal - crowd.answered.total()

        def kept(goal: int = goal) -> bool:
            lines = journal.read_bytes().count(b"\n") if journal.exists() else 0
            return lines == goal and crowd.held >= 8

        with home.started(*command) as process:
            eventually(kept, timeout=60)
            process.send_signal(signal.SIGKILL)
            process.wait(10)
        assert not out.exists(), "half an output is none"
    crowd.answers_left = 10_000
    done = home.run(*command)
    assert done.code == 0, done.err
    lines = read(out)
    assert [line["line"] for line in lines] == list(range(1, 1001))
    assert [line["text"] for line in lines] == [f"answer {n}" for n in range(1000)]
    assert set(crowd.answered.values()) == {1}, "a line was paid twice"
    assert not journal.exists()
    assert "1,000 of 1,000 lines answered (700 by an earlier run)" in done.err
    used = Counter(line["provider"] for line in lines)
    assert min(used[name] for name in PROVIDERS) > 100, f"not balanced: {used}"
    # Nothing stays reserved but by those who were killed, and they are settled by the next start.
    assert home.rows("SELECT count(*) AS open FROM reservations") == [{"open": 0}]


def test_ctrl_c_finishes_what_is_under_way(home: Home, server: FakeServer) -> None:
    for name in PROVIDERS:
        server.endpoint(name).default(replace(ok("slow"), first_delay=0.3))
    questions = write(home.folder / "in.jsonl", *[f"{n}" for n in range(200)])
    out = home.folder / "out.jsonl"
    command = ("batch", questions, "-o", str(out), "--concurrency", "4")
    with home.started(*command) as process:
        journal = home.folder / "out.jsonl.part"
        eventually(lambda: journal.exists() and journal.read_bytes().count(b"\n") >= 4)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "no more lines begin" in err
    assert "The same command goes on from there" in err
    answered = journal.read_bytes().count(b"\n")
    chats = sum(len(server.endpoint(name).chats) for name in PROVIDERS)
    assert 4 <= answered == chats < 40, "what was paid is kept"


def test_every_form_of_a_line(home: Home, server: FakeServer) -> None:
    home.configure('titles = false\nsystem_prompt = "Usual."\n')
    server.groq.default(lambda request: ok(str(request.body["messages"][-1]["content"]).upper()))
    lines = [
        "plain",
        {"id": "b", "prompt": "with id", "system": "Own.", "temperature": 0.5, "max_tokens": 9},
        {
            "messages": [
                {"role": "user", "content": "hi"},
                {"role": "assistant", "content": "yes"},
                {"role": "user", "content": "turn"},
            ]
        },
        {
            "custom_id": "c",
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {"model": "gpt", "messages": [{"role": "user", "content": "openai's"}]},
        },
    ]
    questions = home.folder / "in.jsonl"
    write(questions, *lines)
    questions.write_text("\ufeff" + questions.read_text().replace("\n", "\r\n\r\n"), "utf-8")
    out = home.folder / "out.jsonl"
    done = home.run("batch", str(questions), "-o", str(out), "--provider", "groq")
    assert done.code == 0, done.err
    assert done.out == ""
    told = read(out)
    assert [(line["id"], line["text"]) for line in told] == [
        (None, "PLAIN"),
        ("b", "WITH ID"),
        (None, "TURN"),
        ("c", "OPENAI'S"),
    ]
    assert all(line["error"] is None and line["cost_usd"] > 0 for line in told)
    bodies = {
        request.body["messages"][-1]["content"]: request.body for request in server.groq.chats
    }
    assert bodies["plain"]["messages"][0] == {"role": "system", "content": "Usual."}
    assert bodies["with id"]["messages"][0] == {"role": "system", "content": "Own."}
    assert bodies["with id"]["temperature"] == 0.5


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 2 is no JSON"),
        ("7", "line 2 must be a string or an object"),
        ('{"promt": "x"}', "line 2 has the unknown key 'promt'"),
        ('{"prompt": ""}', "line 2: prompt must be a string that is not empty"),
        ('{"prompt": "a", "messages": []}', "line 2 needs either prompt or messages"),
        ('{"messages": [{"role": "user"}]}', "line 2: messages must be a list"),
        ('{"messages": [{"role": "sage", "content": "x"}]}', "line 2: 'sage' is no role"),
        ('{"prompt": "a", "temperature": "hot"}', "line 2: temperature must not be 'hot'"),
    ],
)
def test_a_bad_line_is_refused_before_anything_is_sent(
    home: Home, server: FakeServer, line: str, words: str
) -> None:
    questions = home.folder / "in.jsonl"
    questions.write_text(f'"fine"\n{line}\n')
    done = home.run("batch", str(questions), "-o", str(home.folder / "out.jsonl"))
    assert done.code == 2
    assert words in done.err
    assert server.groq.chats == []


def test_nothing_is_overwritten_unasked(home: Home, server: FakeServer) -> None:
    questions = write(home.folder / "in.jsonl", "a")
    out = home.folder / "out.jsonl"
    out.write_text("precious")
    done = home.run("batch", questions, "-o", str(out))
    assert (done.code, out.read_text()) == (2, "precious")
    assert "--force" in done.err
    assert home.run("batch", questions, "-o", str(out), "--force").code == 0
    assert home.run("batch", questions, "-o", "nowhere/out.jsonl").code == 2
    assert home.run("batch", "nothing.jsonl", "-o", "other.jsonl").code == 2
    assert home.run("batch", questions, "-o", "x.jsonl", "--budget", "much").code == 2


def test_failed_lines_are_told_and_asked_again(home: Home, server: FakeServer) -> None:
    home.configure("titles = false\nmax_retries = 0\nenable_fallback = false\n")
    server.groq.reply(ok("one"), status(400, message="\x1b]0;no\x07 thanks"), ok("three"))
    questions = write(home.folder / "in.jsonl", "a", "b", "c")
    out = home.folder / "out.jsonl"
    command = ("batch", questions, "-o", str(out), "--provider", "groq", "--concurrency", "1")
    done = home.run(*command)
    assert done.code == 1
    assert "not answered: 1, the first is line 2" in done.err
    [one, two, three] = read(out)
    assert (one["text"], two["text"], three["text"]) == ("one", None, "three")
    assert two["error"]["attempts"][0]["error_type"] == "bad_request"
    assert "\x1b" not in two["error"]["message"]
    done = home.run(*command)
    assert done.code == 0
    assert [line["text"] for line in read(out)] == ["one", "Hello!", "three"]
    assert len(server.groq.chats) == 4


def test_a_terminal_shows_a_bar(home: Home, server: FakeServer) -> None:
    questions = write(home.folder / "in.jsonl", *[f"{n}" for n in range(20)])
    command = ["batch", questions, "-o", str(home.folder / "out.jsonl")]
    with tty(home, command) as terminal:
        assert terminal.end() == 0
    assert "20/20" in terminal.shown
