"""Reads the words in pictures; one provider a file. `choose.py` takes the best that is there."""
