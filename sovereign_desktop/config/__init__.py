"""Settings: what they are (`schema.py`, `sections/`), where they live (`paths.py`), how they are kept (`store.py`).

May import core. Open `schema.py` first, then the section that you want to change in `sections/`. `layers.py` says
what wins over what, `validation.py` what is told about a bad value, `yaml_file.py` how the file is read and replaced.
"""
