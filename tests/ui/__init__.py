"""The windows, offscreen, around a program that is played (`stage.py`)."""
