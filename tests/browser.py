"""Debian's Chromium for tests, with no network, driven by Playwright; installed where the machine's user may."""
import contextlib
import functools
import os
import shutil
import subprocess

import pytest

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]


@functools.lru_cache(maxsize=None)
def chromium():
    """Its path; None where there is none, and it cannot be installed."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"))
        found = shutil.which("chromium")
    return found


@contextlib.contextmanager
def browser():
    """A running Chromium. A test is skipped, by a name that is seen, where there is none."""
    path = chromium()
    if path is None:
        pytest.skip("NO BROWSER TESTS: there is no chromium, and apt-get cannot install it; install Debian's chromium")
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)  # in a folder of its own
        try:
            yield running
        finally:
            running.close()
