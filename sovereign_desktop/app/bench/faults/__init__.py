"""`bench faults`: the program among servers and networks that fail, and what becomes of each question.

Open `table.py` first: the faults, one after another. `rig.py` is the program with all that it talks to, `judge.py`
says whether a question was answered, `proxy.py` is the network that fails.
"""
