"""Several language models that answer as one: chosen, asked side by side, merged, and learned from.

May import engines and what is below. It is itself a `LanguageModel`.
"""
