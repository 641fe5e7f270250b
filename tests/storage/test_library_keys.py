"""Where the library finds a key the configuration lacks: the OS keyring, then the environment."""

from __future__ import annotations

from tests.storage.conftest import ask_python

_FACTORY = """
from providers import GroqConfig, MultiLLMConfig, OpenAIConfig, ProviderFactory
factory = ProviderFactory(MultiLLMConfig(openai=OpenAIConfig(), groq=GroqConfig()))
keys = {name: p.key for name in factory.list_providers() if (p := factory.provider(name))}
"""
_KEEP = "import keyring; keyring.set_password('telex', 'openai', 'sk-ring')"


def test_the_keyring_wins_over_the_environment(unlocked_keyring: dict[str, str]) -> None:
    environment = {**unlocked_keyring, "OPENAI_API_KEY": "sk-env", "GROQ_API_KEY": "gsk-env"}
    ask_python(_KEEP, environment=environment)
    found = ask_python(f"{_FACTORY}\nprint(keys)", environment=environment)
    assert found == "{'openai': 'sk-ring', 'groq': 'gsk-env'}"


def test_a_locked_keyring_leaves_the_environment(locked_keyring: dict[str, str]) -> None:
    environment = {**locked_keyring, "GROQ_API_KEY": "gsk-env"}
    found = ask_python(f"{_FACTORY}\nprint(keys)", environment=environment)
    assert found == "{'groq': 'gsk-env'}"


def test_nobody_is_asked_when_every_key_is_given(unlocked_keyring: dict[str, str]) -> None:
    code = """
import sys
from providers import MultiLLMConfig, OpenAIConfig, ProviderFactory
factory = ProviderFactory(MultiLLMConfig(openai=OpenAIConfig("sk-given")))
print(factory.provider("openai").key, "keyring" in sys.modules)
"""
    assert ask_python(code, environment=unlocked_keyring) == "sk-given False"


def test_without_the_package_the_environment_serves(unlocked_keyring: dict[str, str]) -> None:
    hide = "import sys; sys.modules['keyring'] = None"
    environment = {**unlocked_keyring, "GROQ_API_KEY": "gsk-env"}
    found = ask_python(f"{hide}\n{_FACTORY}\nprint(keys)", environment=environment)
    assert found == "{'groq': 'gsk-env'}"
