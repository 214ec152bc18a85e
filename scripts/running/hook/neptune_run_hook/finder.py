"""Where modules come from: what the other finders say, with another loader for what is patched."""
import atexit
import os
import sys
from _frozen_importlib_external import SourceFileLoader, spec_from_file_location  # `importlib` would be a new import
from _thread import get_ident

from .saying import say

PACKAGE = "neptune_writer"
FOUND = "_NEPTUNE_RUN_FOUND"
"""A file that a process of the training makes where it imports a logger. Its name begins with the number of the process
that `run` became, which says at its end where there was none."""


class Finder(object):
    """Stands before all other finders, and asks them."""

    def __init__(self, kept):
        self._kept = kept
        self._patches = {}  # package that holds patched files -> name of the patch
        self._archives = set()  # zip files and eggs that were named
        self._busy = set()
        self._has_found = False
        found = os.environ.get(FOUND, "")
        if os.path.basename(found).partition("-")[0] == str(os.getpid()):
            atexit.register(_say_if_none, found, os.getpid())

    def find_spec(self, name, path=None, target=None):
        """As `importlib` asks it; None leaves the module to the others."""
        mark = get_ident(), name
        if mark in self._busy:
            return None  # one of the others asks all
        self._busy.add(mark)
        try:
            parent, _, last = name.rpartition(".")
            if last == PACKAGE:
                return self._package(name, parent, path, target)
            spec = self._others(name, path, target)
            if type(getattr(spec, "loader", None)) is SourceFileLoader and PACKAGE not in name.split("."):
                try:
                    self._patch(name, spec)
                except Exception as error:
                    say("%s is not logged: %s" % (spec.origin, error))
            elif type(getattr(spec, "loader", None)).__name__ == "zipimporter":
                self._name_archive(name, spec.loader)
            return spec
        finally:
            self._busy.discard(mark)

    def _others(self, name, path, target):
        """What those behind us find."""
        finders = list(sys.meta_path)
        for finder in finders[finders.index(self) + 1:] if self in finders else ():
            find = getattr(finder, "find_spec", None)
            if find is None:
                return None  # of the old kind, which only Python itself asks
            spec = find(name, path, target)
            if spec is not None:
                return spec
        return None

    def _patch(self, name, spec):
        path = os.path.abspath(spec.origin)  # a script may put "." on the path
        if not self._kept.may_hold_logger(path):
            return
        is_package = spec.submodule_search_locations is not None
        decision = self._kept.decision(path, _root(name, path, is_package), "." in name or is_package)
        if decision.installed or decision.patch is not None:
            self._say_found()
        if decision.patch is not None:
            from .loader import PatchedLoader
            spec.loader = PatchedLoader(name, spec.origin, self._kept)
            self._patches.setdefault(name if is_package else name.rpartition(".")[0], decision.patch)
        elif decision.why:
            say("%s is not logged: %s" % (spec.origin, decision.why))

    def _name_archive(self, name, loader):
        """Say, once for each archive, where a module in it looks like a logger: it is not patched."""
        try:
            archive = loader.archive
            if archive in self._archives or os.__file__.startswith(archive):
                return
            source = loader.get_source(name)
            if source and self._kept.looks_like_logger(source.encode("utf-8", "surrogatepass")):
                self._archives.add(archive)
                say("%s is not logged: %s in it looks like a logger, but only plain files are patched; unpack the "
                    "archive, or pip install what is in it" % (archive, name))
        except Exception:
            pass  # whatever is wrong with it, the import itself will say

    def _package(self, name, parent, path, target):
        """The package that patched files import, served beside them without being there."""
        patch = self._patches.get(parent)
        if patch is None:
            spec = self._others(name, path, target)
            if spec is not None:
                return spec
            patch = self._patch_beside(path)  # an object was unpickled before its logger was imported
        if patch is None:
            return None
        folder = self._kept.package_of(patch)
        return spec_from_file_location(name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder])

    def _patch_beside(self, path):
        for folder in path or ():
            try:
                names = sorted(os.listdir(folder))
            except OSError:
                continue
            for name in names:
                if name.endswith(".py") and self._kept.may_hold_logger(os.path.join(folder, name)):
                    decision = self._kept.known(os.path.join(folder, name))
                    if decision is not None and decision.patch is not None:
                        return decision.patch
        return None

    def _say_found(self):
        if not self._has_found and os.environ.get(FOUND):
            self._has_found = True
            try:
                os.close(os.open(os.environ[FOUND], os.O_WRONLY | os.O_CREAT, 0o600))
            except OSError:
                pass


def _say_if_none(found, process):
    if os.getpid() != process:
        return  # forked from it
    try:
        os.remove(found)
    except FileNotFoundError:
        say("no process of this training imported a logger that is supported, so nothing is logged")
    except OSError:
        pass


def _root(name, origin, is_package):
    """The folder of the outermost package that a module is in, or the module's own."""
    folder = os.path.dirname(origin)
    above = folder
    for _ in range(name.count(".") - (0 if is_package else 1)):
        above = os.path.dirname(above)
    return above if os.path.basename(above) == name.partition(".")[0] else folder
