"""The tables about answers: the cache, the table of tasks, the experiment."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings_text import describe
from providers.caching import Caching
from providers.config import Strategy
from providers.experiments.experiment import Arm, Experiment
from storage.config_file import load_settings
from storage.errors import ConfigFileError

EXPERIMENT = """
[experiment]
name = "fast or good"
error_share = 0.1
[[experiment.arms]]
name = "fast"
provider = "groq"
weight = 3
[[experiment.arms]]
name = "good"
provider = "anthropic"
model = "claude-sonnet-5-5"
persona = "teacher"
"""


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return path


def test_without_a_word_the_cache_is_on_and_the_rest_is_not_there(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "none.toml")
    assert settings.caching == Caching()
    assert settings.tasks == {}
    assert settings.experiment is None
    assert settings.to_core({}).caching == Caching()


def test_the_cache(tmp_path: Path) -> None:
    text = '[cache]\nttl = "7d"\nmax_entries = 50\nany_temperature = true\n'
    settings = load_settings(config(tmp_path, text))
    assert settings.caching == Caching(ttl=604_800, max_entries=50, any_temperature=True)
    off = load_settings(config(tmp_path, "[cache]\nenabled = false\n"))
    assert off.caching is None
    assert off.to_core({}).caching is None


def test_the_table_of_tasks_leaves_out_who_is_disabled(tmp_path: Path) -> None:
    text = """
[tasks]
code = ["anthropic/claude-sonnet-5-5", "mine"]
chat = ["mine"]
[providers.mine]
kind = "custom"
base_url = "http://127.0.0.1:1/v1"
model = "m"
enabled = false
"""
    core = load_settings(config(tmp_path, text)).to_core({})
    told = {kind.value: [t.provider for t in targets] for kind, targets in core.task_table.items()}
    assert told == {"code": ["anthropic"]}


def test_the_experiment(tmp_path: Path) -> None:
    settings = load_settings(config(tmp_path, f'routing_strategy = "experiment"\n{EXPERIMENT}'))
    fast = Arm(name="fast", provider="groq", weight=3)
    good = Arm(name="good", provider="anthropic", model="claude-sonnet-5-5", persona="teacher")
    wanted = Experiment(name="fast or good", arms=(fast, good), error_share=0.1)
    assert settings.experiment == wanted
    assert settings.to_core({}).experiment == wanted


def test_an_experiment_with_an_arm_that_cannot_answer_rests(tmp_path: Path) -> None:
    text = f'routing_strategy = "experiment"\n{EXPERIMENT}[providers.groq]\nenabled = false\n'
    core = load_settings(config(tmp_path, text)).to_core({})
    assert core.experiment is None
    assert core.routing_strategy is Strategy.DYNAMIC


def test_the_settings_in_force_can_be_written_as_a_file(tmp_path: Path) -> None:
    text = f"""
quality_threshold = 0.5
daily_budget = 2.5
[cache]
ttl = "90m"
[[catalogue]]
id = "mine"
url = "http://127.0.0.1/mine.gguf"
sha256 = "{"ab" * 32}"
[tasks]
code = ["groq", "anthropic/claude-sonnet-5-5"]
[adaptive]
explore_share = 0.05
[judge]
provider = "groq"
daily_budget = 0.05
[[alerts]]
name = "provider_down"
enabled = false
{EXPERIMENT}"""
    settings = load_settings(config(tmp_path, text))
    assert load_settings(config(tmp_path, describe(settings))) == settings
    off = load_settings(config(tmp_path, "[cache]\nenabled = false\n"))
    assert load_settings(config(tmp_path, describe(off))) == off


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ('[cache]\nttl = "soon"\n', "cache.ttl", 'must be like "30s"'),
        ('[cache]\nttl = "0s"\n', "cache.ttl", "above 0"),
        ("[cache]\nmax_entries = 0\n", "cache.max_entries", "at least 1"),
        ("[cache]\nsize = 3\n", "cache.size", "'size' is not known"),
        ('[tasks]\npoetry = ["groq"]\n', "tasks.poetry", "'poetry' is not known"),
        ('[tasks]\ncode = ["grok"]\n', "tasks.code", "did you mean 'groq'?"),
        ("[tasks]\ncode = []\n", "tasks.code", "leave it out"),
        ('[tasks]\ncode = ["groq/gpt-0"]\n', "tasks.code", "add it to its models"),
        ('[experiment]\nname = "x"\n', "experiment.arms", "at least two arms"),
        (EXPERIMENT.replace('name = "fast or good"', ""), "experiment.name", "needs a name"),
        (EXPERIMENT.replace("0.1", "1"), "experiment.error_share", "between 0 and 1"),
        (EXPERIMENT.replace('"good"', '"fast"'), "experiment.arms", "two arms are called 'fast'"),
        (EXPERIMENT.replace('"groq"', '"grok"'), "experiment.arms[1].provider", "did you mean"),
        (EXPERIMENT.replace("weight = 3", "weight = 0"), "experiment.arms[1]", "above 0"),
        (EXPERIMENT.replace("sonnet-5-5", "0"), "experiment.arms", "an arm names the model"),
        ('routing_strategy = "experiment"\n', "routing_strategy", "needs one"),
    ],
)
def test_mistakes_are_refused_with_their_place(
    tmp_path: Path, text: str, key: str, words: str
) -> None:
    with pytest.raises(ConfigFileError) as caught:
        load_settings(config(tmp_path, text))
    assert caught.value.key == key
    assert words in str(caught.value)
    assert caught.value.line is not None
