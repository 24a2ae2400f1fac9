"""Make solved copies of the notebooks in solutions/, run them, see every check pass.

    python tools/solutions.py                                  all of them
    python tools/solutions.py notebooks/01_sigmoid.ipynb       those named
"""

import ast
import asyncio
import os
import sys
from pathlib import Path

import refresh
from rnn_lab.exercises.checking import EXERCISES

SOLVED = refresh.NOTEBOOKS.parent / "solutions"


def solve(source: str) -> tuple[str, str]:
    """Put the worked solution in the place of a stub: (new source, exercise's name).

    The name is "" where the cell holds no exercise.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a cell with a magic command
        return source, ""
    defined = {node.name: node for node in tree.body
               if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check":
            name = ast.literal_eval(node.args[0])
            if name in defined and ast.unparse(node.args[1]) == name:
                stub, lines = defined[name], source.splitlines()
                lines[stub.lineno - 1 : stub.end_lineno] = [EXERCISES[name].source]
                return "\n".join(lines), name
    return source, ""


def build(path: Path) -> Path:
    """Write the solved copy of a notebook, not run yet."""
    nb = refresh.read(path)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.source, _ = solve(cell.source)
    SOLVED.mkdir(exist_ok=True)
    copy = SOLVED / path.name
    copy.write_text(refresh.to_text(refresh.tidy(nb)), encoding="utf-8", newline="\n")
    return copy


def verdicts(original: Path, solved: Path) -> dict:
    """Tell which exercises of a solved notebook show "right": {name: bool}."""
    found = {}
    cells = zip(refresh.read(original).cells, refresh.read(solved).cells, strict=True)
    for before, after in cells:
        name = solve(before.source)[1] if before.cell_type == "code" else ""
        if name:
            shown = [output.get("data", {}).get("text/plain", "")
                     for output in after.outputs]
            found[name] = any(f"{name}: right" in text for text in shown)
    return found


def main(paths: list[Path]) -> int:
    """Build, run and read the solved copies; the exit code is 1 if a check failed."""
    copies = [build(path) for path in paths]
    failed = asyncio.run(refresh.main(copies))
    n_right = n_all = 0
    for path, copy in zip(paths, copies, strict=True):
        for name, right in verdicts(path, copy).items():
            n_all, n_right = n_all + 1, n_right + right
            if not right:
                print(f"{copy.name}: {name} is not right", file=sys.stderr)
    print(f"{n_right} of {n_all} worked solutions are right in their lessons")
    return int(failed or n_right < n_all)


if __name__ == "__main__":
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # for the kernels
    os.environ.pop("MPLBACKEND", None)  # another one would draw nothing in a cell
    named = [Path(name).resolve() for name in sys.argv[1:]]
    sys.exit(main(named or sorted(refresh.NOTEBOOKS.glob("*.ipynb"))))
