"""The command line: parses, then imports only what the command needs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from app.exit_codes import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE


def main(argv: Sequence[str] | None = None) -> int:
    """Run telex.

    Args:
        argv: arguments without the program's name; None takes the process's own.

    Returns:
        The exit code: 0 answered or done, 1 failed, 2 usage or configuration error,
        130 interrupted.
    """
    arguments = _parser().parse_args(argv)
    from providers.errors import TelexError

    try:
        return _run(arguments)
    except TelexError as error:
        from app.log_file import log_outside
        from providers.sanitise import sanitise

        log_outside(error, os.environ, "start")
        sys.stderr.write(f"telex: {sanitise(str(error))}\n")
        return EXIT_USAGE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader went away (telex history ... | head): nothing is left to say, to anyone.
        sys.stdout = None  # keeps Python from flushing into the broken pipe at exit
        return EXIT_FAILED
    except Exception as error:
        from app.log_file import log_outside

        log_outside(error, os.environ, "command")
        raise


def _run(arguments: argparse.Namespace) -> int:
    match arguments.command:
        case None:
            from app.tui import run

            return run()
        case "ask":
            from app.commands.ask import ask

            return ask(arguments)
        case "route":
            from app.commands.route import route

            return route(arguments)
        case "keys":
            from app.commands.keys import keys

            return keys(arguments)
        case "stats":
            from app.commands.stats import stats

            return stats(arguments)
        case "history" | "export":
            from app.commands.history import export, search

            return search(arguments) if arguments.command == "history" else export(arguments)
        case "health":
            from app.commands.health import health

            return health(arguments)
        case "batch":
            from app.commands.batch import batch

            return batch(arguments)
        case "alerts":
            from app.commands.alerts import alerts

            return alerts(arguments)
        case "experiment":
            from app.commands.experiment import experiment

            return experiment(arguments)
        case "config" | "doctor":
            from app.commands.config import config
            from app.commands.doctor import doctor

            return config(arguments) if arguments.command == "config" else doctor(arguments)
        case _:
            from app.commands.models import models

            return models(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="telex",
        description="Chat with every model from one terminal: routed, metered, saved.",
        epilog="Without a command telex opens the chat.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_ask(commands)
    _add_batch(commands)
    _add_route(commands)
    _add_keys(commands)

    stats = commands.add_parser("stats", help="spend, requests and latency per provider")
    stats.add_argument("--days", type=_positive, default=30, metavar="N", help="days back")
    stats.add_argument("--json", action="store_true", help="print one JSON object")

    history = commands.add_parser("history", help="search past conversations")
    history_commands = history.add_subparsers(dest="action", required=True, metavar="ACTION")
    search = history_commands.add_parser("search", help="full-text search")
    search.add_argument("text", nargs="+", help="words to look for, and filters")
    search.add_argument("--limit", type=_positive, default=20, metavar="N")
    search.add_argument("--json", action="store_true", help="print a JSON array")

    export = commands.add_parser("export", help="print a conversation")
    export.add_argument("conversation", type=_positive, nargs="?", help="its number; the latest")
    export.add_argument("--format", choices=("markdown", "json"), default="markdown")

    health = commands.add_parser("health", help="ask each provider if it answers (no tokens)")
    health.add_argument("--json", action="store_true", help="print one JSON object")

    _add_alerts(commands)

    experiment = commands.add_parser("experiment", help="what an experiment has shown so far")
    experiment.add_argument("name", nargs="?", help="which; the one in the configuration")
    experiment.add_argument("--json", action="store_true", help="print one JSON object")

    config = commands.add_parser("config", help="where the configuration is, and what is in it")
    config.add_argument("action", choices=("path", "show", "check"))

    doctor = commands.add_parser(
        "doctor",
        help="check everything telex needs, and say what to do",
        description="Checks configuration, keyring, keys, database, providers, local models,"
        " terminal and network, and says what to do. Spends no token; what it prints holds no"
        " keys and nothing of what was said. Exit code 1: something is broken.",
    )
    doctor.add_argument("--json", action="store_true", help="print one JSON object")

    _add_models(commands)
    return parser


def _add_ask(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    ask = commands.add_parser("ask", help="print one answer", description=_ASK)
    ask.add_argument("question", nargs="?", help="standard input is added to it when piped")
    _add_wishes(ask)
    ask.add_argument("--system", metavar="TEXT", help="system prompt")
    ask.add_argument("--no-fallback", action="store_true", help="do not ask another provider")
    ask.add_argument("--json", action="store_true", help="print one JSON object")


def _add_batch(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    batch = commands.add_parser(
        "batch", help="answer every line of a file; goes on where it was left", description=_BATCH
    )
    batch.add_argument("input", metavar="IN.jsonl", help="a question on each line")
    batch.add_argument("-o", "--output", metavar="OUT.jsonl", required=True)
    _add_wishes(batch)
    batch.add_argument("--system", metavar="TEXT", help="system prompt of every line")
    batch.add_argument("--temperature", type=float, metavar="T")
    batch.add_argument("--max-tokens", type=_positive, metavar="N")
    batch.add_argument("--concurrency", type=_positive, default=8, metavar="N", help="at once; 8")
    batch.add_argument("--budget", metavar="DOLLARS", help="what the rest may cost at most")
    batch.add_argument("--force", action="store_true", help="replace OUT.jsonl")


def _add_route(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    route = commands.add_parser(
        "route",
        help="who would answer, and why; sends nothing",
        description="Shows who would answer and what each candidate would cost and take. Nothing"
        " is sent. Exit code 1: nobody can answer.",
    )
    route.add_argument("question", nargs="?", help="standard input is added to it when piped")
    _add_wishes(route)
    route.add_argument("--json", action="store_true", help="print one JSON object")


def _add_wishes(command: argparse.ArgumentParser) -> None:
    command.add_argument("--strategy", metavar="S", help=_STRATEGIES)
    command.add_argument("--provider", metavar="NAME", help="ask this provider first")
    command.add_argument("--model", metavar="NAME", help="the model to ask of that provider")


_STRATEGIES = "cost, latency, quality, dynamic, balanced, adaptive, rules, experiment or manual"
_BATCH = (
    "Answers every line of a JSON Lines file. A line is a string, or an object with prompt or"
    " messages, and where needed id, system, temperature, max_tokens; OpenAI's batch lines do too."
    " The output keeps their order. Answers are kept in OUT.jsonl.part as they come: the same"
    " command goes on from there, and pays nothing twice. Exit code 0: all answered, 1: some were"
    " not, 2: usage or configuration error, 130: interrupted."
)
_ASK = (
    "Prints one answer. Standard output carries the answer only, all else goes to standard error."
    " Exit code 0: answered, 1: all providers failed, 2: usage or configuration error,"
    " 130: interrupted."
)


def _add_alerts(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    alerts = commands.add_parser("alerts", help="what is watched, what is on, and what was")
    alerts.add_argument("--json", action="store_true", help="print one JSON object")
    actions = alerts.add_subparsers(dest="action", metavar="ACTION")
    tried = actions.add_parser("try", help="when a rule would have fired")
    tried.add_argument("rule", nargs="?", help="its name, see telex alerts")
    tried.add_argument("--condition", metavar="TEXT", help="try this instead of a rule's")
    tried.add_argument("--duration", metavar="TIME", help="how long it must hold, such as 5m")
    tried.add_argument("--days", type=_positive, default=30, metavar="N", help="days back")
    tried.add_argument("--json", action="store_true", help="print one JSON object")
    actions.add_parser("names", help="what conditions may speak of")


def _add_keys(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    keys = commands.add_parser("keys", help="API keys in the system's keyring")
    actions = keys.add_subparsers(dest="action", required=True, metavar="ACTION")
    for action, words in (
        ("set", "store a key; asked without echo, or read from standard input"),
        ("test", "ask the provider whether it accepts the key (no tokens)"),
        ("delete", "remove a key from the keyring"),
    ):
        command = actions.add_parser(action, help=words)
        command.add_argument("provider", help="openai, anthropic, google, groq or a custom name")
    actions.add_parser("list", help="which providers have a key, and where it comes from")


def _add_models(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    models = commands.add_parser(
        "models",
        help="models that run on this machine",
        description="Models that run on this machine, at no cost. Exit code 0: done, 1: it could"
        " not be fetched, removed or found, 2: usage or configuration error, 130: interrupted"
        " (what was fetched so far is kept).",
    )
    actions = models.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="what is here, and what can be fetched")
    listing.add_argument("--json", action="store_true", help="print one JSON object")
    fetch = actions.add_parser("fetch", help="download one; goes on where it was left")
    fetch.add_argument("model", nargs="?", metavar="ID", help="see list; the built-in one")
    use = actions.add_parser("use", help="make it the local model, or add a server's model")
    use.add_argument("model", metavar="ID", help="see list and find")
    remove = actions.add_parser("remove", help="delete a fetched one, or what is here of it")
    remove.add_argument("model", metavar="ID", help="see list")
    find = actions.add_parser("find", help="look for Ollama, LM Studio and llama.cpp")
    find.add_argument("--json", action="store_true", help="print a JSON array")


class _Version(argparse.Action):
    """Looks the version up only when it is asked for, which takes 30 ms."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        sys.stdout.write(f"telex {version('telex')}\n")
        parser.exit()


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 up")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
