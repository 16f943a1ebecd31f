"""Context: what a turn's model is told beside the question, within a budget of tokens, with a manifest of all of it.

May import audio, engines, realtime, memory and what is below.
"""
