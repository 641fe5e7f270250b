"""What a model takes, as the configuration file says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.capabilities import capabilities_of
from providers.capability import Capability
from storage.config_file import load_settings
from storage.errors import ConfigFileError


def load(folder: Path, text: str) -> dict[str, set[Capability]]:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    box = load_settings(path).providers["box"]
    return {variant.model: set(capabilities_of(variant)) for variant in box.variants()}


BOX = '[providers.box]\nkind = "custom"\nbase_url = "http://box.lan/v1"\nmodel = "qwen"\n'


def test_each_model_says_its_own(tmp_path: Path) -> None:
    models = 'models = ["llava", { model = "phi", capabilities = ["audio"] }]\n'
    known = load(tmp_path, f"{BOX}capabilities = []\n{models}")
    assert known == {
        "qwen": set(),
        "llava": {Capability.IMAGE, Capability.TOOLS},
        "phi": {Capability.AUDIO},
    }


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('capabilities = ["image", "video"]', "'video' is no capability; allowed are image, audio"),
        ('capabilities = "image"', "providers.box.capabilities must be an array of strings"),
        ('models = [{ model = "m", capabilities = ["x"] }]', "'x' is no capability"),
    ],
)
def test_what_is_no_capability(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(ConfigFileError, match=words) as caught:
        load(tmp_path, f"{BOX}{line}\n")
    assert "config.toml" in str(caught.value)


def test_the_built_in_model_has_none_to_say(tmp_path: Path) -> None:
    with pytest.raises(ConfigFileError, match="capabilities"):
        load(tmp_path, '[providers.local]\ncapabilities = ["tools"]\n')
