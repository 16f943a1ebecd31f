"""The voice service that the program uses: a child process kept running here, or one on another machine."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import secrets
import ssl
import sys
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from sovereign_desktop.app.interpreter import check_interpreter
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.engines import VoiceService
from sovereign_desktop.core.errors import ProcessError, SovereignError
from sovereign_desktop.core.framing import PipeMessage
from sovereign_desktop.engines.remote_voice import VoiceAddress, VoiceConnection
from sovereign_desktop.host.processes import ChildProcess
from sovereign_desktop.host.supervisor import Supervisor
from sovereign_desktop.metrics.purse import Purse

logger = logging.getLogger(__name__)

START_WITHIN_S = 15.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _Voice(VoiceConnection, Protocol):
    @property
    def pid(self) -> int | None: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def restart(self) -> None: ...

    def purse_changed(self) -> None: ...


class VoiceProcess:
    """The voice service of these settings. `keys` are by their names in the keyring.

    While `purse` is closed its engines that cost money are not asked. A service on another machine spends by the keys
    and the settings of that machine.
    """

    def __init__(self, settings: Settings, keys: Mapping[str, str], purse: Purse | None = None) -> None:
        service = settings.voice_service
        self._voice: _Voice = (
            _DistantVoice(service, keys) if service.url else _OwnVoice(settings, keys, purse or Purse())
        )

    @property
    def connection(self) -> VoiceConnection:
        """What the remote engines ask for the service's present address."""
        return self._voice

    @property
    def pid(self) -> int | None:
        """Its process, while one runs here."""
        return self._voice.pid

    async def start(self) -> None:
        """Begin to keep the service running. Returns at once; what goes wrong is told by `health` and the engines."""
        await self._voice.start()

    async def stop(self) -> None:
        """End the service. Idempotent."""
        await self._voice.stop()

    async def restart(self) -> None:
        """Have the engines chosen anew, for example when a model has been downloaded."""
        await self._voice.restart()

    def purse_changed(self) -> None:
        """Tell it whether money may be spent."""
        self._voice.purse_changed()

    async def health(self) -> dict[str, Any]:
        """What the service says of itself, once its engines are loaded or 15 s are over. Raises ProcessError."""
        deadline = asyncio.get_running_loop().time() + START_WITHIN_S
        while True:
            address = await self._voice.address()
            said = await asyncio.to_thread(_get_health, address)
            if said.get("ready") or asyncio.get_running_loop().time() > deadline:
                return said
            await asyncio.sleep(0.1)


class _OwnVoice:
    """A child process, started again whenever it dies."""

    def __init__(self, settings: Settings, keys: Mapping[str, str], purse: Purse) -> None:
        self._settings = settings
        self._keys = keys
        self._purse = purse
        self._token = secrets.token_urlsafe(32)
        self._up = asyncio.Event()
        self._address: VoiceAddress | None = None
        self._failure: ProcessError | None = None
        self._supervisor: Supervisor | None = None
        self._last_reason = ""

    @property
    def pid(self) -> int | None:
        return self._supervisor.pid if self._supervisor is not None else None

    async def start(self) -> None:
        if self._supervisor is not None:
            return
        python = self._settings.voice_service.python or sys.executable
        self._failure = await _why_not(self._settings.voice_service.python)
        if self._failure is not None:
            self._up.set()
            return
        self._supervisor = Supervisor(
            [python, "-m", "sovereign_desktop.servers.voice"],
            name="voice service",
            on_message=self._take,
            on_up=self._configure,
            on_down=self._mourn,
        )
        self._supervisor.start()

    async def stop(self) -> None:
        supervisor, self._supervisor = self._supervisor, None
        self._forget()
        if supervisor is not None:
            await supervisor.stop()

    async def restart(self) -> None:
        self._forget()
        if self._supervisor is not None:
            await self._supervisor.restart()

    def purse_changed(self) -> None:
        if self._supervisor is not None:
            self._supervisor.send(PipeMessage({"purse": self._purse.closed}))

    async def address(self) -> VoiceAddress:
        if self._supervisor is not None and not self._up.is_set():
            self._supervisor.hurry()
        try:
            async with asyncio.timeout(START_WITHIN_S):
                await self._up.wait()
        except TimeoutError:
            raise ProcessError(
                f"The voice service does not start: it {self._last_reason or 'takes too long'}.",
                remedy="Run `doctor` to see what is missing.",
            ) from None
        if self._failure is not None:
            raise self._failure
        assert self._address is not None
        return self._address

    def _configure(self, child: ChildProcess) -> None:
        settings = self._settings
        wanted = {settings.stt.openai_compatible.key, settings.tts.openai_compatible.key}
        configure = {
            "stt": settings.stt.model_dump(mode="json"),
            "tts": settings.tts.model_dump(mode="json"),
            "keys": {name: self._keys[name] for name in wanted if name in self._keys},
            "token": self._token,
            "port": settings.voice_service.port,
            "models_folder": str(find_paths().models),
            "log_level": settings.logging.level,
            "purse": self._purse.closed,
        }
        child.send(PipeMessage({"configure": configure}))

    def _take(self, message: PipeMessage) -> None:
        if ready := message.header.get("ready"):
            logger.info("voice service ready", extra=dict(ready))
            self._failure = None
            self._address = VoiceAddress(f"http://127.0.0.1:{ready['port']}", self._token)
            self._up.set()
        elif failed := message.header.get("failed"):
            self._failure = ProcessError(failed["text"], remedy=failed["remedy"])
            self._up.set()

    def _mourn(self, reason: str) -> None:
        self._last_reason = reason
        if self._failure is None:
            self._forget()

    def _forget(self) -> None:
        self._address = None
        self._up.clear()


