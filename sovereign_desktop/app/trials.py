"""Whether a key or a server does what the user hopes, tried for real before it is kept."""

from __future__ import annotations

import asyncio

from sovereign_desktop.app.realtime import endpoint_of
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.engines import LanguageModelSettings
from sovereign_desktop.core.dialogue import Message, Role
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.engines.base import ReplyOptions
from sovereign_desktop.realtime.live_session import LiveSession
from sovereign_desktop.realtime.session_config import session_config

ANSWER_WITHIN_S = 30.0
"""A local server may have to load its model first."""


async def try_key(settings: Settings, key: str) -> None:
    """Open a session at the Realtime API with this key; nothing is said in it, so it costs nothing.

    Raises SovereignError with what the server said and what to do.
    """
    api = settings.realtime_api
    session = await LiveSession.open(
        endpoint_of(api, "".join(key.split())),
        session_config(api, "", language=settings.stt.language, tools=[]),
        tuple,
        timeout_s=api.timeout_s,
        on_lost=lambda _session, _error: None,
        on_trouble=lambda _error: None,
    )
    await session.close()


async def try_server(settings: Settings, base_url: str, model: str, key: str) -> str:
    """Ask the model there for a word; the beginning of what it answers.

    Raises SovereignError with what is wrong and what to do.
    """
    from sovereign_desktop.engines.llm.openai_compatible import OpenAICompatibleLanguageModel

    wanted = settings.llm.model_dump() | {"provider": "auto", "base_url": base_url.strip(), "model": model.strip()}
    engine = OpenAICompatibleLanguageModel(LanguageModelSettings.model_validate(wanted), key)
    try:
        available = await engine.availability()
        if not available:
            raise SovereignError(f"{available.reason[:1].upper()}{available.reason[1:]}.", remedy=available.remedy)
        said = ""
        async with asyncio.timeout(ANSWER_WITHIN_S):
            async for piece in engine.reply([Message(Role.USER, "Say hello.")], ReplyOptions(max_tokens=32)):
                said += piece if isinstance(piece, str) else ""
    except TimeoutError as late:
        raise SovereignError(
            f"The server did not finish a word within {ANSWER_WITHIN_S:.0f} s.", remedy="Try a smaller model."
        ) from late
    finally:
        await engine.close()
    return " ".join(said.split())[:80]
