"""Changing config.toml: only what is meant changes, and nothing is ever half written."""

from __future__ import annotations

import errno
import os
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest

from providers.config import PriceOverride, Strategy
from storage.config_edit import ConfigEdit, check_edits, edit_config
from storage.config_file import load_settings
from storage.errors import ConfigFileError

CONFIG = """\
# how I like it
routing_strategy = "cost"   # cheap

# money
# -----
[daily_cost_limits]
anthropic = 1.00   # a dollar

# providers
[providers.groq]
model = 'openai/gpt-oss-120b'

[providers."my.host"]
kind = "custom"
base_url = "http://127.0.0.1:11434/v1"
model = "llama"

# the end
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def test_a_value_changes_and_what_stands_beside_it_stays(config: Path) -> None:
    settings = edit_config(config, [ConfigEdit(("routing_strategy",), "quality")])
    assert settings.routing_strategy is Strategy.QUALITY
    assert config.read_text() == CONFIG.replace('"cost"', '"quality"')


def test_several_edits_are_one(config: Path) -> None:
    edits = [
        ConfigEdit(("daily_cost_limits", "groq"), Decimal("0.50")),
        ConfigEdit(("timeout_seconds",), 12.5),
        ConfigEdit(("fallback_providers",), ["groq", "my.host"]),
        ConfigEdit(("providers", "my.host", "price"), {"input": 1, "output": Decimal("2.5")}),
        ConfigEdit(("system_prompt",), 'Say "yes"\nor no.\n'),
        ConfigEdit(("enable_fallback",), value=False),
    ]
    settings = edit_config(config, edits)
    assert settings == load_settings(config)
    assert settings.daily_cost_limits["groq"] == Decimal("0.5")
    assert settings.timeout_seconds == 12.5
    assert settings.fallback_providers == ("groq", "my.host")
    assert settings.providers["my.host"].price == PriceOverride(Decimal(1), Decimal("2.5"))
    assert settings.system_prompt == 'Say "yes"\nor no.\n'
    assert settings.enable_fallback is False
    kept = [line for line in CONFIG.splitlines() if line.strip()]
    assert [line for line in config.read_text().splitlines() if line in kept] == kept


def test_an_emptied_table_goes_but_never_a_comment(config: Path) -> None:
    edit_config(config, [ConfigEdit(("daily_cost_limits", "anthropic"), None)])
    assert "[daily_cost_limits]" not in config.read_text()
    assert "# money\n# -----\n\n# providers\n" in config.read_text()
    config.write_text("[daily_cost_limits]\n# groq is free\ngroq = 1\n")
    edit_config(config, [ConfigEdit(("daily_cost_limits", "groq"), None)])
    assert config.read_text() == "[daily_cost_limits]\n# groq is free\n"


def test_hedging_stays_on_when_its_last_key_goes(config: Path) -> None:
    config.write_text("[hedging]\ndaily_cap = 1\n")
    settings = edit_config(config, [ConfigEdit(("hedging", "daily_cap"), None)])
    assert settings.hedging is not None
    assert edit_config(config, [ConfigEdit(("hedging",), None)]).hedging is None
    assert edit_config(config, [ConfigEdit(("hedging",), {})]).hedging is not None
    assert config.read_text() == "[hedging]\n"


def test_line_ends_and_byte_order_mark_stay(config: Path) -> None:
    config.write_bytes(b"\xef\xbb\xbf" + CONFIG.replace("\n", "\r\n").encode())
    edit_config(config, [ConfigEdit(("daily_cost_limits", "groq"), 2)])
    expected = CONFIG.replace("a dollar\n", "a dollar\ngroq = 2\n").replace("\n", "\r\n")
    assert config.read_bytes() == b"\xef\xbb\xbf" + expected.encode()


def test_a_missing_file_is_made_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    assert edit_config(path, [ConfigEdit(("max_retries",), 1)]).max_retries == 1
    assert path.read_text() == "max_retries = 1\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_mode_and_symbolic_link_stay(config: Path, tmp_path: Path) -> None:
    config.chmod(0o644)
    link = tmp_path / "linked.toml"
    link.symlink_to(config.name)
    edit_config(link, [ConfigEdit(("max_retries",), 1)])
    assert link.is_symlink()
    assert "max_retries = 1" in config.read_text()
    assert config.stat().st_mode & 0o777 == 0o644
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.toml", "linked.toml"]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (ConfigEdit(("routing_strategy",), "cheapest"), "config.toml:2: .*allowed: cost, latency"),
        (ConfigEdit(("daily_cost_limits", "groq"), -1), "must be 0 or more dollars"),
        (ConfigEdit(("providers", "groq", "api_key"), "sk-1"), "telex keys set groq"),
        (ConfigEdit(("max_retrys",), 1), "did you mean 'max_retries'"),
        (ConfigEdit(("routing_strategy", "x"), 1), "routing_strategy is no table"),
    ],
)
def test_what_would_not_be_sound_is_refused(config: Path, edit: ConfigEdit, said: str) -> None:
    for try_it in (check_edits, edit_config):
        with pytest.raises(ConfigFileError, match=said):
            try_it(config, [ConfigEdit(("max_retries",), 1), edit])
    assert config.read_text() == CONFIG


def test_a_file_that_is_broken_now_is_left_alone(config: Path) -> None:
    for broken, said in (
        ("max_retries = 1\nx = \n", r"config.toml:2:5: .*Correct this first; nothing was changed"),
        ("max_retries = 'a'\n", r"config.toml:1: .*a whole number.*Correct this first"),
    ):
        config.write_text(broken)
        with pytest.raises(ConfigFileError, match=said):
            edit_config(config, [ConfigEdit(("timeout_seconds",), 1)])
        assert config.read_text() == broken
    # An edit that mends what is wrong is welcome.
    assert edit_config(config, [ConfigEdit(("max_retries",), 2)]).max_retries == 2
    config.write_bytes(b"theme = '\xff'\n")
    with pytest.raises(ConfigFileError, match=r"config.toml:1: .*UTF-8"):
        edit_config(config, [ConfigEdit(("max_retries",), 1)])


def test_check_edits_writes_nothing(config: Path, tmp_path: Path) -> None:
    assert check_edits(config, [ConfigEdit(("max_retries",), 7)]).max_retries == 7
    assert config.read_text() == CONFIG
    assert check_edits(tmp_path / "none.toml", []).max_retries == 3
    assert not (tmp_path / "none.toml").exists()


def test_a_read_only_file_is_not_got_round(config: Path) -> None:
    config.chmod(0o444)
    with pytest.raises(ConfigFileError, match="marked read-only; nothing was changed"):
        edit_config(config, [ConfigEdit(("max_retries",), 1)])
    assert config.read_text() == CONFIG


def test_a_full_disk_loses_nothing(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigFileError, match="No space left on device; nothing was changed"):
        edit_config(config, [ConfigEdit(("max_retries",), 1)])
    assert config.read_text() == CONFIG
    assert [path.name for path in config.parent.iterdir()] == ["config.toml"]


def test_what_another_program_writes_meanwhile_is_kept(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = 1
    make = tempfile.mkstemp

    def meanwhile(dir: Path, prefix: str) -> tuple[int, str]:  # noqa: A002  # mkstemp's
        nonlocal times
        if times:
            times -= 1
            config.write_text(f"{CONFIG}# {times}\n")
        return make(dir=dir, prefix=prefix)

    monkeypatch.setattr(tempfile, "mkstemp", meanwhile)
    edit_config(config, [ConfigEdit(("max_retries",), 1)])
    assert "# 0\n" in config.read_text()
    assert "max_retries = 1\n" in config.read_text()
    times = 100
    with pytest.raises(ConfigFileError, match="another program keeps writing"):
        edit_config(config, [ConfigEdit(("max_retries",), 2)])
    assert config.read_text() == f"{CONFIG}# 95\n"
    assert len(list(config.parent.iterdir())) == 1
