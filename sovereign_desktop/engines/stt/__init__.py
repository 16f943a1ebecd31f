"""Speech to text, one provider a file. `remote.py` speaks to the voice service."""
