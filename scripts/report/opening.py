"""Shows an address in the browser, but not to those who look at its command line: that names a file of ours alone."""
from __future__ import annotations

import contextlib
import html
import tempfile
import threading
import webbrowser
from pathlib import Path
from typing import Callable, Iterator

from neptune_writer.system import files

_PAGE = """<!DOCTYPE html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={0}">
<title>report</title>
<p><a href="{0}">the report</a></p>
"""


@contextlib.contextmanager
def opened(address: str, failed: Callable[[], None]) -> Iterator[None]:
    """While the block runs, the file that leads to ``address`` is there. ``failed()`` is called where no browser is."""
    with tempfile.TemporaryDirectory(prefix="neptune-report-") as folder:  # which nobody else may enter
        path = Path(folder, "report.html")
        path.touch(files.PRIVATE)
        path.write_text(_PAGE.format(html.escape(address)), encoding="utf-8")
        threading.Thread(target=_open, args=(path.as_uri(), failed), daemon=True).start()
        yield


def _open(address: str, failed: Callable[[], None]) -> None:
    """In a thread: a browser in the terminal returns when it is left."""
    if not webbrowser.open(address):
        failed()
