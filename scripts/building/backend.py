"""Builds wheels and sdists as setuptools does, with the commit in them; all else is in setup.cfg."""
import runpy
import shutil
import sys
from pathlib import Path

if sys.version_info < (3, 9):  # pip asks for our python_requires only after it has looked for what we need
    sys.exit("neptune-rl-logging: this is Python %d.%d, and its commands need 3.10 or newer; make the environment with "
             "another one, as in python3.12 -m venv ~/.neptune-rl. Trainings may run on any from 3.6 on."
             % sys.version_info[:2])

from setuptools.build_meta import *  # noqa: F401,F403  # what pip calls
from setuptools.command import build_py, sdist

PACKAGE = "neptune_rl_logging"
REVISION = runpy.run_path(str(Path(__file__).resolve().parents[1] / "this_release.py"))["revision"]()


class BuildWithRevision(build_py.build_py):
    """Fresh each time: a file that was renamed since the last build must not be in the wheel."""

    def run(self) -> None:
        if self.editable_mode:
            super().run()
            return
        package = Path(self.build_lib, PACKAGE)
        shutil.rmtree(package, ignore_errors=True)
        super().run()
        package.joinpath("REVISION").write_text(REVISION + "\n")


class SdistWithRevision(sdist.sdist):
    """A wheel that is built from it has no git to ask."""

    def make_release_tree(self, base_dir: str, files: object) -> None:
        super().make_release_tree(base_dir, files)
        Path(base_dir, "REVISION").write_text(REVISION + "\n")


build_py.build_py = BuildWithRevision  # which setuptools looks up by these names
sdist.sdist = SdistWithRevision
