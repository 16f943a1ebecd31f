"""From Sovereign v3 to v4, and back: assess, plan, back up, apply, validate, roll back.

May import context, memory, engines and what is below.
"""
