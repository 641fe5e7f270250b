"""The rows of the screen for local models: what each says, and what stands below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.content import Content

from app.job_text import facts_of, percent, size_text
from app.jobs import Job, Jobs
from app.local_models.catalogue import BUILT_IN_ID
from app.local_models.discovery import FoundServer, ServedModel
from app.local_models.shelf import Fetchable, Shelf, Shelved
from app.local_models.work import job_key
from storage.settings import Settings
from widgets.job_line import progress_bar
from widgets.one_line import cut, fit, one_line

HINT = (
    "enter use or fetch · {local-models.cancel} cancel · {local-models.delete} delete"
    " · {local-models.built-in} built-in · {local-models.look} look · {local-models.back} back"
)
"""The line of keys at the foot, with the names of bindings."""
_NAME, _WIDE_NAME = 22, 34  # cells
_WIDE = 110  # cells from which names get more room
_SIZE = 8
_MEMORY = 10
_BAR = 12
_QUIET = "$foreground 60%"


@dataclass(frozen=True, slots=True)
class ServerRow:
    """A model of a server that was found; None where it offers none."""

    server: FoundServer
    model: ServedModel | None


Subject = Shelved | Fetchable | ServerRow


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list.

    Args:
        id: stays the same while the list changes.
        subject: what it stands for; None is a title or a remark, which cannot be picked.
        words: the text of a title or remark.
        title: whether it begins a group.
    """

    id: str
    subject: Subject | None
    words: str = ""
    title: bool = False


def rows_of(shelf: Shelf, servers: Sequence[FoundServer] | None) -> list[Row]:
    """Return all rows.

    Args:
        shelf: what is on this machine and what can be fetched.
        servers: what was found, None while it is being looked for.
    """
    return [*_file_rows(shelf), *_server_rows(servers)]


def _file_rows(shelf: Shelf) -> Iterator[Row]:
    yield Row("t1", None, "On this machine", title=True)
    for model in shelf.here:
        yield Row(f"here {model.path or BUILT_IN_ID}", model)
    free = f"{size_text(shelf.free)} free on the disk"
    yield Row("t2", None, f"Can be fetched  ({free})", title=True)
    for item in shelf.fetchable:
        yield Row(f"fetch {item.entry.id}", item)
    if not shelf.fetchable:
        yield Row("r2", None, "everything is here already; [[catalogue]] in config.toml adds more")


def _server_rows(servers: Sequence[FoundServer] | None) -> Iterator[Row]:
    yield Row("t3", None, "Running here", title=True)
    if servers is None:
        yield Row("r3", None, "looking …")
    elif not servers:
        yield Row("r3", None, "nothing found: start Ollama, LM Studio or llama.cpp, then press r")
    for server in servers or ():
        for model in server.models or (None,):
            name = model.name if model else ""
            yield Row(f"server {server.kind} {name}", ServerRow(server, model))


def line_of(row: Row, shelf: Shelf, jobs: Jobs, used: frozenset[str], width: int) -> Content:
    """Return a row's line.

    Args:
        row: which.
        shelf: the rows' shelf.
        jobs: what is being fetched.
        used: the addresses with models that are providers already, see ``servers_in_use``.
        width: cells.
    """
    match row.subject:
        case Shelved() as model:
            return _shelved(model, shelf, jobs, width)
        case Fetchable() as item:
            return _fetchable(item, jobs, width)
        case ServerRow() as served:
            return _served(served, used, width)
        case _ if row.title:
            first = row.id == "t1"
            title = Content.styled(cut(row.words, width), "bold $foreground 80%")
            return title if first else Content.assemble("\n", title)
        case _:
            return Content.styled(cut(f"  {row.words}", width), _QUIET)


def detail_of(subject: Subject | None, shelf: Shelf) -> Content:
    """Return what stands below the list about the row that is picked: two or three lines."""
    match subject:
        case Shelved() as model:
            return _lines(*_about_shelved(model, shelf))
        case Fetchable() as item:
            return _lines(*_about_fetchable(item))
        case ServerRow() as served:
            return _lines(*_about_served(served))
        case _:
            return Content("")


def server_key(base_url: str | None, model: str) -> str:
    """Return what tells one model of one server from the others."""
    return f"{(base_url or '').rstrip('/')} {model}"


def servers_in_use(settings: Settings) -> frozenset[str]:
    """Return the addresses with models that are providers already."""
    return frozenset(
        server_key(config.base_url, config.model)
        for name, config in settings.providers.items()
        if config.base_url and name not in settings.disabled
    )


def model_label(name: str) -> str:
    """Return a served model's name as people read it: llama.cpp calls a model by its path."""
    return Path(name).name if name.endswith(".gguf") else name


