"""Messages on a pipe come out as they went in; anything else is an error, never an end."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_desktop.core.framing import BrokenPipeMessage, PipeMessage, read_message

headers = st.dictionaries(st.text(max_size=10), st.integers() | st.text(max_size=20) | st.booleans(), max_size=5)


@given(st.lists(st.tuples(headers, st.binary(max_size=200)), max_size=5))
def test_messages_come_out_as_they_went_in(messages: list[tuple[dict[str, object], bytes]]) -> None:
    stream = io.BytesIO(b"".join(PipeMessage(header, payload).encode() for header, payload in messages))
    for header, payload in messages:
        assert read_message(stream) == PipeMessage(header, payload)
    assert read_message(stream) is None


@given(st.integers(min_value=1))
def test_a_pipe_that_ends_inside_a_message_is_an_error(cut: int) -> None:
    whole = PipeMessage({"play": "x"}, b"pcm").encode()
    cut = cut % (len(whole) - 1) + 1
    with pytest.raises(BrokenPipeMessage):
        read_message(io.BytesIO(whole[:cut]))


def test_a_length_beyond_reason_is_refused_before_memory_is_taken_for_it() -> None:
    with pytest.raises(BrokenPipeMessage, match="longer"):
        read_message(io.BytesIO(b"\xff\xff\xff\xff\xff\xff\xff\xff" + b"x" * 100))


def test_a_header_that_is_no_json_is_an_error() -> None:
    with pytest.raises(BrokenPipeMessage, match="JSON"):
        read_message(io.BytesIO(b"\0\0\0\x03\0\0\0\0{x}"))
    assert json.loads(PipeMessage({"a": 1}).encode()[8:]) == {"a": 1}
