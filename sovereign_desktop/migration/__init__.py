"""From older versions to this one, and back: look, plan, back up, apply, check, roll back.

May import context, memory, engines and what is below. Open `planning.py` for what becomes of a setting (rows of
meanings are in `meanings.py`, engines in `engine_slots.py`, several models in `team.py`), `transaction.py` for how it
is done, `rollback_alone.py` for the way back, which needs only Python. What keeps memories, and checks that need the
whole program, are handed in.
"""
