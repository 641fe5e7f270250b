"""Loading a GGUF file into llama.cpp."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from providers.config import LocalConfig
from providers.local_model import LocalModelUnavailable, find_model

_CACHE_MIB = 64  # of finished prompts; the default would keep gigabytes


def load_server(config: LocalConfig, models_dir: Path | None) -> Any:
    """Return a loaded ``xllamacpp.Server``. Blocks for about a second.

    Args:
        config: the file and the size of the context.
        models_dir: see ``providers.local_model.find_model``.

    Raises:
        LocalModelUnavailable: the file or the library is missing or unusable.
    """
    path = find_model(config.model_path, models_dir)
    try:
        import xllamacpp
    except ModuleNotFoundError as error:
        raise LocalModelUnavailable(
            "the local model needs the package xllamacpp, which is not installed"
            " (there is none for musl Linux and for Windows on ARM)"
        ) from error
    except ImportError as error:
        raise LocalModelUnavailable(
            f"the local model's library cannot be loaded: {error};"
            " on a slim Linux install OpenMP first: apt-get install libgomp1"
        ) from error
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.model_alias = {config.model}
    parameters.n_ctx = config.context_tokens
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = max(1, (os.cpu_count() or 2) // 2)
    parameters.cache_ram_mib = _CACHE_MIB
    parameters.verbosity = -1
    # The library always listens on loopback too: let nobody else on this machine use it.
    parameters.port = 0
    parameters.api_keys = [secrets.token_hex(32)]
    parameters.ui = False
    try:
        return xllamacpp.Server(parameters)
    except RuntimeError as error:
        raise LocalModelUnavailable(
            f"{path} cannot be loaded as a model; is it a complete GGUF file? ({error})"
        ) from error
