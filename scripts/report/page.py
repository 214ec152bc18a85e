"""One page out: a file that opens from the disk, asks no network, and executes nothing that a run is called."""
from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any

from scripts.report import chart_library
from scripts.report.contents import Contents

FOLDER = Path(__file__).resolve().parent / "page"
SCRIPTS = ("format", "names", "unpack", "statistics", "curves", "axes", "ticks", "chart", "texts", "vector", "panels",
           "videos", "runs", "compare", "groups", "environments", "results", "controls", "paper", "main")


def written(contents: Contents, title: str, live: bool = False) -> str:
    """The page's text.

    Args:
        live: whether it asks the server that it came from for what is new.
    """
    library = chart_library.load()
    style = library.style + (FOLDER / "style.css").read_text(encoding="utf-8")
    ours = "".join((FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    script = f"/* {chart_library.NAME} */\n{library.script}\n(() => {{\n\"use strict\";\n{ours}}})();\n"
    policy = (f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; "
              f"base-uri 'none'; form-action 'none'; connect-src '{'self' if live else 'none'}'")
    parts = {
        "POLICY": html.escape(policy, quote=True), "TITLE": html.escape(title), "STYLE": style, "SCRIPT": script,
        "INDEX": as_json(dict(contents.index, title=title, live=live)),
        "PACKED": "\n".join(f'<script type="text/plain" id="packed-{place}">{text}</script>'
                            for place, text in enumerate(contents.packed))}
    template = (FOLDER / "template.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{([A-Z]+)\}\}", lambda found: parts[found.group(1)], template)


def as_json(value: Any) -> str:
    """JSON in ASCII that may stand in a page: no ``<`` in it begins or ends an element."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def _hash(text: str) -> str:
    """As a content security policy names what may run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
