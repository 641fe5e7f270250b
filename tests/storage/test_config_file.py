from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from app.settings_text import describe
from providers.classify import TaskKind
from providers.config import (
    CustomConfig,
    LocalConfig,
    ModelConfig,
    OpenAIApi,
    OpenAIConfig,
    PriceOverride,
    Strategy,
    Timeouts,
)
from providers.hedging import Hedging
from providers.messages import AttachmentKind
from providers.multi_config import AnswerFault
from providers.rules import RoutingRule
from storage.config_file import load_settings
from storage.errors import ConfigFileError
from storage.settings import AlertRule, Settings, Severity

_EVERYTHING = """\
# my telex
routing_strategy = "latency"
otherwise = "balanced"
lower_max_tokens = true
fallback_on = ["truncated"]
primary_provider = "box"
enable_fallback = false
fallback_providers = ["groq", "box", "local"]
timeout_seconds = 12.5
max_retries = 0
monthly_budget = 20
theme = "nord"
system_prompt = \"\"\"
Be brief.
[providers.not_a_table]
\"\"\"

[cost_limit_per_provider]
openai = 0.1

[daily_cost_limits]
openai = 1.005
box = 0

[monthly_cost_limits]
openai = 9.5

[hedging]
daily_cap = 0.25
shortest_delay = 0.5

[timeouts]
idle = 5
plain = 90

[providers.openai]
model = "gpt-x"
base_url = "http://127.0.0.1:9/v1"
temperature = 0.7
max_tokens = 100
api = "chat"
price = { input = 1.1, output = 4, cached = 0.123456789 }
quality = 0.5
max_concurrency = 4
context_window = 64000
models = [
    "gpt-small",
    { model = "gpt-big", quality = 0.9, price = { input = 2, output = 8 }, max_tokens = 50 },
]

[providers.local]
context_tokens = 2048
last_resort = false

[providers.groq]
enabled = false

[providers.box]
kind = "custom"
base_url = "http://box.lan/v1"
model = "qwen"

[[rules]]
name = "code"
provider = "openai"
model = "gpt-big"
task = "code"

[[rules]]
provider = "box"
pattern = "^hey"
min_tokens = 5
max_tokens = 500
attachment = "image"

[[alerts]]
name = "slow"
condition = "avg_response_time > 10"
duration = "5m"
severity = "critical"

[[alerts]]
name = "dear"
condition = "daily_cost > 1"
"""


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_is_a_fine_configuration(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "config.toml")
    assert settings == Settings()
    assert list(settings.providers) == ["openai", "anthropic", "google", "groq", "local"]
    core = settings.to_core({})
    assert [provider.name for provider in core] == list(settings.providers)


def test_everything_there_is(tmp_path: Path) -> None:
    settings = load_settings(_write(tmp_path, _EVERYTHING))
    assert settings.routing_strategy is Strategy.LATENCY
    assert (settings.primary_provider, settings.enable_fallback) == ("box", False)
    assert settings.fallback_providers == ("groq", "box", "local")
    assert (settings.timeout_seconds, settings.max_retries) == (12.5, 0)
    assert settings.timeouts == Timeouts(
        connect=10.0, first_token=12.5, idle=5.0, total=600.0, plain=90.0
    )
    assert settings.otherwise is Strategy.BALANCED
    assert settings.lower_max_tokens is True
    assert settings.fallback_on == {AnswerFault.TRUNCATED}
    assert settings.monthly_cost_limits == {"openai": Decimal("9.5")}
    assert settings.hedging == Hedging(daily_cap=Decimal("0.25"), shortest_delay=0.5)
    assert settings.rules == (
        RoutingRule(name="code", provider="openai", model="gpt-big", task=TaskKind.CODE),
        RoutingRule(
            provider="box",
            pattern="^hey",
            min_tokens=5,
            max_tokens=500,
            attachment=AttachmentKind.IMAGE,
        ),
    )
    assert (settings.monthly_budget, settings.theme) == (Decimal(20), "nord")
    assert settings.system_prompt == "Be brief.\n[providers.not_a_table]\n"
    assert settings.cost_limit_per_provider == {"openai": Decimal("0.1")}
    assert settings.daily_cost_limits == {"openai": Decimal("1.005"), "box": Decimal(0)}
    assert settings.providers["openai"] == OpenAIConfig(
        model="gpt-x",
        base_url="http://127.0.0.1:9/v1",
        temperature=0.7,
        max_tokens=100,
        api=OpenAIApi.CHAT,
        price=PriceOverride(Decimal("1.1"), Decimal(4), Decimal("0.123456789")),
        quality=0.5,
        max_concurrency=4,
        context_window=64000,
        models=(
            "gpt-small",
            ModelConfig(
                "gpt-big",
                price=PriceOverride(Decimal(2), Decimal(8)),
                quality=0.9,
                max_tokens=50,
            ),
        ),
    )
    assert settings.providers["local"] == LocalConfig(context_tokens=2048, last_resort=False)
    box = CustomConfig(name="box", base_url="http://box.lan/v1", model="qwen")
    assert settings.providers["box"] == box
    assert settings.disabled == {"groq"}
    assert settings.alerts == (
        AlertRule("slow", "avg_response_time > 10", 300.0, Severity.CRITICAL),
        AlertRule("dear", "daily_cost > 1", 0.0, Severity.WARNING),
    )


