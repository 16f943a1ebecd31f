"""An utterance is kept whole, for any number of readers, live or late."""

import asyncio

from sovereign_desktop.core.audio import AudioFrame, EndReason, Utterance, UtteranceEnd

END = UtteranceEnd(EndReason.RELEASED, speech_ended_at=1.0, speech_ms=40)


def frame(value: int) -> AudioFrame:
    return AudioFrame(bytes([value, 0]) * 480, 24_000)


async def collect(utterance: Utterance) -> list[int]:
    return [frame.pcm[0] async for frame in utterance.frames()]


async def test_a_reader_that_comes_late_hears_the_utterance_from_the_beginning() -> None:
    utterance = Utterance()
    utterance.push(frame(1))
    early = asyncio.create_task(collect(utterance))
    await asyncio.sleep(0)
    utterance.push(frame(2))
    late = asyncio.create_task(collect(utterance))
    await asyncio.sleep(0)
    utterance.push(frame(3))
    utterance.finish(END)
    assert await early == await late == [1, 2, 3]
    assert await collect(utterance) == [1, 2, 3]


async def test_two_live_readers_both_see_every_frame() -> None:
    utterance = Utterance()
    readers = [asyncio.create_task(collect(utterance)) for _ in range(2)]
    for value in range(50):
        utterance.push(frame(value))
        await asyncio.sleep(0)
    utterance.finish(END)
    assert await asyncio.gather(*readers) == [list(range(50))] * 2


async def test_frames_after_the_end_are_not_part_of_it() -> None:
    utterance = Utterance.of([frame(1)], END)
    utterance.push(frame(2))
    utterance.finish(UtteranceEnd(EndReason.CANCELLED, 9.0, 0))
    assert await collect(utterance) == [1]
    assert await utterance.ended() == END
    assert utterance.duration_ms == 20
    assert utterance.pcm() == frame(1).pcm


async def test_waiting_for_the_end_does_not_wake_at_every_frame_for_nothing() -> None:
    utterance = Utterance()
    ended = asyncio.create_task(utterance.ended())
    utterance.push(frame(1))
    await asyncio.sleep(0)
    assert not ended.done()
    utterance.finish(END)
    assert await ended == END
