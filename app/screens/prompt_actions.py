"""Personas and templates on the chat screen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from app.editor import edit_file
from app.lending import lend_terminal
from app.screens.choose import Choice, ChooseScreen
from storage.prompt_files import PromptKind, fill

if TYPE_CHECKING:
    from app.screens.crew import Crew


async def pick_persona(crew: Crew) -> None:
    """Choose who answers in this conversation, as far as manners go."""
    runtime = await crew.desk.telex.runtime()
    files = await asyncio.to_thread(runtime.prompt_files.personas)
    choices: list[Choice[str | None]] = [Choice(None, "none", detail="as usual")]
    choices += [Choice(each.name, each.name, detail=each.summary) for each in files]

    async def chosen(choice: Choice[str | None] | None) -> None:
        if choice is not None:
            await crew.places.take_persona(choice.value)
            await crew.facts.refresh()

    title = f"Which persona? Files in {runtime.paths.config_file.parent / 'personas'}"
    crew.desk.app.push_screen(ChooseScreen(title, choices), crew.desk.carefully(chosen))


async def pick_template(crew: Crew, text: str = "") -> None:
    """Choose a template to fill with ``text`` and put into the composer."""
    runtime = await crew.desk.telex.runtime()
    files = await asyncio.to_thread(runtime.prompt_files.templates)
    choices = [Choice(each.name, each.name, detail=each.summary) for each in files]

    async def chosen(choice: Choice[str] | None) -> None:
        if choice is not None:
            await use_template(crew, choice.value, text or crew.desk.composer.text)

    title = f"Which template? Files in {runtime.paths.config_file.parent / 'templates'}"
    crew.desk.app.push_screen(ChooseScreen(title, choices), crew.desk.carefully(chosen))


async def edit_prompt_file(crew: Crew, kind: PromptKind, name: str) -> None:
    """Open a persona or template in the person's editor; one that has no file yet gets one.

    Raises:
        TelexError: the name cannot be used, the file cannot be made, or there is no editor.
    """
    runtime = await crew.desk.telex.runtime()
    path = runtime.paths.config_file.parent / kind.folder / f"{name}.md"
    if not await asyncio.to_thread(path.exists):
        path = await asyncio.to_thread(runtime.prompt_files.create, kind, name)
    environment = crew.desk.telex.environment
    await lend_terminal(crew.desk.app, lambda: edit_file(path, environment))
    crew.desk.changed()
    crew.desk.notify(f"In use from now on: {path}", markup=False)


async def use_template(crew: Crew, name: str, text: str) -> None:
    """Put the template ``name``, filled with ``text``, into the composer.

    Raises:
        TelexError: there is no such template, or it cannot be read.
    """
    runtime = await crew.desk.telex.runtime()
    template = await asyncio.to_thread(runtime.prompt_files.template, name)
    crew.desk.composer.set_text(fill(template, text).rstrip())
    crew.desk.composer.focus()
