"""Whether keys can be read without asking anybody. Open `base.py` first."""
