"""What a person runs, one file per command, each thin over a room: `checkout/ running/ runs/ report/ paper/`."""
import os
import sys

if sys.version_info < (3, 9):  # said before a newer syntax is met: a training's Python may be old
    sys.exit("the scripts need Python 3.9 or newer, this is %d.%d; run them with .venv/bin/python, the framework may "
             "stay on its own" % sys.version_info[:2])

_VENDORED = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "vendored")
if _VENDORED not in sys.path:
    sys.path.insert(1, _VENDORED)  # what makes files is in the package that is copied: see its `files`
