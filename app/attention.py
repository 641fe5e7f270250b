"""Telling the person that something has ended while they were elsewhere, and keeping the log."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual import on
from textual.screen import ModalScreen

from app.answer_settled import AnswerSettled
from app.jobs import Job, JobState
from app.screen_actions import ScreenActions
from providers.errors import TelexError
from providers.sanitise import sanitise_line
from storage.config_notice import Notify

if TYPE_CHECKING:
    from app.live_answer import LiveAnswer
    from app.log_file import LogFile
    from app.runtime import Runtime
    from storage.errors import ConfigFileError
    from storage.settings import Settings


class Attention(ScreenActions):
    """Rings where the terminal is not in front, and says it where another screen is."""

    environment: Mapping[str, str]
    settings: Settings
    _log_file: LogFile | None = None

    def follow_log(self, runtime: Runtime) -> None:
        """Keep a log from now on. Blocks for its start: call it once."""
        self._log_file = runtime.log
        self._log_file.watch_process()

    def log_config(self, problem: ConfigFileError | None) -> None:
        """Note that the configuration cannot be used, or can be again. Its words stay out."""
        if self._log_file is None:
            return
        if problem is None:
            self._log_file.logger.info("settings sound-again")
        else:
            from app.log_keys import schema_key

            told = (problem.line, schema_key(problem.key))
            self._log_file.logger.warning("settings refused line=%s key=%s", *told)

    def log_failure(self, error: BaseException) -> None:
        """Note that work in the background has failed: its type and place, never its words."""
        if self._log_file is not None:
            self._log_file.failed(error, "worker")

    def _handle_exception(self, error: Exception) -> None:
        # Textual ends the app with the traceback on the terminal, where it is soon gone.
        if self._log_file is not None:
            self._log_file.failed(error, "screen")
        else:
            from app.log_file import log_outside

            log_outside(error, self.environment, "screen")
        super()._handle_exception(error)

    def on_mount(self) -> None:
        """Follow the work as well."""
        self.jobs.on_end(self._work_ended)

    @on(AnswerSettled)
    async def _answer_settled(self, message: AnswerSettled) -> None:
        """An answer is over, in whatever conversation."""
        if message.stopped:
            return
        head = "nobody answered" if message.failed else "answered"
        if self._out_of_sight(message.live):
            title = await self._title(message.live)
            self.notify(sanitise_line(f"{head}: {title}"), markup=False)
        if not self.app_focus:
            await self._call(f"{head}: {await self._title(message.live)}")

    def _out_of_sight(self, live: LiveAnswer) -> bool:
        """Whether its conversation is in view, but behind another screen.

        Of other conversations the chat screen tells by itself.
        """
        from app.screens.chat import ChatScreen
        from app.screens.compare import CompareScreen

        if isinstance(self.screen, ChatScreen | CompareScreen | ModalScreen):
            return False
        chats = [screen for screen in self.screen_stack if isinstance(screen, ChatScreen)]
        return any(chat.conversation_id == live.conversation_id for chat in chats)

    def _work_ended(self, job: Job) -> None:
        if self._log_file is not None:
            # A title may be that of a conversation; a key's first word is the kind of work.
            kind = job.key.split(" ", 1)[0] or "work"
            self._log_file.logger.info("job kind=%s state=%s", kind, job.state.value)
        if not self.app_focus and job.state is not JobState.CANCELLED:
            self.run_worker(self._call(f"{job.state.value}: {job.title}"), exit_on_error=False)

    async def _title(self, live: LiveAnswer) -> str:
        runtime = await self.runtime()
        number = live.conversation_id
        assert number is not None  # it is in the ledger
        try:
            row = await asyncio.to_thread(runtime.reader.conversation, number)
        except TelexError:
            return "an answer"  # what is wrong with the ledger is told elsewhere
        return "an answer" if row is None else row.title

    async def _call(self, text: str) -> None:
        """Call the person to the terminal as they wish."""
        if self.settings.notify is Notify.OFF:
            return
        if self.settings.notify is Notify.DESKTOP and await self._on_desktop(text):
            return
        self.bell()

    async def _on_desktop(self, text: str) -> bool:
        from app.desktop_notice import desktop_sequence, tmux_passes_on

        through = await asyncio.to_thread(tmux_passes_on, self.environment)
        sequence = desktop_sequence(text, self.environment, through_tmux=through)
        if not sequence or self._driver is None:
            return False
        self._driver.write(sequence)
        return True
