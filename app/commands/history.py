"""``telex history search`` and ``telex export``."""

from __future__ import annotations

import argparse
import json
import sys

from app.exit_codes import EXIT_ANSWERED, EXIT_FAILED
from app.readers import open_reader
from providers.errors import ConfigError
from providers.sanitise import sanitise, sanitise_line
from storage.clock import to_text
from storage.export import to_json, to_markdown
from storage.reader import Reader


def search(arguments: argparse.Namespace) -> int:
    """Run ``telex history search``; exit code 1 when nothing matches.

    Raises:
        TelexError: the database cannot be used.
    """
    with open_reader() as reader:
        hits = reader.search(arguments.text, limit=arguments.limit)
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
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    else:
        for hit in hits:
            day = hit.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
            sys.stdout.write(f"{hit.conversation_id:>5}  {day}  {sanitise_line(hit.title)}\n")
            sys.stdout.write(f"       {sanitise_line(hit.snippet)}\n")
        if not hits:
            sys.stderr.write("telex: nothing found\n")
    return EXIT_ANSWERED if hits else EXIT_FAILED


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
