"""Text to speech, one provider a file. `remote.py` speaks to the voice service."""
