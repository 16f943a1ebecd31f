"""The OpenAI Realtime protocol (GA, as of openai 3.52): what is said on the wire, and our client for it.

`objects.py` holds the nouns (items, responses, sessions), `client_events.py` and `server_events.py` the sentences,
`codec.py` turns them into text and back. `protocol.py` decides, without I/O; `connection.py` is one websocket
(`failures.py`: why it ended), `live_session.py` both together, `turn.py` one exchange over them, which outlives them
(`tape.py`). `client.py` keeps a session open (`attempts.py`, `renewal.py`: when to open the next). The server in
`servers/realtime` speaks with the same words.
"""
