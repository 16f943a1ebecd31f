"""What the program promises in numbers, measured on the virtual desktop, each as a ratio or a budget of its own run.

CI runs a sample; `pytest tests/benchmarks --whole` measures as often as the promise says. Figures are printed.
"""
