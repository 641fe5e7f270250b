"""``state.toml``: what the app remembers between runs. The person's own file is config.toml."""

from __future__ import annotations

import contextlib
import os
import tempfile
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from storage.errors import PathsError


@dataclass(frozen=True, slots=True)
class State:
    """What was last in use. None is unset.

    Args:
        strategy: the routing strategy.
        primary_provider: the provider ``manual`` asks.
        theme: the name of the Textual theme.
        folded_panels: ids of panels the person folded.
        conversation_id: the conversation that was open.
        draft: what was typed before there was a conversation to keep it in.
        primary_model: the model of ``primary_provider`` to ask.
    """

    strategy: str | None = None
    primary_provider: str | None = None
    theme: str | None = None
    folded_panels: tuple[str, ...] = ()
    conversation_id: int | None = None
    draft: str | None = None
    primary_model: str | None = None


def load_state(path: Path) -> State:
    """Return the state in ``path``; an absent file is an empty state.

    A file that is no TOML is moved aside to ``state.toml.broken``, and values of a wrong type
    count as unset: nothing in here is worth failing to start for.
    """
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # If it cannot be moved, the next save replaces it.
        with contextlib.suppress(OSError):
            path.replace(path.with_name(f"{path.name}.broken"))
        return State()
    except OSError:
        return State()
    return State(
        strategy=_text(values.get("strategy")),
        primary_provider=_text(values.get("primary_provider")),
        theme=_text(values.get("theme")),
        folded_panels=_texts(values.get("folded_panels")),
        conversation_id=_whole(values.get("conversation_id")),
        draft=_text(values.get("draft")),
        primary_model=_text(values.get("primary_model")),
    )


def save_state(path: Path, state: State) -> None:
    """Write ``state`` to ``path``, all of it or nothing, readable by this user alone.

    Raises:
        PathsError: the file cannot be written; the old one is still there.
    """
    import tomli_w  # not needed before the first paint

    values = {key: value for key, value in asdict(state).items() if value is not None}
    try:
        _replace(path, tomli_w.dumps(values).encode(errors="replace"))
    except OSError as error:
        raise PathsError(
            f"{path} cannot be written: {error.strerror or error}; what changed in this run"
            " is not remembered"
        ) from error


def _replace(path: Path, content: bytes) -> None:
    # mkstemp creates with mode 0600; the same folder makes the rename atomic.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else []
    return tuple(item for item in items if isinstance(item, str))


def _whole(value: object) -> int | None:
    # bool is an int in Python, but no id.
    return value if isinstance(value, int) and not isinstance(value, bool) else None
