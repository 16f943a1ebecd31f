"""A conversation: turns, barge-in, and the backends that answer.

May import everything below it except migration. Open `turns.py` first: `TurnController` owns a turn from the press
to the last sample heard; `turn.py` is what it owns, with `question.py` and `answer.py` for its two sides.
"""
