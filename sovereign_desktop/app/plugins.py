"""Context from people's own code: loaded when the settings name it, run on a thread of its own, left out when it fails.

A plugin is a file `NAME.py` in the folder `plugins` of the program's data, or an installed package with an entry point
`NAME` in the group `sovereign_desktop.context`. It holds a class with `__init__(self, config_manager)` and
`async get_context(self, query) -> dict`. What it says is given to models as data, never as instructions.
"""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
import json
import logging
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol, cast

from sovereign_desktop.config import dotted
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.context.base import NOTHING, ContextPiece, ContextQuery, Provided, Tier
from sovereign_desktop.core.errors import SovereignError

logger = logging.getLogger(__name__)

GROUP = "sovereign_desktop.context"
LONGEST_TEXT = 100_000
END_WITHIN_S = 1.0
LOAD_WITHIN_S = 5.0


class ConfigManager:
    """The settings, to be read: `config_manager.get("stt.language", "en")`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.model_dump(mode="json")

    def get(self, key: str, default: Any = None) -> Any:
        """The setting of that dotted name, a whole section as a dict, or the default."""
        found = dotted.get(self._settings, key)
        return default if found is dotted.MISSING else found


class ContextProvider(Protocol):
    """Adds to what a model is told. It need not derive from this."""

    def __init__(self, config_manager: ConfigManager) -> None: ...

    async def get_context(self, query: str) -> Mapping[str, Any]:
        """What it knows about the question; empty for nothing.

        The question is empty when the user has just begun to speak, and for models that hear it themselves. `text`
        in the answer is told as it is; any other answer is told as JSON.
        """


class PluginProvider:
    """One plugin as a context provider. Nothing of it is loaded before it is asked or prepared."""

    tier = Tier.MEMORY

    def __init__(self, name: str, folder: Path, settings: Settings) -> None:
        self.name = name
        self._folder = folder
        self._settings = settings
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._plugin: ContextProvider | None = None
        self._running: Future[Provided] | None = None
        self.problem = ""

    def state(self, query: ContextQuery) -> None:
        """Only asking can tell."""
        del query

    async def get(self, query: ContextQuery) -> Provided:
        """What the plugin says. Raises SovereignError when it can't be loaded, fails, or is busy with an older turn."""
        if self.problem:
            raise SovereignError(self.problem)
        if self._running is not None and not self._running.done():
            raise SovereignError(f"The plugin {self.name} is still busy with an earlier question.")
        self._running = asyncio.run_coroutine_threadsafe(self._ask(query.text), self._own_loop())
        return await asyncio.wrap_future(self._running)

    async def prepare(self) -> str:
        """Load it now, not at the first question; why it can't be, in a sentence. Never raises."""
        try:
            async with asyncio.timeout(LOAD_WITHIN_S):
                await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._loaded(), self._own_loop()))
        except (SovereignError, TimeoutError):
            return self.problem or f"The plugin {self.name} takes too long to load."
        return ""

    async def close(self) -> None:
        """End its thread; one that hangs ends with the program."""
        loop, thread = self._loop, self._thread
        self._loop = self._thread = None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            await asyncio.to_thread(thread.join, END_WITHIN_S)

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=_run, args=(self._loop,), name=f"plugin {self.name}", daemon=True)
            self._thread.start()
        return self._loop

    # On the plugin's thread

    async def _loaded(self) -> ContextProvider:
        if self._plugin is None:
            try:
                self._plugin = self._load()
            except SovereignError as error:
                self.problem = error.sentence
                raise
        return self._plugin

    async def _ask(self, question: str) -> Provided:
        plugin = await self._loaded()
        try:
            return said_by(self.name, await plugin.get_context(question))
        except SovereignError:
            raise
        except (Exception, SystemExit) as error:
            logger.warning("a plugin failed", extra={"plugin": self.name, "error": type(error).__name__})
            raise SovereignError(f"The plugin {self.name} failed ({type(error).__name__}).") from error

    def _load(self) -> ContextProvider:
        try:
            made: ContextProvider = _class_of(self.name, self._folder)(ConfigManager(self._settings))
        except SovereignError:
            raise
        except (Exception, SystemExit) as error:
            logger.warning("a plugin can't be loaded", extra={"plugin": self.name, "error": type(error).__name__})
            raise SovereignError(
                f"The plugin {self.name} can't be loaded ({type(error).__name__}).",
                remedy="Mend it, or take its name out of `smart_context.plugins`.",
            ) from error
        return made


def _run(loop: asyncio.AbstractEventLoop) -> None:
    """The life of a plugin's thread."""
    loop.run_forever()
    if tasks := asyncio.all_tasks(loop):
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.wait(tasks))
    loop.close()


def plugins_of(settings: Settings, folder: Path) -> tuple[PluginProvider, ...]:
    """The plugins that the settings name. None is loaded yet."""
    return tuple(PluginProvider(name, folder, settings) for name in settings.smart_context.plugin_names)


def said_by(name: str, answer: object) -> Provided:
    """A plugin's answer as a piece. Raises SovereignError when it is none."""
    if not isinstance(answer, Mapping):
        raise SovereignError(f"The plugin {name} answered with something else than a dict.")
    if not answer:
        return NOTHING
    text = answer.get("text")
    if not isinstance(text, str):
        text = json.dumps(dict(answer), ensure_ascii=False, default=str)
    return Provided((ContextPiece(text[:LONGEST_TEXT], f"plugin {name}", is_optional=False),))


def _class_of(name: str, folder: Path) -> Callable[[ConfigManager], ContextProvider]:
    for entry in entry_points(group=GROUP, name=name):
        installed: Callable[[ConfigManager], ContextProvider] = entry.load()
        return installed
    file = folder / f"{name}.py"
    if not name.isidentifier() or not file.is_file():
        raise SovereignError(
            f"There is no plugin {name}.",
            remedy=f"Put {name}.py into {folder}, or take it out of `smart_context.plugins`.",
        )
    module_name = f"sovereign_desktop_plugin_{name}"
    spec = importlib.util.spec_from_file_location(module_name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    spec.loader.exec_module(module)
    for _, member in inspect.getmembers(module, inspect.isclass):
        if member.__module__ == module_name and inspect.iscoroutinefunction(getattr(member, "get_context", None)):
            return cast(Callable[[ConfigManager], ContextProvider], member)
    raise SovereignError(
        f"The plugin {name} holds no class with `async get_context`.",
        remedy="Mend it, or take its name out of `smart_context.plugins`.",
    )
