"""What a patch does to a file, whole: as it was and as it is then, side by side."""
from patches import apply_patch
from patches._removing import remove_edits


def check_noop(patch, text):
    """The patch leaves the file alone."""
    assert apply_patch(patch, text.encode()) is None


def check_patched(patch, before, after, companion=False):
    """The patch makes `after` of `before`, and taking our edits out makes `before` of `after`."""
    patched = apply_patch(patch, before.encode())
    assert patched.new.decode() == after
    assert patched.companion == companion
    assert remove_edits(after.encode()).base.decode() == before
