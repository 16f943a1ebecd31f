"""A file of sealed records gives back what was put in, its whole beginning after a crash, or nothing at all."""

from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_desktop.host.sealed import OVERHEAD_BYTES, DamagedError, Sealer

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
CONTENTS = [b"begin", b"some sound", b"more of it", b"the end"]


def sealed(contents: list[bytes] = CONTENTS, name: str = "turn") -> list[bytes]:
    sealer = Sealer(KEY, name)
    return [sealer.seal(number, content) for number, content in enumerate(contents)]


def opened(data: bytes, key: bytes = KEY, name: str = "turn") -> list[bytes]:
    return Sealer(key, name).unseal(data)


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_what_was_sealed_comes_back(contents: list[bytes]) -> None:
    records = sealed(contents)
    assert opened(b"".join(records)) == contents
    assert sum(map(len, records)) == sum(map(len, contents)) + OVERHEAD_BYTES * len(contents)


def test_a_file_that_is_cut_off_anywhere_gives_its_whole_records() -> None:
    records = sealed()
    ends = list(itertools.accumulate(map(len, records)))
    data = b"".join(records)
    for length in range(len(data) + 1):
        whole = sum(end <= length for end in ends)
        assert opened(data[:length]) == CONTENTS[:whole]


def test_a_file_whose_end_never_reached_the_disk_gives_what_did() -> None:
    records = sealed()
    ends = list(itertools.accumulate(map(len, records)))
    data = b"".join(records)
    for length in range(ends[0], len(data)):
        torn = data[:length] + bytes(len(data) - length + 50)
        whole = sum(data[:end] == torn[:end] for end in ends)  # a record may have ended in zeros by chance
        assert opened(torn) == CONTENTS[:whole]


@pytest.mark.parametrize("order", [(1, 0, 2, 3), (0, 2, 1, 3), (0, 1, 3, 2), (0, 1, 1, 2, 3), (0, 2, 3), (3, 0, 1)])
def test_a_record_that_is_moved_repeated_or_taken_out_is_noticed(order: tuple[int, ...]) -> None:
    records = sealed()
    with pytest.raises(DamagedError):
        opened(b"".join(records[place] for place in order))


def test_a_record_of_another_file_is_noticed() -> None:
    foreign = sealed(name="other turn")
    mine = sealed()
    with pytest.raises(DamagedError):
        opened(mine[0] + foreign[1] + mine[2])
    with pytest.raises(DamagedError):
        opened(b"".join(foreign))


def test_another_key_opens_nothing() -> None:
    with pytest.raises(DamagedError):
        opened(b"".join(sealed()), OTHER_KEY)
    with pytest.raises(DamagedError):
        opened(sealed()[0], OTHER_KEY)


def test_no_changed_bit_gives_other_content() -> None:
    data = b"".join(sealed())
    for position, bit in itertools.product(range(len(data)), range(8)):
        changed = bytearray(data)
        changed[position] ^= 1 << bit
        try:
            found = opened(bytes(changed))
        except DamagedError:
            continue
        assert found == CONTENTS[: len(found)]
        assert len(found) < len(CONTENTS)


@given(st.binary(max_size=400))
def test_garbage_is_damaged_or_nothing(data: bytes) -> None:
    with contextlib.suppress(DamagedError):
        assert opened(data) == []


def test_no_two_records_look_alike_and_none_shows_what_is_in_it() -> None:
    contents = [b"the very same words"] * 50
    records = sealed(contents)
    assert len({record[4:16] for record in records}) == 50
    assert not any(b"same" in record for record in records)
