"""Settings to what a model is told beside the question: who is asked for it, and in which words it is introduced."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from sovereign_desktop.app.plugins import plugins_of
from sovereign_desktop.config.paths import Paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.context.base import ContextProvider
from sovereign_desktop.context.briefing import Briefer
from sovereign_desktop.context.fencing import explained
from sovereign_desktop.context.meaning import Meaning
from sovereign_desktop.context.providers.system import SystemProvider
from sovereign_desktop.context.tokens import TokenCounter
from sovereign_desktop.conversation.skills.base import ProgramFacts
from sovereign_desktop.core.dialogue import Message
from sovereign_desktop.core.events import Notice, Severity
from sovereign_desktop.core.resources import resource


class ContextWay:
    """Who knows something, `others` too, and the briefer over them. `about`: what the program may tell of itself."""

    def __init__(
        self,
        settings: Settings,
        paths: Paths,
        counter: TokenCounter,
        about: Callable[[], ProgramFacts],
        others: Sequence[ContextProvider] = (),
        meaning: Meaning | None = None,
    ) -> None:
        self._language = settings.stt.language
        self._plugins = plugins_of(settings, paths.plugins)
        self.providers: Sequence[ContextProvider] = (
            SystemProvider(lambda: in_a_sentence(about())),
            *others,
            *self._plugins,
        )
        self.briefer = Briefer(
            self.providers, settings.smart_context, counter, lambda: self.instructions(), meaning=meaning
        )

    def instructions(self, prompt: str = "assistant") -> str:
        """The program's own, for a chat model (`assistant`) or a session (`realtime`): the same in every turn."""
        text = resource(f"prompts/{prompt}.txt").read_text(encoding="utf-8").format(language=self._language)
        return explained(" ".join(text.split()))

    def instructions_with_time(self) -> str:
        """For those who are told nothing else: the clients of our own server."""
        now = datetime.now().astimezone()
        return f"{self.instructions()} It is {now:%A}, {now.day} {now:%B %Y, %H:%M}."

    def conversation(self, history: Sequence[Message]) -> tuple[Message, ...]:
        """The part of it that a new session is told."""
        return self.briefer.conversation(history)

    def forget(self) -> None:
        """Let go of every text that was told."""
        self.briefer.assembler.forget()

    async def prepare(self) -> tuple[Notice, ...]:
        """Load the plugins; what the user has to know of those that can't be used."""
        problems = await asyncio.gather(*(plugin.prepare() for plugin in self._plugins))
        return tuple(
            Notice(f"plugin-{plugin.name}", problem, Severity.WARNING)
            for plugin, problem in zip(self._plugins, problems, strict=True)
            if problem
        )

    async def close(self) -> None:
        """End everything that searches."""
        await self.briefer.close()
        for plugin in self._plugins:
            await plugin.close()


def in_a_sentence(facts: ProgramFacts) -> str:
    """The mode and the engines in use."""
    engines = ", ".join(f"{engine.name} for {engine.purpose}" for engine in facts.engines if engine.name)
    return f"The program is in the mode {facts.mode}" + (f" and uses {engines}." if engines else ".")