def test_every_enabled_provider_takes_part_with_its_key(tmp_path: Path) -> None:
    settings = load_settings(_write(tmp_path, _EVERYTHING))
    keys = {"openai": "sk-1", "groq": "gsk", "google": None, "box": "b"}
    core = settings.to_core(keys)
    assert {provider.name: provider.api_key for provider in core} == {
        "openai": "sk-1",
        "anthropic": None,
        "google": None,
        "box": "b",
        "local": None,
    }
    assert "sk-1" not in repr(core)
    assert core.routing_strategy is Strategy.LATENCY
    assert core.timeouts == settings.timeouts
    for name in (
        *("otherwise", "lower_max_tokens", "fallback_on", "monthly_cost_limits"),
        *("monthly_budget", "hedging", "rules"),
    ):
        assert getattr(core, name) == getattr(settings, name)


def test_what_is_shown_is_the_same_configuration(tmp_path: Path) -> None:
    settings = load_settings(_write(tmp_path, _EVERYTHING))
    again = load_settings(_write(tmp_path, describe(settings)))
    assert again == settings
    none = load_settings(_write(tmp_path, "fallback_on = []"))
    assert none.fallback_on == frozenset()
    assert load_settings(_write(tmp_path, describe(none))) == none


def test_an_answer_that_was_cut_off_is_kept_unless_the_person_says_otherwise() -> None:
    assert Settings().fallback_on == {AnswerFault.REFUSED, AnswerFault.EMPTY}


def test_a_disabled_provider_may_still_be_named(tmp_path: Path) -> None:
    text = _EVERYTHING.replace('kind = "custom"', 'kind = "custom"\nenabled = false')
    core = load_settings(_write(tmp_path, text)).to_core({})
    assert core.primary_provider is None
    assert list(core.fallback_providers) == ["groq", "local"]
    assert list(core.daily_cost_limits) == ["openai"]
    assert [rule.provider for rule in core.rules] == ["openai"]
    off = load_settings(_write(tmp_path, "[providers.local]\nenabled = false"))
    assert "local" not in [provider.name for provider in off.to_core({})]


def test_rules_that_nobody_can_follow_leave_the_rest(tmp_path: Path) -> None:
    text = (
        'routing_strategy = "rules"\notherwise = "quality"\n[providers.groq]\nenabled = false\n'
        '[[rules]]\nprovider = "groq"\ntask = "code"'
    )
    core = load_settings(_write(tmp_path, text)).to_core({})
    assert (core.routing_strategy, core.rules) == (Strategy.QUALITY, ())


_RULES = '[[rules]]\nprovider = "groq"\ntask = "code"\n[[rules]]\n'
_CUSTOM = '[providers.box]\nkind = "custom"\nbase_url = "http://x"\nmodel = "m"\n'