class _DistantVoice:
    """A service on another machine, which somebody there keeps running."""

    def __init__(self, service: VoiceService, keys: Mapping[str, str]) -> None:
        self._url = service.url.rstrip("/")
        self._ca_file = service.ca_file
        self._token = keys.get(service.key, "")
        self._trust: ssl.SSLContext | None = None

    @property
    def pid(self) -> int | None:
        return None

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """It belongs to somebody else."""

    async def restart(self) -> None:
        """It belongs to somebody else."""

    def purse_changed(self) -> None:
        """It spends somebody else's money."""

    async def address(self) -> VoiceAddress:
        parts = urlsplit(self._url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ProcessError("voice_service.url is no address.", remedy="Write it as https://host:port.")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ProcessError(
                "voice_service.url would send what you say unencrypted.", remedy="Use an address with https."
            )
        if parts.scheme == "https" and self._trust is None:
            self._trust = await asyncio.to_thread(_trusted, self._ca_file)  # reads some hundred certificates
        return VoiceAddress(self._url, self._token, self._trust)


async def _why_not(python: str) -> ProcessError | None:
    """What speaks against the interpreter that the user named."""
    if python:
        try:
            await check_interpreter(python)
        except ProcessError as error:
            return error
    return None


def _trusted(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise ProcessError(
            "The file that voice_service.ca_file names is no certificate that can be read.",
            remedy="Name a PEM file, or leave it empty.",
        ) from error


def _get_health(address: VoiceAddress) -> dict[str, Any]:
    parts = urlsplit(address.url)
    host = parts.hostname or ""
    connection = (
        http.client.HTTPSConnection(host, parts.port, timeout=10, context=address.ssl_context)
        if address.ssl_context is not None
        else http.client.HTTPConnection(host, parts.port, timeout=10)
    )
    try:
        connection.request("GET", "/health", headers={"Authorization": f"Bearer {address.token}"})
        response = connection.getresponse()
        said = json.loads(response.read()) if response.status == 200 else None
    except ssl.SSLCertVerificationError as error:
        raise ProcessError(
            "The voice service's certificate is not trusted.",
            remedy="Name the authority that signed it in voice_service.ca_file.",
        ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise ProcessError("The voice service does not answer.", remedy="Check that it runs and where.") from error
    finally:
        connection.close()
    if not isinstance(said, dict) or not all(isinstance(said.get(kind), dict) for kind in ("stt", "tts")):
        raise _refused(response.status)
    return said


def _refused(status: int) -> SovereignError:
    if status in (401, 403):
        return ProcessError(
            "The voice service refused the token.",
            remedy="Store the right one: `sovereign-desktop keys set voice_service`.",
        )
    return ProcessError("What answers in place of the voice service is something else.", remedy="Check its address.")
