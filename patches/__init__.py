"""What changes in files that a framework owns: one module per framework, discovered by its PATCH."""
from __future__ import annotations

import importlib
import pkgutil

from patches._applying import Patched, apply_patch, remove_patch
from patches._foreign import foreign_line
from patches._known import KNOWN
from patches._marks import imports_package
from patches._patch import Patch, Target, may_edit
from patches._reformatted import same_code
from patches._refusals import TO_W_AND_B, LeftOut, Refused, Unreadable, reached_by
from patches._removing import Removed, remove_edits

__all__ = [
    "LeftOut", "Patch", "Patched", "Refused", "Removed", "Target", "TO_W_AND_B", "Unreadable", "apply_patch",
    "discover", "foreign_line", "imports_package", "known", "may_edit", "reached_by", "remove_edits", "remove_patch",
    "same_code"]


def known() -> list[Patch]:
    """Frameworks that are known and not supported: patches that refuse what they find, and say so by name."""
    return list(KNOWN)


def discover() -> list[Patch]:
    """Every PATCH of the modules in this folder, by module name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__)
                   if not module.name.startswith("_"))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return [module.PATCH for module in modules if hasattr(module, "PATCH")]
