"""Opening the chat: what must be sound before a screen is painted, then the app itself."""

from __future__ import annotations

import gc
import sys

from app.cli import EXIT_ANSWERED, EXIT_USAGE
from storage.config_file import load_settings
from storage.paths import Paths
from storage.state_file import load_state


def run() -> int:
    """Open the chat and return the exit code when the person leaves.

    Raises:
        TelexError: the configuration, the data folder or the database cannot be used.
    """
    # Textual reads standard input and paints on standard error.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        sys.stderr.write('telex: the chat needs a terminal; for scripts: telex ask "..."\n')
        return EXIT_USAGE
    # What imports make is no garbage: to look through it takes a tenth of the start, and stalls
    # the screen by 0.1 s whenever an SDK was loaded behind it.
    gc.disable()
    paths = Paths.from_environment()
    settings = load_settings(paths.config_file)
    paths.ensure_data_folder()
    state = load_state(paths.state_file)

    from app.telex import TelexApp

    app = TelexApp(settings, state, on_warm=_collect_garbage)
    app.run()
    if app.fatal is not None:
        raise app.fatal
    return app.return_code or EXIT_ANSWERED


def _collect_garbage() -> None:
    gc.freeze()  # modules live as long as the program: no collection looks through them again
    gc.enable()
