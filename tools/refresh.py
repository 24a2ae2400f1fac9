"""Run notebooks in place and store them so that a second run changes no line.

    python tools/refresh.py                                  all of them
    python tools/refresh.py notebooks/05_binary_adder.ipynb  those named

A notebook in which a cell fails stays as it was. So does the output of a cell with
a tag such as `needs-torch` where that package is not installed.
"""

import asyncio
import base64
import importlib.util
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat.v4
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from PIL import Image

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_METADATA = ("alt", "jupyter", "tags")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"  # its id is random


def read(path: Path) -> nbformat.NotebookNode:
    """Read a notebook as it is, without mending anything."""
    return nbformat.v4.reads(path.read_text(encoding="utf-8"))


def to_text(nb: dict) -> str:
    """Write a notebook out with sorted keys, an indent of 1 and a last newline."""
    return nbformat.v4.writes(nbformat.from_dict(nb)) + "\n"


def lighter(png: str) -> str:
    """Store a PNG, in base64, in 256 colours: a third of the size, to the eye the same.

    The chunks that name the program and its version are gone as well.
    """
    raw = base64.b64decode(png)
    if raw[25:26] in (b"", b"\x03"):  # no picture at all, or one that was here before
        return png
    with Image.open(io.BytesIO(raw)) as picture:
        few = picture.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT,
                                              dither=Image.Dither.NONE)
    stored = io.BytesIO()
    few.save(stored, "png", optimize=True)
    return base64.b64encode(stored.getvalue()).decode()


def tidy(nb: dict) -> dict:
    """Drop what differs from machine to machine and from run to run, in place.

    Cells without an id get one, and a cell's alt text goes to its picture, where
    the pages made by nbconvert look for it.
    """
    nb["nbformat"], nb["nbformat_minor"] = 4, 5
    nb["metadata"] = dict(METADATA)
    used = set()
    for cell in nb["cells"]:
        if not cell.get("id") or cell["id"] in used:
            taken = {cell.get("id") for cell in nb["cells"]} | used
            names = (f"cell-{i}" for i in range(1, len(nb["cells"]) + 2))
            cell["id"] = next(name for name in names if name not in taken)
        used.add(cell["id"])
        kept = {k: v for k, v in cell["metadata"].items() if k in CELL_METADATA}
        cell["metadata"] = kept
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            data.pop(WIDGET_VIEW, None)
            if "image/png" in data:
                data["image/png"] = lighter(data["image/png"])
            if "image/png" in data and kept.get("alt"):
                output["metadata"].setdefault("image/png", {})["alt"] = kept["alt"]
    return nb


def lacks_a_package(cell: dict) -> bool:
    """Tell whether a tag `needs-NAME` asks for a package that is not here."""
    tags = cell["metadata"].get("tags", [])
    names = [tag.removeprefix("needs-") for tag in tags if tag.startswith("needs-")]
    return not all(map(importlib.util.find_spec, names))


async def refresh(path: Path, slots: asyncio.Semaphore) -> str:
    """Run one notebook in its own folder, store it, and say what came of it."""
    async with slots:
        nb = read(path)
        kept = [(cell, cell.outputs) for cell in nb.cells if cell.cell_type == "code"
                and cell.execution_count and lacks_a_package(cell)]
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.execution_count, cell.outputs = None, []
        client = NotebookClient(
            nb, kernel_name="python3", timeout=180, record_timing=False,
            coalesce_streams=True, resources={"metadata": {"path": str(path.parent)}})
        try:
            await client.async_execute(stderr=subprocess.DEVNULL)  # kernels chatter
        except (CellControlSignal, DeadKernelError) as error:
            n_run = sum(bool(cell.get("execution_count")) for cell in nb.cells)
            why = re.sub(r"\x1b\[[0-9;]*m", "", str(error))  # no colours
            where = f"{path.name}: code cell {n_run} failed"
            raise RuntimeError(f"{where}\n{why}") from None
        for cell, outputs in kept:
            cell.outputs = outputs
    text = to_text(tidy(nb))
    if text == path.read_text(encoding="utf-8"):
        return f"{path.name}: as it was"
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    os.replace(temporary, path)
    return f"{path.name}: refreshed"


async def main(paths: list[Path]) -> int:
    """Run the notebooks, two at a time; the exit code is 1 if one failed."""
    slots = asyncio.Semaphore(2)
    failed = 0
    for result in asyncio.as_completed([refresh(path, slots) for path in paths]):
        try:
            print(await result, flush=True)
        except (RuntimeError, OSError, ValueError) as error:
            failed = 1
            print(error, file=sys.stderr, flush=True)
    return failed


if __name__ == "__main__":
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # for the kernels
    os.environ.pop("MPLBACKEND", None)  # another one would draw nothing in a cell
    named = [Path(name).resolve() for name in sys.argv[1:]]
    sys.exit(asyncio.run(main(named or sorted(NOTEBOOKS.glob("*.ipynb")))))
