"""A bounded channel drops the oldest and counts it."""

import asyncio

import pytest

from sovereign_desktop.core.channel import Channel, ChannelClosed


async def test_a_full_channel_drops_the_oldest_and_counts_it() -> None:
    channel: Channel[int] = Channel(3)
    for item in range(5):
        channel.put(item)
    channel.close()
    assert [item async for item in channel] == [2, 3, 4]
    assert channel.dropped == 2


async def test_a_waiting_reader_gets_the_next_item() -> None:
    channel: Channel[str] = Channel(1)
    waiting = asyncio.create_task(channel.get())
    await asyncio.sleep(0)
    channel.put("late")
    assert await waiting == "late"


async def test_cancelling_a_reader_loses_nothing() -> None:
    channel: Channel[int] = Channel(2)
    waiting = asyncio.create_task(channel.get())
    await asyncio.sleep(0)
    waiting.cancel()
    channel.put(1)
    assert await channel.get() == 1


async def test_a_closed_and_empty_channel_says_so() -> None:
    channel: Channel[int] = Channel(1)
    channel.close()
    channel.put(1)
    with pytest.raises(ChannelClosed):
        await channel.get()
