"""The texts that name an experiment: the client's modes, ``workspace/project``, or ``journal`` for the disk only."""
import difflib

MODES = ("offline", "debug", "async", "sync")  # the client's own
JOURNAL = "journal"


def parse(text, words=(JOURNAL,) + MODES):
    """The spec that a user wrote: one of ``words``, in any case, or ``workspace/project``.

    Raises:
        ValueError: it is none; the message says what is, and what may have been meant.
    """
    spec = text.strip()
    if spec.lower() in words:
        return spec.lower()
    parts = spec.split("/")
    if len(parts) == 2 and all(parts) and not set(spec) & set(": \t\n"):
        return spec
    near = difflib.get_close_matches(spec.lower(), words, 1)
    raise ValueError("expected %s or workspace/project, found %r%s"
                     % (", ".join(words), spec, "; did you mean %s?" % near[0] if near else ""))
