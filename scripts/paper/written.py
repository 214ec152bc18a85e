"""A comparison as text, Markdown, LaTeX, CSV or JSON."""
from __future__ import annotations

import csv
import io
import json
import math
import re
from typing import Any, Callable, Dict, List, Optional, Sequence

from neptune_writer import messages

from scripts.paper.compared import ALL, Comparison, Row, Section
from scripts.paper.scores import BEST, LAST, short
from scripts.runs.statistics import Estimate

_LATEX = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
          "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", **{one: f"\\{one}" for one in "&%$#_{}"}}
_NONE = "-"
_NUMBERED = ("epochs", "iterations", "episodes")
_TASKS = 3  # that have lines of their own in what is said
_LONG = 20  # characters of a name that a column's heading has room for


def heading(found: Comparison, section: Section) -> str:
    """What a table is of: ``ep_rew_mean on CartPole-v1, at 20,480 steps``."""
    taken = set(section.x.values())
    x = next(iter(taken)) if len(taken) == 1 else None
    best = "lowest" if found.lower else "highest"
    reached = f"at the largest x ({found.unit}) that all runs of a task reached"
    where = {LAST: "each run's last", BEST: f"each run's {best}", None: reached}.get(found.where, found.where or "")
    if x is not None:
        is_common = found.where is None and section.are_all_there
        where = f"at {_place(x, found.unit)}" + (", which all runs reached" if is_common else "")
    about = ", normalised" if found.is_normalised else ", lower is better" if found.lower else ""
    return f"{found.metric}{about}, {section.task}; {where}"


def _place(x: float, unit: str) -> str:
    """``800 env steps``, and ``epoch 7``: that is the eighth where a framework counts from 0."""
    return f"{unit[:-1]} {short(x)}" if unit in _NUMBERED else f"{short(x)} {unit}"


def columns(found: Comparison, section: Section, escaped: Callable[[str], str] = str) -> List[str]:
    """The names of the columns."""
    first = section.rows[0].algorithm if section.rows else ""
    beats = [f"P(beats {escaped(first) if len(first) <= _LONG else 'the first'})"] if len(section.rows) > 1 else []
    several = ["median", "optimality gap"] if section.task == ALL else []
    return ["algorithm", "seeds", "tasks", "mean ± std", "IQM [95 % interval]", *several, *beats]


def cells(section: Section, row: Row, plus: str = "±") -> List[str]:
    """The texts of a row."""
    seeds = str(row.seeds[0]) if len(set(row.seeds)) == 1 else f"{min(row.seeds)}-{max(row.seeds)}"
    spread = f" {plus} {short(row.std, 3)}" if max(row.seeds) > 1 else ""
    several = [_estimate(row.median), _estimate(row.gap)] if section.task == ALL else []
    beats = [_estimate(row.improvement, 2)] if len(section.rows) > 1 else []
    return [row.algorithm, seeds, str(len(row.seeds)), short(row.mean.value) + spread, _estimate(row.iqm), *several,
            *beats]


def _estimate(found: Optional[Estimate], digits: int = 4) -> str:
    if found is None:
        return _NONE
    if found.low is None or found.high is None:
        return short(found.value, digits)
    return f"{short(found.value, digits)} [{short(found.low, digits)}, {short(found.high, digits)}]"


def text(found: Comparison) -> str:
    """Aligned columns."""
    parts = []
    for section in filter(_has_rows, found.sections):
        lines = [columns(found, section)] + [cells(section, row) for row in section.rows]
        wide = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
        parts.append("\n".join([heading(found, section), ""] + [
            "  ".join([line[0].ljust(wide[0])] + [cell.rjust(width) for cell, width in zip(line[1:], wide[1:])])
            for line in lines]))
    return "\n\n".join(parts) + "\n"


def markdown(found: Comparison) -> str:
    """Tables of GitHub's Markdown."""
    parts = []
    for section in filter(_has_rows, found.sections):
        lines = [columns(found, section, _markdown)]
        for row in section.rows:
            name, *numbers = cells(section, row)
            lines.append(_bold([_markdown(name), *numbers], row, "**%s**"))
        shown = ["| " + " | ".join(line) + " |" for line in lines]
        shown.insert(1, "|---|" + "---:|" * (len(lines[0]) - 1))
        head = re.sub(r"^(?=[#>+-])", r"\\", _markdown(heading(found, section)))  # no title, quote or list
        parts.append("\n".join([head, "", *shown]))
    return "\n\n".join(parts) + "\n"


def _markdown(told: str) -> str:
    """A name as it stands: nothing in it is bold, a formula, a link or a tag."""
    return re.sub(r"[|\\`<*~$]|(?<!\w)_|_(?!\w)|\[(?=[^\]]*\][(\[])|&(?=#?\w+;)", r"\\\g<0>", told)