def _shelved(model: Shelved, shelf: Shelf, jobs: Jobs, width: int) -> Content:
    built_in = model.path is None
    job = jobs.find(job_key(model.id))
    if job is not None:
        return _fetching(job, model.name, model.bytes, width)
    if (built_in and shelf.built_in_missing) or not model.bytes:
        words = "not here yet: enter fetches it" if built_in else "the file is gone"
        mark, style = "✗", "$text-error"
    else:
        what = model.entry.good_for if model.entry else "a file of your own"
        words = _joined("in use" if model.in_use else "", "built in" if built_in else what)
        mark, style = ("●", "$text-success") if model.in_use else ("○", "")
    size, memory = model.bytes, model.memory
    return _columns(mark, model.name, words, width, size=size, memory=memory, style=style)


def _fetchable(item: Fetchable, jobs: Jobs, width: int) -> Content:
    entry = item.entry
    job = jobs.find(job_key(entry.id))
    if job is not None:
        return _fetching(job, entry.name, entry.bytes, width)
    mark, words = " ", entry.good_for
    if item.partial:
        share = f"{percent(item.partial / entry.bytes)}" if entry.bytes else "a part is"
        mark, words = "◐", f"{share} here: enter goes on"
    return _columns(mark, entry.name, words, width, size=entry.bytes, memory=entry.memory)


def _served(row: ServerRow, used: frozenset[str], width: int) -> Content:
    server, model = row.server, row.model
    if model is None:
        words = "wants a key" if server.wants_key else "has no model to chat with"
        return _columns("✗", server.kind.label, words, width, style="$text-warning")
    in_use = server_key(server.base_url, model.name) in used
    words = _joined(
        "in use" if in_use else "",
        server.kind.label,
        f"{model.context_tokens:,} tokens" if model.context_tokens else "",
        "in memory" if model.loaded else "",
    )
    mark, style = ("●", "$text-success") if in_use else ("○", "")
    return _columns(mark, model_label(model.name), words, width, size=model.bytes, style=style)


def _fetching(job: Job, name: str, size: int | None, width: int) -> Content:
    """Return a row whose progress takes the place of everything that can wait."""
    facts = Content(" · ".join(map(one_line, facts_of(job))))
    share = job.share
    parts = [facts] if share is None else [progress_bar(share, _BAR), facts]
    return Content("  ").join([_head("↓", name, size, width, "$primary"), *parts])


def _columns(
    mark: str,
    name: str,
    words: str,
    width: int,
    *,
    size: int | None = None,
    memory: int | None = None,
    style: str = "",
) -> Content:
    head = _head(mark, name, size, width, style)
    taken = f"{_roughly(memory)} RAM" if memory else ""
    middle = f"  {taken:<{_MEMORY}}  "
    room = max(8, width - head.cell_length - len(middle))
    return Content.assemble(head, (middle, _QUIET), (cut(words, room), style))


def _head(mark: str, name: str, size: int | None, width: int, style: str) -> Content:
    cells = _WIDE_NAME if width >= _WIDE else _NAME
    taken = size_text(size) if size else ""
    return Content.assemble((f"{mark} ", style), (fit(name, cells), "bold"), f" {taken:>{_SIZE}}")


def _roughly(count: int) -> str:
    """Return an amount of memory: it is an estimate, so it has no hundredths."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else size_text(count)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _about_shelved(model: Shelved, shelf: Shelf) -> tuple[str, ...]:
    if model.path is None:
        what = "Comes with telex. Very small: quick anywhere, fine for trying things out."
        if shelf.built_in_missing:
            return what, "Its file is not here yet. Enter fetches it, once."
    else:
        what = model.entry.good_for if model.entry else "A file of your own."
    where = str(model.path) if model.path else ""
    if not model.bytes:
        return f"{where} is not there any more. Pick another model, or put the file back.", ""
    does = (
        "In use: it answers when no other provider can, and when you name it."
        if model.in_use
        else "Enter uses it as the local model."
    )
    return what, where, does


def _about_fetchable(item: Fetchable) -> tuple[str, ...]:
    entry = item.entry
    facts = [
        f"licence {entry.licence}" if entry.licence else "licence unknown",
        f"{entry.context_tokens:,} tokens of context",
        f"{size_text(entry.bytes)} to fetch" if entry.bytes else "size unknown",
    ]
    if item.partial:
        facts.append(f"{size_text(item.partial)} here already")
    return f"{entry.good_for}.", " · ".join(facts), f"from {entry.url}"


def _about_served(row: ServerRow) -> tuple[str, ...]:
    server, model = row.server, row.model
    version = f" {server.version}" if server.version else ""
    who = f"{server.kind.label}{version} at {server.address}, on this machine: free and private."
    name = server.kind.value
    if server.wants_key:
        return who, "It wants a key: give it one on the keys screen after adding it to config.toml."
    if model is None:
        return who, "It offers no model to chat with: load one there, then press r."
    return who, f"Enter adds it as the provider {name}, at no cost."


def _lines(*lines: str) -> Content:
    first, *others = (one_line(line) for line in lines)
    return Content("\n").join([Content(first), *(Content.styled(o, _QUIET) for o in others)])
