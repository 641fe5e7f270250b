"""``telex history search`` and ``telex export``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime

from app.exit_codes import EXIT_ANSWERED, EXIT_FAILED
from app.history_filters import Search, parse_search
from app.readers import open_reader
from providers.errors import ConfigError
from providers.sanitise import sanitise, sanitise_line
from storage.clock import to_text
from storage.export import to_json, to_markdown
from storage.reader import Reader
from storage.rows import ConversationRow


def search(arguments: argparse.Namespace) -> int:
    """Run ``telex history search``; exit code 1 when nothing matches.

    The text may hold filters, see ``app.history_filters``.

    Raises:
        UnknownFilter: one of them is none that is known.
        TelexError: the database cannot be used.
    """
    wanted = parse_search(" ".join(arguments.text), datetime.now().astimezone())
    with open_reader() as reader:
        if wanted.filtered and not wanted.words:
            return _show_conversations(_like(reader, wanted, arguments.limit), arguments)
        among = wanted.like if wanted.filtered else None
        hits = reader.search(wanted.words, limit=arguments.limit, among=among)
    if arguments.json:
        found = [
            {
                "conversation_id": hit.conversation_id,
                "title": hit.title,
                "message_id": hit.message_id,
                "role": hit.role.value,
                "snippet": hit.snippet,
                "created_at": to_text(hit.created_at),
            }
            for hit in hits
        ]
        _write_json(found)
    else:
        for hit in hits:
            _write_line(hit.conversation_id, hit.created_at, hit.title)
            sys.stdout.write(f"       {sanitise_line(hit.snippet)}\n")
        _say_nothing_found(hits)
    return EXIT_ANSWERED if hits else EXIT_FAILED


def _like(reader: Reader, wanted: Search, limit: int) -> Sequence[ConversationRow]:
    return reader.list_conversations(limit=limit, archived=None, like=wanted.like)


def _show_conversations(rows: Sequence[ConversationRow], arguments: argparse.Namespace) -> int:
    """Print conversations that filters alone have found: no message of theirs is meant."""
    if arguments.json:
        found = [
            {
                "conversation_id": row.id,
                "title": row.title,
                "message_id": None,
                "role": None,
                "snippet": "",
                "created_at": to_text(row.created_at),
            }
            for row in rows
        ]
        _write_json(found)
    else:
        for row in rows:
            _write_line(row.id, row.updated_at, row.title)
        _say_nothing_found(rows)
    return EXIT_ANSWERED if rows else EXIT_FAILED


def _write_json(found: Sequence[Mapping[str, object]]) -> None:
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


def _write_line(conversation_id: int, moment: datetime, title: str) -> None:
    day = moment.astimezone().strftime("%Y-%m-%d %H:%M")
    sys.stdout.write(f"{conversation_id:>5}  {day}  {sanitise_line(title)}\n")


def _say_nothing_found(found: Sequence[object]) -> None:
    if not found:
        sys.stderr.write("telex: nothing found\n")


def export(arguments: argparse.Namespace) -> int:
    """Run ``telex export``; prints the conversation named, or the latest.

    Raises:
        TelexError: there is no such conversation, or the database cannot be used.
    """
    with open_reader() as reader:
        chosen = arguments.conversation or _latest(reader)
        conversation = reader.conversation(chosen)
        if conversation is None:
            raise ConfigError(f"there is no conversation {chosen}; find one: telex history search")
        messages = reader.load_messages(chosen)
    if arguments.format == "json":
        text = json.dumps(to_json(conversation, messages), ensure_ascii=False, indent=2) + "\n"
    else:
        text = to_markdown(conversation, messages)
    sys.stdout.write(sanitise(text))
    return EXIT_ANSWERED


def _latest(reader: Reader) -> int:
    conversations = reader.list_conversations(limit=1)
    if not conversations:
        raise ConfigError("there is no conversation yet; start one: telex")
    return conversations[0].id
