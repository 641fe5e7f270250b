"""``telex doctor`` says what is wrong and what to do, whatever is broken."""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import Any

from tests.fakeserver import FakeServer, status
from tests.home import Home


def _found(home: Home, subject: str, **environment: str) -> list[dict[str, Any]]:
    """Return what the checks of a subject found."""
    checks = home.run("doctor", "--json", environment=environment).json["checks"]
    return [each for each in checks if each["subject"] == subject]


def test_all_is_well(home: Home, server: FakeServer) -> None:
    home.run("ask", "hello")
    done = home.run("doctor")
    assert (done.code, done.err) == (0, "")
    assert "✗" not in done.out
    for name in ("openai", "anthropic", "google", "groq"):
        assert f"✓ {name}" in done.out
    assert "whole" in done.out
    assert "1 exchanges" in done.out
    # It is pasted into bug reports: no key, no home folder, nothing that was asked.
    for name, value in server.environment().items():
        assert name.endswith("_BASE_URL") or value not in done.out
    assert str(home.folder) not in done.out
    assert "hello" not in done.out
    assert not [chat for chat in server.groq.chats if "hello" not in str(chat.body)]


def test_a_refused_key_and_a_model_that_is_gone(home: Home, server: FakeServer) -> None:
    home.configure('[providers.openai]\nmodel = "gpt-5-nanno"\n')
    server.groq.listing = status(401, f"bad key {server.environment()['GROQ_API_KEY']}")
    done = home.run("doctor", "--json")
    assert done.code == 1
    checks = {each["subject"]: each for each in done.json["checks"]}
    assert checks["groq"]["state"] == "problem"
    assert "telex keys set groq" in checks["groq"]["advice"]
    assert "gsk_test_groq" not in done.out
    assert checks["openai"]["state"] == "problem"
    assert "does not offer gpt-5-nanno" in checks["openai"]["found"]
    assert checks["anthropic"]["state"] == "ok"


def test_a_broken_configuration_is_named_with_its_line(home: Home) -> None:
    home.configure('theme = "nord"\ndaily_budget = "much"\n')
    done = home.run("doctor")
    assert done.code == 1
    assert "✗ Configuration" in done.out
    assert "~/config.toml:2" in done.out
    assert "✓ groq" in done.out  # the rest is looked at all the same


def test_a_damaged_database(bare: Home) -> None:
    bare.data.mkdir()
    bare.database.write_bytes(b"SQLite format 3\x00" + b"\x01" * 4096)
    before = bare.database.read_bytes()
    done = bare.run("doctor")
    assert done.code == 1
    assert "✗ Database" in done.out
    assert "→" in done.out
    assert bare.database.read_bytes() == before


def test_it_makes_nothing(bare: Home) -> None:
    assert bare.run("doctor").code == 0
    assert not bare.data.exists()
    assert not bare.config.exists()


def test_odd_variables_and_proxies(bare: Home) -> None:
    [odd] = _found(bare, "Variables", TELEX_DATADIR="/x")[1:]
    assert (odd["state"], odd["advice"]) == ("warning", "did you mean TELEX_DATA_DIR?")
    [proxy] = _found(bare, "Proxy", https_proxy="http://me:hidden@proxy.test:3128")
    assert proxy["found"] == "https_proxy=http://***@proxy.test:3128"
    [broken] = _found(bare, "Proxy", HTTPS_PROXY="http://[")
    assert broken["state"] == "problem"
    assert "hidden" not in str(proxy)


def test_terminal_and_text(bare: Home) -> None:
    [terminal] = _found(bare, "Terminal", TERM="xterm-256color", LANG="C")
    assert terminal["found"].startswith("xterm-256color, 256 colours")
    [text] = _found(bare, "Text", TERM="xterm", LC_ALL="de_DE.ISO-8859-1")
    assert text["state"] == "warning"
    assert "UTF-8" in text["advice"]


def test_a_malformed_key_is_told_without_it(home: Home) -> None:
    done = home.run("doctor", environment={"GROQ_API_KEY": "gsk with spaces inside"})
    assert "! Keys" in done.out
    assert "GROQ_API_KEY is not used" in done.out
    assert "with spaces inside" not in done.out


def test_a_clock_that_is_wrong(home: Home, server: FakeServer) -> None:
    told = {"date": formatdate(time.time() - 7200, usegmt=True)}
    server.endpoint("").listing = status(200, body=b"", headers=told)
    [clock] = _found(home, "Clock")
    assert clock["state"] == "problem"
    assert "120 min" in clock["found"]


def test_nobody_can_answer(bare: Home) -> None:
    bare.configure("[providers.local]\nenabled = false\n")
    done = bare.run("doctor", environment={"GROQ_API_KEY": "two words"})
    assert done.code == 1
    assert "✗ Answers" in done.out
    assert "nobody can answer" in done.out
    assert "switch the local model on" in done.out


def test_who_is_counted_on_but_has_no_key(bare: Home, server: FakeServer) -> None:
    secret = server.base_url("box").replace("://", "://me:hidden@")
    bare.configure(
        'routing_strategy = "manual"\nprimary_provider = "openai"\n'
        'fallback_providers = ["groq", "local"]\n'
        f'[providers.box]\nkind = "custom"\nmodel = "m"\nbase_url = "{secret}?key=s3cret"\n'
        '[providers.gone]\nkind = "custom"\nmodel = "m"\n'
        'base_url = "http://me:hidden@127.0.0.1:9/v1?key=s3cret"\n'
    )
    server.endpoint("box").listing = status(404, "no such page")
    keys = {"TELEX_BOX_API_KEY": "box-key-0123456789", "TELEX_GONE_API_KEY": "gone-key-0123456"}
    environment = {**keys, "TMUX": "/nowhere,1,0", "TELEX_UNREAD": "1"}
    done = bare.run("doctor", "--json", environment=environment)
    checks = done.json["checks"]
    named = [each for each in checks if each["subject"] == "Answers"]
    assert [each["state"] for each in named] == ["warning", "warning", "ok"]
    assert "strategy manual) is openai" in named[0]["found"]
    assert "fallback_providers is groq" in named[1]["found"]
    found = {each["subject"]: each for each in checks}
    assert found["box"]["state"] == "warning"
    assert "offers no list of models; not judged" in found["box"]["found"]
    assert found["gone"]["state"] == "problem"
    assert "127.0.0.1:9/v1" in found["gone"]["advice"]
    assert found["tmux"]["state"] == "warning"
    assert "hidden" not in done.out
    assert "s3cret" not in done.out


def test_a_key_pasted_as_a_name_is_not_shown(bare: Home) -> None:
    key = "xai-Abcdefgh0123456789"
    bare.configure(f'"{key}" = 1\n')
    done = bare.run("doctor", environment={"TELEX_BOX_API_KEY": "box-key-0123456789"})
    assert done.code == 1
    assert "the key '[key]' is not known" in done.out
    assert key not in done.out
    assert "nothing reads it" not in done.out  # the providers that may read it are not known