def latex(found: Comparison) -> str:
    """A tabular a table, which needs no package; bold where the interval of the best has nothing in common with the
    others'."""
    parts = []
    for section in filter(_has_rows, found.sections):
        names = [_latex(name).replace("±", r"$\pm$") for name in columns(found, section)]
        lines = [r"\begin{tabular}{l" + "r" * (len(names) - 1) + "}", r"\hline", " & ".join(names) + r" \\", r"\hline"]
        lines += [" & ".join(_bold(_latex_cells(cells(section, row)), row, r"\textbf{%s}")) + r" \\"
                  for row in section.rows]
        comment = "% " + re.sub(r"\s+", " ", heading(found, section))
        parts.append("\n".join([comment, *lines, r"\hline", r"\end{tabular}"]))
    return "\n\n".join(parts) + "\n"


def _latex_cells(line: Sequence[str]) -> List[str]:
    """With minus signs before numbers, dashes between them and where there is none."""
    name, seeds, *numbers = map(_latex, line)
    name = re.sub(r"^[\[*]", r"{\g<0>}", name)  # behind the end of a row they would be its option
    told = [re.sub(r"-(?=\d)", "$-$", one).replace("±", r"$\pm$") for one in numbers]
    return [name, seeds.replace("-", "--"), *("--" if one == _NONE else one for one in told)]


def _bold(line: List[str], row: Row, form: str) -> List[str]:
    """The name and the IQM of a row that stands apart."""
    return [form % cell if row.is_apart and place in (0, 4) else cell for place, cell in enumerate(line)]


def _latex(told: str) -> str:
    return "".join(_LATEX.get(letter, letter) for letter in told)


def as_csv(found: Comparison) -> str:
    """One line per algorithm and task, with all digits. A name that a spreadsheet would take for a formula gets a space
    before it, as in the page."""
    output = io.StringIO()
    rows = [dict(_about(section, row, found.where), **_flat(row)) for section in found.sections for row in section.rows]
    writer = csv.DictWriter(output, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return output.getvalue()


def _about(section: Section, row: Row, where: Optional[str]) -> Dict[str, Any]:
    x = set(section.x.values())
    task, algorithm = (re.sub(r"^(?=[=+\-@])", " ", name) for name in (section.task, row.algorithm))
    return {"task": task, "algorithm": algorithm, "seeds": sum(row.seeds), "tasks": len(row.seeds),
            "at": where, "x": next(iter(x)) if len(x) == 1 else None}


def _flat(row: Row) -> Dict[str, Any]:
    found: Dict[str, Any] = {"std": row.std}
    for name, one in (("mean", row.mean), ("iqm", row.iqm), ("median", row.median), ("optimality_gap", row.gap),
                      ("beats_first", row.improvement)):
        for part, value in zip(("", "_low", "_high"), one or (None, None, None)):
            found[name + part] = value
    return found


def as_json(found: Comparison) -> str:
    """One object, with every score."""
    def estimate(one: Optional[Estimate]) -> Any:
        return one if one is None else {"value": _plain(one.value), "low": _plain(one.low), "high": _plain(one.high)}

    def row_of(row: Row) -> Dict[str, Any]:
        return {"algorithm": row.algorithm, "seeds": row.seeds, "mean": estimate(row.mean), "std": _plain(row.std),
                "iqm": estimate(row.iqm), "median": estimate(row.median), "optimality_gap": estimate(row.gap),
                "beats_first": estimate(row.improvement), "apart": row.is_apart, "scores": [
                    {run: _plain(value) for run, value in one.items()} for one in row.by_run]}

    return json.dumps({"metric": found.metric, "unit": found.unit, "at": found.where, "lower_is_better": found.lower,
                       "normalised": found.is_normalised, "notes": found.notes + [found.why] * bool(found.why),
                       "tables": [{"task": one.task, "tasks": one.tasks, "x": one.x, "notes": one.notes,
                                   "rows": list(map(row_of, one.rows))} for one in found.sections]},
                      indent=1, allow_nan=False) + "\n"


def _plain(value: Optional[float]) -> Optional[float]:
    return value if value is None or math.isfinite(value) else None


def _has_rows(section: Section) -> bool:
    return bool(section.rows)


def notes(found: Comparison) -> Sequence[str]:
    """What a person has to know of a comparison, each once."""
    several = len([one for one in found.sections if one.task != ALL]) > 1
    telling = [section for section in found.sections if section.notes]
    of_sections = [f"{section.task}: {note}" if several and section.task != ALL else note
                   for section in telling[:_TASKS] for note in section.notes]
    if len(telling) > _TASKS:
        more = messages.count(len(telling) - _TASKS, "more task")
        of_sections.append(f"{more} with notes like these; --json has them all")
    return list(dict.fromkeys([*found.notes, *of_sections, *[found.why] * bool(found.why)]))
