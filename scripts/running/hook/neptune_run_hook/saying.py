"""What a person sees of the hook: one line on stderr for each thing, once in a training and all that it starts."""
import os
import sys

_SAID = "_NEPTUNE_RUN_SAID"  # inherited by the processes that this one starts


def say(text):
    """Print one line on stderr. Never raises: stderr may be closed or full."""
    try:
        import zlib
        key = "%08x" % (zlib.crc32(text.encode("utf-8", "backslashreplace")) & 0xffffffff)
        said = os.environ.get(_SAID, "")
        if key in said.split():
            return
        os.environ[_SAID] = (said + " " + key).strip()
        sys.stderr.write("neptune: %s\n" % " ".join(text.splitlines()))
        sys.stderr.flush()
    except Exception:
        pass
