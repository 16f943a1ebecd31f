"""What is measured: the stages of a turn, and counters and histograms over ring buffers.

May import config and core. Open `turns.py` first.
"""
