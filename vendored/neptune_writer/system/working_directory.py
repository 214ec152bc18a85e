"""Folders as the framework meant them: relative to where the process was when the logger was made."""
import os


def current():
    """The working directory; None where it is gone."""
    try:
        return os.getcwd()
    except OSError:
        return None


def absolute(folder, base):
    """``folder`` (a text, a path or None), from ``base`` if it is relative; as it is where that is not known."""
    return folder if folder is None or base is None else os.path.normpath(os.path.join(base, str(folder)))
