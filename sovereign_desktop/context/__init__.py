"""Context: what a turn's model is told beside the question, within a budget of tokens, with a manifest of all of it.

Open `briefing.py` first: one `Briefing` a turn. `base.py` is what providers are asked and say, `assembler.py` decides
what of it is told, `gathering.py` is the only file with tasks. A provider is one file in `providers/` and one line in
`app/context.py`. May import audio, engines, realtime, memory and what is below.
"""
