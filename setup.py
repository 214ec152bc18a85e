"""Writes down which commit a wheel or an sdist is built from; all else is in setup.cfg."""
import runpy
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
PACKAGE = "neptune_rl_logging"
REVISION = runpy.run_path(str(HERE / "scripts" / "this_release.py"))["revision"]()


class BuildWithRevision(build_py):
    """Fresh each time: a file that was renamed since the last build must not be in the wheel."""

    def run(self):
        if self.editable_mode:
            return super().run()
        package = Path(self.build_lib, PACKAGE)
        shutil.rmtree(package, ignore_errors=True)
        super().run()
        package.joinpath("REVISION").write_text(REVISION + "\n")

    def find_package_modules(self, package, package_dir):
        """None: setup.cfg names all files as data, and this one lies in the folder as well."""
        return []


class SdistWithRevision(sdist):
    """A wheel that is built from it has no git to ask."""

    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
        Path(base_dir, "REVISION").write_text(REVISION + "\n")


setup(cmdclass={"build_py": BuildWithRevision, "sdist": SdistWithRevision})
