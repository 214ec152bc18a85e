"""How parameters and arguments are added: both are lists whose items carry the comma behind them."""
from __future__ import annotations

from typing import Any, Sequence, Union

import libcst as cst

from patches._layout import append
from patches._refusals import Refused


def add_parameter(node: cst.FunctionDef, name: str) -> cst.FunctionDef:
    """The function with `name=None`: keyword-only behind `*args`, else behind its last parameter.

    Raises:
        Refused: it has no parameter.
    """
    old = node.params
    param = cst.Param(
        cst.Name(name), default=cst.Name("None"), star="",
        equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")))
    slash = [old.posonly_ind] if isinstance(old.posonly_ind, cst.ParamSlash) else []
    star = [] if isinstance(old.star_arg, cst.MaybeSentinel) else [old.star_arg]
    before = [*old.posonly_params, *slash, *old.params, *star, *old.kwonly_params]
    if not before:
        raise Refused(f"{node.name.value} takes no parameter, not even self")
    last, added = append(before, param, node.whitespace_before_params,
                         followed=old.star_kwarg is not None, space="whitespace_after_param")
    changes: dict[str, Any] = {}
    if old.kwonly_params:
        changes["kwonly_params"] = [*old.kwonly_params[:-1], last, added]
    elif star:
        changes.update(star_arg=last, kwonly_params=[added])
    elif old.params:
        changes["params"] = [*old.params[:-1], last, added]
    else:
        changes.update(posonly_ind=last, params=[added])
    return node.with_changes(params=old.with_changes(**changes))


def pass_argument(node: cst.FunctionDef, call: cst.Call, name: str) -> cst.FunctionDef:
    """The function with `name=name` in that call."""
    arg = cst.Arg(
        cst.Name(name), keyword=cst.Name(name),
        equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")))
    args: Sequence[cst.Arg] = [arg]
    if call.args:
        last, arg = append(call.args, arg, call.whitespace_before_args, followed=False,
                           space="whitespace_after_arg")
        args = [*call.args[:-1], last, arg]
    return cst.ensure_type(node.with_deep_changes(call, args=args), cst.FunctionDef)


def calls_of_base(node: cst.FunctionDef, method: str, bases: Sequence[str]) -> list[cst.Call]:
    """The function's calls of `super().method(...)`, `super(C, self).method(...)`, `Base.method(...)`."""
    calls = _Calls(method, bases)
    node.body.visit(calls)
    return calls.found


class _Calls(cst.CSTVisitor):
    """Collects the calls of a base's method."""

    def __init__(self, method: str, bases: Sequence[str]) -> None:
        super().__init__()
        self.method, self.bases = method, bases
        self.found: list[cst.Call] = []

    def visit_Call(self, node: cst.Call) -> None:
        function = node.func
        if not isinstance(function, cst.Attribute) or function.attr.value != self.method:
            return
        owner: Union[cst.BaseExpression, str] = function.value
        if isinstance(owner, cst.Call):
            owner = owner.func
            names: Sequence[str] = ("super",)
        else:
            names = self.bases
        if isinstance(owner, cst.Attribute):
            owner = owner.attr
        if isinstance(owner, cst.Name) and owner.value in names:
            self.found.append(node)
