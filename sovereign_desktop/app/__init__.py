"""The program without a window: settings to objects (`assembly.py`), command line, doctor, bench.

May import every room except ui. Open `assembly.py` first.
"""
