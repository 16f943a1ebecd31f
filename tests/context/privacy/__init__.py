"""The privacy filter against pictures: `secrets.py` and `harmless.py` make what stands on a page, `layouts.py` draws
pages, `trial.py` has them recognised and counts what passes and what is lost. All of it follows from a seed.
"""
