"""The protocol layer of Hugging Face's speech-to-speech, with ears and a mouth of ours in place of its engines.

Runs in the environment of what others wrote: `python speech_to_speech_server.py`. Prints its port. What it hears is
told from silence by energy; it answers each question with a tone, and with the words that say how long that lasts.
"""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time
from queue import Queue
from threading import Event

import numpy as np
import uvicorn
from speech_to_speech.api.openai_realtime.pipeline_unit import PipelineUnit
from speech_to_speech.api.openai_realtime.service import RealtimeService
from speech_to_speech.api.openai_realtime.websocket_router import create_app
from speech_to_speech.pipeline.cancel_scope import CancelScope
from speech_to_speech.pipeline.control import SESSION_END, is_control_message
from speech_to_speech.pipeline.events import (
    AssistantOutputEvent,
    AssistantResponseDoneEvent,
    SpeechStartedEvent,
    SpeechStoppedEvent,
    TranscriptionCompletedEvent,
)
from speech_to_speech.pipeline.messages import AUDIO_RESPONSE_DONE, AudioOutput, GenerateResponseRequest
from speech_to_speech_words import ANSWER, ANSWER_S, HEARD

RATE_HZ = 16_000
PIECE_S = 0.04
FASTER = 3
"""The answer is sent this many times as fast as it sounds, as real servers do."""
SESSIONS = 4
"""One that has ended is cleared for a while before the next may have its place."""
LOUD = 500.0
WINDOWS_OF_SPEECH = 3
WINDOWS_OF_SILENCE = 12


class Ears:
    """Finds speech in windows of 32 ms, and says what was heard when it is over."""

    def __init__(self, tell: Queue[object]) -> None:
        self._tell = tell
        self.forget()

    def forget(self) -> None:
        self._speaks = False
        self._run = 0
        self._turn = 0
        self._ms = 0

    def push(self, pcm: bytes) -> None:
        """Take a window."""
        samples = np.frombuffer(pcm, "<i2").astype(np.float64)
        self._ms += 1000 * len(samples) // RATE_HZ
        differs = (float(np.sqrt(np.mean(np.square(samples)))) > LOUD) != self._speaks
        self._run = self._run + 1 if differs else 0
        if self._run < (WINDOWS_OF_SILENCE if self._speaks else WINDOWS_OF_SPEECH):
            return
        self._run, self._speaks = 0, not self._speaks
        if self._speaks:
            self._turn += 1
            self._tell.put(SpeechStartedEvent(audio_start_ms=self._ms, turn_id=str(self._turn), turn_revision=0))
        else:
            turn = {"turn_id": str(self._turn), "turn_revision": 0}
            self._tell.put(SpeechStoppedEvent(duration_s=1.0, audio_end_ms=self._ms, **turn))
            self._tell.put(TranscriptionCompletedEvent(transcript=HEARD, language_code="en", **turn))


def hear(unit: PipelineUnit) -> None:
    """Take what the client sends."""
    ears = Ears(unit.text_output_queue)
    while True:
        item = unit.input_queue.get()
        if is_control_message(item, SESSION_END.kind):
            ears.forget()
            unit.output_queue.put(item)
        else:
            ears.push(item[0])


def answer(unit: PipelineUnit) -> None:
    """Answer what was asked, until somebody interrupts."""
    tone = 8000 * np.sin(2 * np.pi * 440 * np.arange(int(RATE_HZ * PIECE_S)) / RATE_HZ)
    piece = tone.astype(np.int16)
    while True:
        request = unit.text_prompt_queue.get()
        if isinstance(request, GenerateResponseRequest):
            speak(unit, request, piece)


def speak(unit: PipelineUnit, request: GenerateResponseRequest, piece: np.ndarray) -> None:
    generation = unit.cancel_scope.generation
    marks = {
        "response_key": request.response_key,
        "cancel_generation": generation,
        "turn_id": request.turn_id,
        "turn_revision": request.turn_revision,
    }
    unit.output_queue.put(AssistantOutputEvent(text=ANSWER, **marks))
    for _ in range(int(ANSWER_S / PIECE_S)):
        if unit.cancel_scope.is_stale(generation):
            break
        unit.output_queue.put(AudioOutput(audio=piece, response_key=request.response_key, cancel_generation=generation))
        time.sleep(PIECE_S / FASTER)
    unit.output_queue.put(AssistantResponseDoneEvent(**marks))
    unit.output_queue.put(
        AudioOutput(audio=AUDIO_RESPONSE_DONE, response_key=request.response_key, cancel_generation=generation)
    )


def make_unit(index: int) -> PipelineUnit:
    prompts: Queue[object] = Queue()
    listening = Event()
    return PipelineUnit(
        index=index,
        service=RealtimeService(text_prompt_queue=prompts, should_listen=listening),
        cancel_scope=CancelScope(),
        should_listen=listening,
        response_playing=Event(),
        input_queue=Queue(),
        output_queue=Queue(),
        text_output_queue=Queue(),
        text_prompt_queue=prompts,
        handlers=[],
    )


def main() -> None:
    logging.basicConfig(stream=sys.stdout, format="%(message)s")
    logging.getLogger("speech_to_speech").setLevel(logging.DEBUG)
    units = [make_unit(index) for index in range(SESSIONS)]
    for unit in units:
        for work in (hear, answer):
            threading.Thread(target=work, args=(unit,), daemon=True).start()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(create_app(units, Event()), log_level="warning")
        print(listener.getsockname()[1], flush=True)
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
