"""One turn over a Realtime session: sound goes out while it is spoken, and decisions of the protocol come back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence

from sovereign_desktop.config.sections.realtime_api import NoiseReduction, RealtimeApi
from sovereign_desktop.context.manifest import Disclosure, Sent
from sovereign_desktop.conversation.backends.base import (
    Consumed,
    Did,
    Emit,
    Endpointing,
    Heard,
    Noted,
    Replying,
    Sound,
    SpeechOver,
    TurnRequest,
    Unspoken,
)
from sovereign_desktop.conversation.backends.question_words import QuestionWords
from sovereign_desktop.conversation.skills.base import SkillContext
from sovereign_desktop.conversation.tools import ToolBox
from sovereign_desktop.core.audio import AudioFrame, EndReason, Utterance
from sovereign_desktop.core.errors import BrokenReply, EngineTimeout, SovereignError
from sovereign_desktop.core.tasks import side_by_side
from sovereign_desktop.engines.base import Usage
from sovereign_desktop.metrics.prices import TokenUse, price_list
from sovereign_desktop.realtime import failures
from sovereign_desktop.realtime.client import RealtimeClient
from sovereign_desktop.realtime.decisions import (
    Decision,
    InputCommitted,
    Recognised,
    Refused,
    ReplyBegan,
    ReplyEnded,
    ReplySaid,
    ReplySound,
    ReplyText,
    SpeechBegan,
    SpeechEnded,
    Wasted,
)
from sovereign_desktop.realtime.objects import AUDIO_RATE_HZ, ErrorDetail, ResponseUsage, TranscriptionUsage
from sovereign_desktop.realtime.session_config import turn_detection
from sovereign_desktop.realtime.turn import RealtimeTurn
from sovereign_desktop.realtime.usage import token_use, transcription_use

logger = logging.getLogger(__name__)

CONNECTED_WITHIN_S = 2.0
"""How long an answer may be due without a connection: opening one takes half a second where there is a network."""
RECONNECTED_WITHIN_S = 1.0
"""The same for another one, after it was lost."""
SHORTEST_MS = 100.0
"""Servers take no shorter utterance."""
MOST_ROUNDS = 8
"""So often a model may call tools before it has to say something: each round costs money."""
END_WITHIN_S = 2.0
"""How long after its last item the end of a response may come; it tells what the answer has cost."""
WORDS_WITHIN_S = 1.0
"""How long after the beginning of the answer the words of the question may still come, however short it is."""


class Exchange:
    """Runs once. `words` keeps the items that it made at the server, with what was said in them.

    What comes about `earlier` items is given to `pass_back`.
    """

    def __init__(
        self,
        client: RealtimeClient,
        request: TurnRequest,
        emit: Emit,
        settings: RealtimeApi,
        tools: ToolBox,
        facts: Callable[[TurnRequest], SkillContext],
        earlier: Sequence[str] = (),
        pass_back: Callable[[Decision], None] = lambda _decision: None,
    ) -> None:
        self.words = QuestionWords(earlier)
        self._client = client
        self._request = request
        self._emit = emit
        self._pass_back = pass_back
        self._replies: set[str] = set()
        self._settings = settings
        self._tools = tools
        self._facts = facts
        self._patience: asyncio.Timeout | None = None
        self._turn: RealtimeTurn | None = None
        self._following: asyncio.Task[None] | None = None
        self._due_at: float | None = None
        self._parted_at = 0.0
        self._sounds = False
        self._is_said = False
        self._is_over = False
        self._server_heard_the_end = False
        self._rounds = 0
        self._began_at: float | None = None
        self._sound_s = 0.0
        self._wrote = ""
        self._sent_ms = 0.0
        self._is_briefed = False

    async def run(self) -> None:
        """Returns when the answer has been told. Cancelling stops it at the server. Raises SovereignError."""
        await side_by_side(self._converse(), self._wait_for_the_end())

    async def _converse(self) -> None:
        try:
            async with (
                asyncio.timeout(None) as self._patience,
                self._client.turn(self._request.turn_id) as turn,
            ):
                self._turn = turn
                turn.on_link = self._link_changed
                self._be_patient()
                try:
                    await side_by_side(self._follow(turn), self._ask(turn))
                finally:
                    self._disclose(turn)
        except TimeoutError:
            if not self._is_said:
                raise EngineTimeout("The Realtime API does not answer.") from None
            self._end_is_missing()

    async def _wait_for_the_end(self) -> None:
        """From the end of the utterance on the answer is due, be there a connection or not."""
        if self._request.transcript is None and self._request.utterance is not None:
            await self._request.utterance.ended()
        self._answer_is_due()

    def _answer_is_due(self) -> None:
        self._due_at = asyncio.get_running_loop().time()
        self._be_patient()

    def _be_patient(self) -> None:
        """The server has so long for the first sound once an answer is due, and then for each next event.

        Without a connection to it nobody waits that long.
        """
        if self._patience is None or self._due_at is None or self._is_over or self._patience.expired():
            return
        now = asyncio.get_running_loop().time()
        if self._is_said:
            self._patience.reschedule(now + min(END_WITHIN_S, self._settings.response_timeout_s))
        elif self._sounds:
            self._patience.reschedule(now + self._settings.response_timeout_s)
        else:
            until = self._due_at + self._settings.first_audio_timeout_s
            if self._turn is None or not self._turn.is_connected:
                until = min(until, max(self._due_at + CONNECTED_WITHIN_S, self._parted_at + RECONNECTED_WITHIN_S))
            self._patience.reschedule(until)

    def _link_changed(self) -> None:
        """The connection is gone, or another one is there."""
        if self._turn is not None and not self._turn.is_connected:
            self._parted_at = asyncio.get_running_loop().time()
        self._be_patient()

    def late(self, decision: Decision) -> None:
        """Something about this turn came after its end: what an interrupted answer cost, the words of the question."""
        match decision:
            case ReplyEnded(response_id=response_id, usage=usage) if usage is not None and response_id in self._replies:
                self._bill(usage)
            case Wasted(usage=usage):
                self._bill(usage)
            case Recognised(item_id=item_id) if item_id in self.words.items:
                self._heard(decision)
            case _:
                pass

    def asked(self, event_id: str) -> bool:
        """Whether it was this turn that asked for an answer with the event of that id."""
        return self._turn is not None and event_id in self._turn.requests

    # The question

    async def _ask(self, turn: RealtimeTurn) -> None:
        """Say it; without anything to say there is nothing to wait for."""
        if self._request.images:
            turn.show(self._request.images)
        if self._request.transcript is not None:
            await self._brief_for_words(turn, self._request.transcript.text)
            turn.say(self._request.transcript.text)
            turn.respond()
        elif self._request.utterance is None or not await self._speak(turn, self._request.utterance):
            self._hang_up()

    async def _speak(self, turn: RealtimeTurn, utterance: Utterance) -> bool:
        """Send the sound as it comes; False when nobody said anything."""
        detection = turn_detection(self._settings) if self._request.hands_free else None
        turn.detect_turns(detection)
        turn.clear_input()
        suppresses_noise = self._settings.noise_reduction is not NoiseReduction.NONE
        async for frame in utterance.frames():
            if self._server_heard_the_end:
                return True
            turn.hear((suppresses_noise and frame.unsuppressed) or frame.pcm)
            self._sent_ms += frame.duration_ms
            if detection is not None:
                self._brief_early(turn)
        end = await utterance.ended()
        if self._server_heard_the_end:
            return True
        if end.reason is EndReason.CANCELLED or end.speech_ms <= 0 or self._sent_ms < SHORTEST_MS:
            return False
        self._brief(turn)
        turn.commit()
        turn.respond()
        return True

    # What is told beside the question

    def _brief(self, turn: RealtimeTurn) -> None:
        """Tell what is known now: nothing that is heard waits for anybody."""
        if (briefing := self._request.briefing) is not None:
            prompt = briefing.prompt_now("", self._request.history, _instructions(turn))
            turn.brief(prompt.background)
            self._is_briefed = True

    def _brief_early(self, turn: RealtimeTurn) -> None:
        """A server that finds the end itself answers at once: it has to know before."""
        if not self._is_briefed and self._request.briefing is not None and self._request.briefing.is_complete:
            self._brief(turn)

    async def _brief_for_words(self, turn: RealtimeTurn, question: str) -> None:
        if (briefing := self._request.briefing) is not None:
            prompt = await briefing.prompt(question, self._request.history, _instructions(turn))
            turn.brief(prompt.background)

    def _disclose(self, turn: RealtimeTurn) -> None:
        """Write down what this server was sent."""
        if self._request.briefing is not None:
            endpoint = self._client.endpoint
            sent = tuple(Sent(one.type, one.text, one.is_new) for one in turn.session.ledger.read())
            to = f"{endpoint.model} at {endpoint.host}"
            self._request.briefing.sent(Disclosure(to, not endpoint.is_local, sent, self._sent_ms))

    def _hang_up(self) -> None:
        if self._following is not None:
            self._following.cancel()

    # The answer

    async def _follow(self, turn: RealtimeTurn) -> None:
        self._following = asyncio.current_task()
        try:
            async for decision in turn:
                if isinstance(decision, ReplyEnded):
                    self._is_said = False
                    if await self._is_answered(turn, decision):
                        break
                else:
                    self._pass_on(decision)
                self._be_patient()
        except SovereignError:
            if not self._is_said:
                raise
            self._end_is_missing()
        self._is_over = True
        if self._patience is not None:
            self._patience.reschedule(None)
        await self._late_words(turn)

    def _pass_on(self, decision: Decision) -> None:
        match decision:
            case SpeechBegan() if self._request.hands_free:
                self._emit(Endpointing())  # only now: a server that hears nobody would never find the end
            case SpeechEnded() if self._request.hands_free:
                self._server_heard_the_end = True
                self._emit(SpeechOver())  # the end of the recording follows
            case InputCommitted(item_id):
                self.words.committed(item_id)
            case Recognised():
                self._heard(decision)
            case ReplyBegan(response_id):
                self._replies.add(response_id)
                self._separate()
            case ReplyText(text=text):
                self._reply(text)
            case ReplySound(pcm=pcm):
                self._sound(AudioFrame(pcm, AUDIO_RATE_HZ))
            case ReplySaid():
                self._is_said = self._sounds
            case Refused(error=error, about="input_audio_buffer.commit") if not self._server_heard_the_end:
                raise failures.from_error(error)
            case Refused(error=error):
                logger.warning("the server refuses an event", extra={"code": error.code, "about": decision.about})
            case _:
                pass

    def _separate(self) -> None:
        """A second response, after a tool was called, is more of the same text."""
        if self._wrote and not self._wrote.endswith(" "):
            self._reply(" ")

    def _reply(self, text: str) -> None:
        self._began_at = self._began_at or time.monotonic()
        self._is_said = False
        self._wrote += text
        self._emit(Replying(text))

    def _sound(self, frame: AudioFrame) -> None:
        self._began_at = self._began_at or time.monotonic()
        self._sounds, self._is_said = True, False
        self._sound_s += frame.duration_ms / 1000
        self._emit(Sound(frame, flows=True))

    async def _is_answered(self, turn: RealtimeTurn, reply: ReplyEnded) -> bool:
        """Book the end of a response; False when the model goes on after its tools. Raises SovereignError."""
        if reply.usage is not None:
            self._bill(reply.usage)
        if reply.status == "failed":
            raise failures.from_error(reply.error or ErrorDetail(code=reply.reason or None))
        if reply.calls:
            return await self._call_tools(turn, reply)
        if reply.status == "cancelled":
            raise BrokenReply("The Realtime API broke its answer off.")
        if not self._wrote.strip() and not self._sound_s:
            raise BrokenReply("The Realtime API sent an empty answer.")
        if not self._sound_s:
            self._emit(Unspoken(BrokenReply("The Realtime API sent its answer without sound.")))
        return True

    def _end_is_missing(self) -> None:
        """All of the answer has come: nobody has to give it again."""
        logger.warning("a response was complete, but its end did not come")
        self._emit(Noted("The Realtime API did not say what this answer has cost."))

    async def _call_tools(self, turn: RealtimeTurn, reply: ReplyEnded) -> bool:
        """Carry out every call and tell the model at once; True when that was all."""
        self._rounds += 1
        if self._rounds > MOST_ROUNDS:
            raise BrokenReply("The Realtime API calls one tool after another and says nothing.")
        context = self._facts(self._request)
        results = {
            call.call_id: await self._tools.call(call.name, call.arguments, context).settled() for call in reply.calls
        }
        for result in results.values():
            if result.command:
                self._emit(Did(result.command))
        is_all = all(result.ends_the_turn for result in results.values())
        if is_all:
            turn.cancel()  # the outputs are told, and nothing is asked
        turn.answer_tools({call_id: result.output for call_id, result in results.items()})
        self._due_at, self._sounds, self._is_said = asyncio.get_running_loop().time(), False, False
        return is_all

    def _bill(self, usage: ResponseUsage) -> None:
        self._charge(self._settings.model, token_use(usage), usage)

    def _charge(self, model: str, use: TokenUse, counted: ResponseUsage | TranscriptionUsage) -> None:
        cost = price_list().cost(model, use)
        if cost.is_guess:
            self._emit(Noted(f"The price of {model} is not known; the dearest one was taken."))
        self._emit(Consumed(Usage(counted.input_tokens or 0, counted.output_tokens or 0), model, cost, use))

    def _heard(self, part: Recognised) -> None:
        transcript = self.words.recognised(part)
        if transcript is None:
            self._pass_back(part)
            return
        if part.usage is not None and not self._client.endpoint.is_local:  # whoever listens here asks for no money
            self._charge(self._settings.transcription.model, transcription_use(part.usage), part.usage)
        self._emit(Heard(transcript))

    async def _late_words(self, turn: RealtimeTurn) -> None:
        """Wait for them as long as the answer sounds anyway, and at least a second from its beginning.

        The answer is complete, so nothing that goes wrong here matters.
        """
        if self._request.transcript is not None or not self._settings.transcription.model or not self.words.lacks_any():
            return
        began_at = self._began_at or time.monotonic()
        left_s = began_at + max(WORDS_WITHIN_S, self._sound_s) - time.monotonic()
        with contextlib.suppress(TimeoutError, SovereignError):
            async with asyncio.timeout(left_s):
                async for decision in turn:
                    if isinstance(decision, Recognised | InputCommitted):
                        self._pass_on(decision)
                    if not self.words.lacks_any():
                        return


def _instructions(turn: RealtimeTurn) -> str:
    """What the session was told when it opened."""
    return str(turn.session.settings.get("instructions", ""))