@pytest.mark.parametrize(
    ("text", "line", "key", "says"),
    [
        ('\nroutin_strategy = "cost"', 2, "routin_strategy", "did you mean 'routing_strategy'"),
        ('routing_strategy = "cots"', 1, "routing_strategy", "allowed: cost, latency, quality"),
        ("routing_strategy = 3", 1, "routing_strategy", "must be a string, not a whole number"),
        ('theme = " "', 1, "theme", "empty"),
        ('enable_fallback = "yes"', 1, "enable_fallback", "must be true or false, not a string"),
        ("max_retries = 1.5", 1, "max_retries", "must be a whole number, not a number"),
        ("max_retries = true", 1, "max_retries", "must be a whole number"),
        ("max_retries = -1", 1, "max_retries", "0 or more"),
        ("timeout_seconds = 0", 1, "timeout_seconds", "more than 0"),
        ("timeout_seconds = inf", 1, "timeout_seconds", "finite"),
        ("timeout_seconds = 2026-01-01", 1, "timeout_seconds", "not a date or time"),
        ("monthly_budget = -5", 1, "monthly_budget", "0 or more dollars"),
        ("[timeouts]\n\nidle = 0", 3, "timeouts.idle", "more than 0 seconds"),
        ("[timeouts]\nidel = 1", 2, "timeouts.idel", "did you mean 'idle'"),
        ("timeouts = 3", 1, "timeouts", "must be a table"),
        ('fallback_providers = ["opnai"]', 1, "fallback_providers", "known are openai, anthropic"),
        ("fallback_providers = [1]", 1, "fallback_providers", "an array of strings"),
        ('primary_provider = "gork"', 1, "primary_provider", "known are"),
        ("[daily_cost_limits]\nopenai = 1\ngork = 2", 3, "daily_cost_limits.gork", "known are"),
        ("[daily_cost_limits]\nopenai = -1", 2, "daily_cost_limits.openai", "0 or more"),
        ('[daily_cost_limits]\nopenai = "1"', 2, "daily_cost_limits.openai", "a number"),
        ("[providers.opnai]", 1, "providers.opnai", "did you mean 'openai'"),
        ("[providers.gork]\n", 1, "providers.gork", 'kind = "custom"'),
        ('[providers.box]\nkind = "vllm"', 2, "providers.box.kind", 'must be "custom"'),
        ('[providers.groq]\nkind = "openai"', 2, "providers.groq.kind", "'groq'"),
        ('[providers."a b"]\nkind = "custom"', 1, "providers.a b", "no name for a provider"),
        ('[providers.box]\nkind = "custom"\nmodel = "m"', 1, "providers.box.base_url", "base_url"),
        (_CUSTOM.replace('model = "m"', ""), 1, "providers.box.model", "no model"),
        (f'{_CUSTOM}api = "chat"', 5, "providers.box.api", "allowed: kind, enabled"),
        ('[providers.openai]\napi = "rest"', 2, "providers.openai.api", "responses, chat"),
        ("[providers.openai]\n# x\nmodle = 1", 3, "providers.openai.modle", "did you mean 'model'"),
        ("providers.openai.temperature = 3", 1, "providers.openai.temperature", "between 0 and 2"),
        ("[providers]\nopenai.max_tokens = 0", 2, "providers.openai.max_tokens", "at least 1"),
        ('[providers.groq]\nbase_url = "x"', 2, "providers.groq.base_url", "http://"),
        (
            "[providers.groq]\nprice = { input = 1 }",
            2,
            "providers.groq.price",
            "input and output",
        ),
        (
            "[providers.groq]\nprice = { input = 1, output = -2 }",
            2,
            "providers.groq.price.output",
            "0 or more dollars",
        ),
        ("[providers.groq.price]\ninputt = 1", 2, "providers.groq.price.inputt", "'input'"),
        ('[[alerts]]\nname = "a"', 1, "alerts[1].condition", "needs a condition"),
        (
            '[[alerts]]\nname = "a"\ncondition = "x"\n[[alerts]]\nname = "a"\ncondition = "y"',
            5,
            "alerts[2].name",
            "two alerts",
        ),
        (
            '[[alerts]]\nname = "a"\ncondition = "x"\nduration = "5 minutes"',
            4,
            "alerts[1].duration",
            '"5m"',
        ),
        (
            '[[alerts]]\nname = "a"\ncondition = "x"\nseverity = "loud"',
            4,
            "alerts[1].severity",
            "info, warning, critical",
        ),
        ("alerts = 1", 1, "alerts", "[[alerts]]"),
        ('routing_strategy = "rules"', 1, "routing_strategy", "at least one rule"),
        ('otherwise = "manual"', 1, "otherwise", "what to do where no rule matches"),
        ('otherwise = "dynamc"', 1, "otherwise", "did you mean 'dynamic'"),
        ('fallback_on = ["cut"]', 1, "fallback_on", "allowed: refused, empty, truncated"),
        ('fallback_on = "empty"', 1, "fallback_on", "an array of strings"),
        ("lower_max_tokens = 1", 1, "lower_max_tokens", "true or false"),
        ("[monthly_cost_limits]\ngork = 2", 2, "monthly_cost_limits.gork", "known are"),
        ("[timeouts]\nplain = 0", 2, "timeouts.plain", "more than 0 seconds"),
        ("hedging = true", 1, "hedging", "must be a table"),
        ("[hedging]\ncap = 1", 2, "hedging.cap", "allowed: daily_cap, min_samples"),
        ("[hedging]\nmin_samples = 1", 2, "hedging.min_samples", "at least 2"),
        ("[hedging]\ndaily_cap = -1", 2, "hedging.daily_cap", "0 or more dollars"),
        (f'{_RULES}provider = "grok"\ntask = "code"', 5, "rules[2].provider", "mean 'groq'"),
        (f'{_RULES}task = "code"', 4, "rules[2]", "needs a provider (allowed: openai"),
        (f'{_RULES}provider = "groq"', 4, "rules[2]", "has no condition"),
        (
            f'{_RULES}provider = "groq"\ntask = "coding"',
            6,
            "rules[2].task",
            "code, translation, summary",
        ),
        (f"{_RULES}provider = 'groq'\npattern = '('", 6, "rules[2].pattern", "no regular expr"),
        (
            f'{_RULES}provider = "groq"\nattachment = "video"',
            6,
            "rules[2].attachment",
            "allowed: image",
        ),
        (
            f'{_RULES}provider = "groq"\nmodel = "qwen"\ntask = "code"',
            6,
            "rules[2].model",
            "add it to models of groq",
        ),
        (f'{_RULES}provider = "groq"\nmin_tokens = -1', 6, "rules[2].min_tokens", "0 or more"),
        (
            f'{_RULES}provider = "groq"\nmin_tokens = 9\nmax_tokens = 3',
            6,
            "rules[2].min_tokens",
            "never matches",
        ),
        (f'{_RULES}provider = "groq"\nwhen = "x"', 6, "rules[2].when", "allowed: provider, model"),
        (
            '[providers.groq]\nmodels = ["a", 3]',
            2,
            "providers.groq.models",
            "an array of names and tables",
        ),
        ('[providers.groq]\nmodels = ["a", "a"]', 2, "providers.groq.models", "twice"),
        (
            '[providers.groq]\n\nmodels = [\n  "a",\n  { quality = 1 },\n]',
            3,
            "providers.groq.models",
            "models[2] needs a model",
        ),
        (
            '[providers.groq]\nmodel = "m"\nmodels = [{ model = "a", quality = 2 }]',
            3,
            "providers.groq.models[1].quality",
            "between 0 and 1",
        ),
        (
            '[[providers.groq.models]]\nmodel = "a"\nmax_tokens = 0',
            3,
            "providers.groq.models[1].max_tokens",
            "at least 1",
        ),
        (
            '[providers.groq]\nmodels = [{ model = "a", price = { input = 1 } }]',
            2,
            "providers.groq.models[1].price",
            "input and output",
        ),
        ('[providers.local]\nmodels = ["a"]', 2, "providers.local.models", "allowed: kind"),
        ("[providers.groq]\nmax_concurrency = 0", 2, "providers.groq.max_concurrency", "at least"),
    ],
)
def test_a_mistake_is_named_with_file_line_key_and_what_is_allowed(
    tmp_path: Path, text: str, line: int, key: str, says: str
) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(ConfigFileError) as caught:
        load_settings(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:{line}: ")
    assert (caught.value.line, caught.value.key) == (line, key)
    assert key in message
    assert says in message


@pytest.mark.parametrize("word", ["api_key", "key", "token"])
def test_a_key_in_the_file_is_refused_without_quoting_it(tmp_path: Path, word: str) -> None:
    path = _write(tmp_path, f'[providers.openai]\nmodel = "m"\n{word} = "sk-secret"')
    with pytest.raises(ConfigFileError, match="telex keys set openai") as caught:
        load_settings(path)
    assert caught.value.line == 3
    assert "sk-secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('theme = "a"\nmax_retries = = 3', "2:15"),
        ('theme = "a"\ntheme = "b"', "2"),
        ('theme = "a\n', "1"),
        ("[providers", "1"),
    ],
)
def test_broken_toml_is_named_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(ConfigFileError, match="no valid TOML") as caught:
        load_settings(path)
    assert str(caught.value).startswith(f"{path}:{place}")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b'# fine\ntheme = "\xff"')
    with pytest.raises(ConfigFileError, match="UTF-8") as caught:
        load_settings(path)
    assert caught.value.line == 2


def test_windows_editors_are_welcome(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b'\xef\xbb\xbftheme = "nord"\r\nmax_retries = 1\r\n')
    assert load_settings(path).theme == "nord"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigFileError, match="cannot be read"):
        load_settings(tmp_path)
