"""The parts of `sampled_surrogate`: all rows, some rows, preconditioners, the inner minimiser.

Private to that optimiser; the method as a whole is told at the top of its file.
"""
