"""Opening the chat: what must be sound before a screen is painted, then the app itself."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
from typing import TYPE_CHECKING

from app.dead_terminal import on_dead_terminal
from app.exit_codes import EXIT_ANSWERED, EXIT_FAILED, EXIT_USAGE
from app.signals import HANG_UP, TERMINATE, on_signals
from storage.config_file import load_settings
from storage.file_signature import signature_of
from storage.paths import Paths
from storage.state_file import load_state

if TYPE_CHECKING:
    from app.telex import TelexApp


def run() -> int:
    """Open the chat and return the exit code when the person leaves.

    Raises:
        TelexError: the configuration, the data folder or the database cannot be used.
    """
    # Textual reads standard input and paints on standard error.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        sys.stderr.write('telex: the chat needs a terminal; for scripts: telex ask "..."\n')
        return EXIT_USAGE
    if os.environ.get("TERM") == "dumb":
        sys.stderr.write(
            "telex: this terminal (TERM=dumb) cannot place words on its screen, which the chat"
            ' needs; here works: telex ask "..."\n'
        )
        return EXIT_USAGE
    # What imports make is no garbage: to look through it takes a tenth of the start, and stalls
    # the screen by 0.1 s whenever an SDK was loaded behind it.
    gc.disable()
    paths = Paths.from_environment()
    first_run = is_first_run(paths)
    read_as = signature_of(paths.config_file)  # before it is read: later it may be another one
    settings = load_settings(paths.config_file)
    paths.ensure_data_folder()
    state = load_state(paths.state_file)

    from app.telex import TelexApp

    app = TelexApp(settings, state, on_warm=_collect_garbage)
    app.first_run = first_run
    app.config_read_as = read_as
    hung_up = asyncio.run(_run(app))
    if hung_up or _is_read_from():
        # All is settled. With the hang-up comes a "continue", which Textual takes for a return
        # from the background: a thread of its own then reads from the dead terminal for ever, and
        # the interpreter would wait for it.
        os._exit(EXIT_FAILED)
    if app.fatal is not None:
        raise app.fatal
    return app.return_code or EXIT_ANSWERED


def is_first_run(paths: Paths) -> bool:
    """Whether nobody has been here before: nothing was configured, kept or remembered."""
    traces = (paths.config_file, paths.state_file, paths.database)
    return not any(os.path.lexists(trace) for trace in traces)


async def _run(app: TelexApp) -> bool:
    """Run ``app`` to its end; return whether that was because the terminal hung up."""
    hung_up = False

    def hang_up() -> None:
        nonlocal hung_up
        hung_up = True
        app.exit()

    # A window that closes in the middle of an answer ends telex as ctrl+q does: settled.
    with (
        on_signals(app.exit, TERMINATE),
        on_signals(hang_up, HANG_UP),
        on_dead_terminal(hang_up),
    ):
        try:
            await app.run_async()
        except OSError:
            # Textual's last words to a terminal that is no longer there.
            if not hung_up:
                raise
    return hung_up


def _is_read_from() -> bool:
    """Whether Textual still reads from the terminal, though the app has ended."""
    return any(thread.name == "textual-input" for thread in threading.enumerate())


def _collect_garbage() -> None:
    gc.freeze()  # modules live as long as the program: no collection looks through them again
    gc.enable()
