from __future__ import annotations

import time
from threading import Thread

from sovereign_desktop.host.outbox import Outbox


def test_messages_come_out_in_order_and_joined() -> None:
    outbox = Outbox()
    assert outbox.put(b"one")
    assert outbox.put(b"two")
    assert outbox.take() == b"onetwo"


def test_a_closed_outbox_still_gives_what_waited_and_then_nothing() -> None:
    outbox = Outbox()
    outbox.put(b"last words")
    outbox.close()
    assert outbox.put(b"too late")
    assert outbox.take() == b"last words"
    assert outbox.take() == b""


def test_too_much_waiting_means_that_the_reader_hangs() -> None:
    outbox = Outbox(most_bytes=10)
    assert outbox.put(bytes(10))
    assert not outbox.put(b"x")


def test_a_write_that_takes_seconds_means_that_the_reader_hangs() -> None:
    now = 100.0
    outbox = Outbox(longest_write_s=5, clock=lambda: now)
    outbox.put(b"one")
    outbox.take()
    now = 105.0
    assert outbox.put(b"two")
    now = 105.1
    assert not outbox.put(b"three")


def test_a_writer_that_waits_for_messages_is_no_hanging_reader() -> None:
    now = 100.0
    outbox = Outbox(longest_write_s=5, clock=lambda: now)
    outbox.put(b"one")
    outbox.take()
    written: list[bytes] = []
    writer = Thread(target=lambda: written.append(outbox.take()))
    writer.start()
    patience = time.monotonic() + 5
    while outbox.writing and time.monotonic() < patience:
        pass
    now = 110.0
    assert outbox.put(b"two")
    writer.join(5)
    assert written == [b"two"]
