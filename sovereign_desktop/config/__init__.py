"""Settings: what they are (`schema.py`), where they live (`paths.py`), how they are read and kept (`store.py`).

May import core. Open `schema.py` first. `layers.py` says what wins over what, `validation.py` what is told about a bad
value, `yaml_file.py` how the file is read and replaced.
"""
