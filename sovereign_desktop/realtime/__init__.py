"""The OpenAI Realtime protocol (GA, as of openai 3.52): what is said on the wire, and our client for it.

`objects.py` holds the nouns (items, responses, sessions), `client_events.py` and `server_events.py` the sentences,
`codec.py` turns them into text and back. `protocol.py` decides, without I/O; `connection.py` is one websocket,
`client.py` keeps one open. The server in `servers/realtime` speaks with the same words.
"""
