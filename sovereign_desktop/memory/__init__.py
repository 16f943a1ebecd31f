"""Memory: what was said and is worth knowing again. The text lives here in SQLite; vectors are an index of it.

May import host, metrics, config and core. Open `memories.py` first: it is what the rest of the program sees. The text
is kept by `store.py`; vectors stand in a child process (`process.py`, its other end `client.py`) that can be thrown
away and made again at any time. Whether they are asked is decided in `rollout.py` and `judge.py`.
"""
