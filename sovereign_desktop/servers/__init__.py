"""Every socket that the program listens on. `loopback.py` holds bind, token and origin once for all of them.

May import everything below it; `voice/` only engines, config, metrics and core.
"""
