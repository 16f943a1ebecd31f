"""What can be known, one provider a file. Each is a `ContextProvider` (`context/base.py`); none knows another."""
