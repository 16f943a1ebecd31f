"""The ways to answer a turn, best first: pipeline (speech to text, language model, text to speech), skills.

Open `base.py` first.
"""
