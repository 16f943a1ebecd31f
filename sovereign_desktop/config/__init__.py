"""Settings: what they are (`schema.py`), where they live (`paths.py`), how they are read and kept (`store.py`).

May import core. Open `schema.py` first.
"""
