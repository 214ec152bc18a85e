"""What a patch adds to a file, for tests that show it as before and after."""
from patches import apply_patch
from patches.edits import remove_edits


def added(patch, before, companion=False):
    """The lines that the patch adds or changes, without their indentation; taking them out gives back every byte."""
    patched = apply_patch(patch, before.encode())
    assert patched.companion == companion
    assert remove_edits(patched.new).base == before.encode()
    old = before.splitlines()
    return [line.strip() for line in patched.new.decode().splitlines() if line not in old]
