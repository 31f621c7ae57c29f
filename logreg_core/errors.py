"""The errors a person can cause, one type for each subject.

Their messages are written to be shown as they are: what was wrong, what is
accepted, what to do.
"""


class DataError(ValueError):
    """Images, labels or a file that Theta Lab cannot learn from."""


class ConfigError(ValueError):
    """A setting outside the range in which training makes sense."""


class StorageError(OSError):
    """A database of sweeps that cannot be used; the message never has its password."""


class NoSweepError(StorageError):
    """A sweep that is not in its database, or not any more."""


class StorageFullError(StorageError):
    """A sweep for which there is no room at present."""


class ClusterError(RuntimeError):
    """A scheduler or workers that cannot be reached, or were lost."""
