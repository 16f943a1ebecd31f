"""The local pipeline behind the Realtime protocol, so that any Realtime client can talk to engines on this computer.

May import everything below servers. Open `session.py` first: one session, without I/O; the nouns that it is made of are
`settings.py`, `conversation.py`, `ears.py` and `responses.py`. `connection.py` is a session on a websocket with engines
behind it, `hosting.py` the server around all of them.
"""
