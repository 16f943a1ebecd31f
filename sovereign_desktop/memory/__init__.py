"""Memory: what was said and is worth knowing again. The text lives here in SQLite; vectors are an index of it.

May import host, metrics, config and core.
"""
