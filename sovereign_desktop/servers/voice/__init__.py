"""The speech engines as a process of their own: a FastAPI app on loopback, or on another machine behind TLS.

May import engines, config, metrics and core, so that it runs under another interpreter without Qt. Open `service.py`
first; `__main__.py` starts it.
"""
