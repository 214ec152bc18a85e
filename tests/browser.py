"""Debian's Chromium for tests, with no network, driven by Playwright; installed where the machine's user may.

    python tests/browser.py    installs it, so that no test waits for that
"""
import contextlib
import fcntl
import functools
import os
import shutil
import subprocess
import tempfile

import pytest

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]


@functools.lru_cache(maxsize=None)
def chromium():
    """Its path; None where there is none, and it cannot be installed."""
    if _installed() is None and shutil.which("apt-get") and os.geteuid() == 0:
        with open(os.path.join(tempfile.gettempdir(), "neptune-rl-tests-browser.lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # apt refuses the second of two workers
            if _installed() is None:
                _install()
    return _installed()


def _installed():
    return shutil.which("chromium") or shutil.which("chromium-browser")


def _install():
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"))


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


if __name__ == "__main__":
    chromium()
