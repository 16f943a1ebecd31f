"""Speech to text, language models, text to speech: one provider a file, one Protocol a kind.

May import metrics, config and core. Open `base.py` first, then `registry.py`, which chooses. A wrapper (fallback,
remote) is itself an engine. `stt/`, `llm/` and `tts/` do not know each other.
"""
