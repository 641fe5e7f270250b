"""``telex experiment``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakeserver import FakeServer
from tests.home import Home

EXPERIMENT = """
[experiment]
name = "fast or good"

[[experiment.arms]]
name = "fast"
provider = "groq"

[[experiment.arms]]
name = "good"
provider = "anthropic"
"""


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Four questions, each a conversation with an arm of its own."""
    with FakeServer() as server:
        home = Home(tmp_path_factory.mktemp("tried") / "home", server.environment())
        home.configure(f'routing_strategy = "experiment"\n{EXPERIMENT}')
        for number in range(4):
            assert home.run("ask", f"Question {number}?").code == 0
        yield home


def test_the_results(tried: Home) -> None:
    found = tried.run("experiment", "--json").json
    assert (found["name"], found["error_share"]) == ("fast or good", 0.05)
    assert [arm["name"] for arm in found["arms"]] == ["fast", "good"]
    assert sum(arm["conversations"] for arm in found["arms"]) == 4
    assert {each["measure"] for each in found["comparisons"]} == {
        "response_time",
        "cost",
        "kept",
        "rating",
        "quality",
    }
    assert not any(each["significant"] for each in found["comparisons"])
    assigned = tried.rows("SELECT conversation_id, arm FROM experiments ORDER BY 1")
    took_part = tried.rows("SELECT conversation_id, arm FROM exchanges ORDER BY 1")
    assert assigned == took_part
    shown = tried.run("experiment", "fast or good")
    assert shown.code == 0
    assert max(len(line) for line in shown.out.splitlines()) <= 80
    assert "not shown yet" in shown.out


def test_an_experiment_that_was_taken_out_of_the_configuration_is_still_there(tried: Home) -> None:
    before = tried.config.read_text()
    tried.configure("")
    try:
        assert "fast" in tried.run("experiment").out
        assert tried.run("experiment", "fast or good").code == 0
        unknown = tried.run("experiment", "loud or quiet")
    finally:
        tried.configure(before)
    assert unknown.code == 2
    assert unknown.err == (
        "telex: There is no experiment 'loud or quiet'; there are: fast or good\n"
    )


def test_without_any(bare: Home) -> None:
    done = bare.run("experiment", "--json")
    assert (done.code, done.out) == (2, "")
    assert "It goes into config.toml as [experiment]" in done.err


def test_an_arm_plays_its_persona(home: Home, server: FakeServer) -> None:
    home.configure(
        'titles = false\n[experiment]\nname = "x"\n'
        '[[experiment.arms]]\nname = "a"\nprovider = "groq"\npersona = "teacher"\n'
        '[[experiment.arms]]\nname = "b"\nprovider = "groq"\npersona = "teacher"\n'
    )
    assert home.run("ask", "Hi?", "--strategy", "experiment").code == 0
    assert home.run("ask", "Hi?", "--strategy", "experiment", "--system", "Own.").code == 0
    played, own = (request.body["messages"][0] for request in server.groq.chats)
    assert played["role"] == own["role"] == "system"
    assert "teacher" in played["content"].lower()
    assert own["content"] == "Own."


def test_a_persona_that_is_not_there_is_refused_before_anything_is_saved(bare: Home) -> None:
    bare.configure(EXPERIMENT.replace('"groq"', '"groq"\npersona = "nobody"'))
    done = bare.run("ask", "Hi?", "--strategy", "experiment")
    assert done.code == 2
    assert "'fast' of the experiment 'fast or good' cannot answer" in done.err
    assert bare.rows("SELECT * FROM conversations") == []
