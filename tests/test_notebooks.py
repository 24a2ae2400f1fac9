"""What every notebook must hold, beyond running: its form, links, pictures, code.

A check takes a notebook (a dict) and returns its complaints, one a line. The
second half of the file breaks a good notebook in every way that a check is for,
and sees to it that the check complains.
"""

import ast
import base64
import copy
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import refresh  # noqa: E402

FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
MOST_LINES, MOST_COLUMNS, MOST_BYTES, SHORTEST_ALT = 25, 79, 600_000, 20


def code_cells(nb):
    """Number the code cells of a notebook from 1."""
    return enumerate((c for c in nb["cells"] if c["cell_type"] == "code"), 1)


def outputs(nb):
    """Give (number of its code cell, output) for every stored output."""
    return [(i, output) for i, cell in code_cells(nb) for output in cell["outputs"]]


def texts(nb):
    """Give (number of its code cell, text) for every text that an output holds."""
    for i, output in outputs(nb):
        yield i, output.get("text", "")
        for kind, text in output.get("data", {}).items():
            if isinstance(text, str) and kind not in ("image/png", "image/jpeg"):
                yield i, re.sub(r"base64,[\w+/=\s]+", "", text)


def prose(nb):
    """Join the text of the markdown cells."""
    cells = [c["source"] for c in nb["cells"] if c["cell_type"] == "markdown"]
    return "\n\n".join(cells)


# ------------------------------------------------------------------------- form
def ran_in_order(nb):
    """Check that every code cell was run, once, from top to bottom."""
    for i, cell in code_cells(nb):
        if not cell["source"].strip():
            yield f"code cell {i} is empty"
        elif cell["execution_count"] != i:
            yield f"code cell {i} bears the number {cell['execution_count']}"


def no_stored_errors(nb):
    """Check that no cell ended in an error."""
    for i, output in outputs(nb):
        if output["output_type"] == "error":
            yield f"code cell {i} holds an error: {output['ename']}"


def short_cells(nb):
    """Check that code fits a screen: few lines, none of them long."""
    for i, cell in code_cells(nb):
        lines = cell["source"].splitlines()
        if len(lines) > MOST_LINES:
            yield f"code cell {i} has {len(lines)} lines, over {MOST_LINES}"
        for line in lines:
            if len(line) > MOST_COLUMNS:
                yield f"code cell {i} has a line over {MOST_COLUMNS}: {line}"


def small_file(nb):
    """Check that the notebook loads fast."""
    size = len(refresh.to_text(nb).encode())
    if size >= MOST_BYTES:
        yield f"{size:,} bytes, not under {MOST_BYTES:,}: draw fewer points"


def stored_by_refresh(nb):
    """Check metadata, ids and widget state: as tools/refresh.py leaves them."""
    ids = [cell.get("id") for cell in nb["cells"]]
    if len(set(ids)) < len(ids) or None in ids:
        yield "cells without an id of their own: run `make notebooks`"
    tidy = refresh.tidy(copy.deepcopy(nb))
    for key in nb:
        if key != "cells" and nb[key] != tidy[key]:
            yield f"{key} is not as `make notebooks` stores it: {nb[key]}"
    for cell, wanted in zip(nb["cells"], tidy["cells"], strict=True):
        for key in ("metadata", "outputs"):
            if cell.get(key) != wanted.get(key):
                start = cell["source"][:40]
                yield f"{key} not as `make notebooks` stores it, in cell {start!r}"


def same_on_every_machine(nb):
    """Check that no output tells of the machine or the hour that made it."""
    patterns = {
        "a memory address": r"\b0x[0-9a-fA-F]{6,}",
        "an absolute path": r"(?<![\w.~/])/(?:home|Users|root|work|tmp|usr|opt|var|mnt"
                            r"|private|content|Volumes)/|\b[A-Z]:\\\w",
        "a time of day": r"\b\d{1,2}:\d\d:\d\d\b",
        "a version": r"(?i)\b(?:python|numpy|matplotlib|torch)\s+v?\d+\.\d",
        "a progress bar": r"\r|\dit/s|█{3}",
    }
    for i, text in texts(nb):
        for name, pattern in patterns.items():
            if found := re.search(pattern, text):
                yield f"code cell {i} prints {name}: {found.group()!r}"


# --------------------------------------------------------------------- pictures
def pictures_have_alt(nb):
    """Check that who cannot see a picture can read what it shows."""
    for i, cell in code_cells(nb):
        kinds = [kind for output in cell["outputs"] for kind in output.get("data", {})]
        n_pictures = sum(kind.startswith("image/") for kind in kinds)
        alt = cell["metadata"].get("alt", "")
        if n_pictures > 1:
            yield f"code cell {i} shows {n_pictures} pictures: one a cell, for its alt"
        if n_pictures and (not isinstance(alt, str) or len(alt) < SHORTEST_ALT):
            yield (f"code cell {i} shows a picture: add \"alt\" to its metadata, "
                   f"{SHORTEST_ALT} characters or more that say what is to be seen")
    for image in re.findall(r"!\[\s*\]\([^)]*\)", prose(nb)):
        yield f"no alt text in {image}"
    for text in [prose(nb), *(text for _, text in texts(nb))]:
        for image in re.findall(r"<img\b[^>]*>", text):
            if not re.search(r"\balt=[\"'][^\"']", image):
                yield f"no alt text in {image[:60]}"


# ------------------------------------------------------------------------ links
def broken_links(text, folder):
    """List the relative links and anchors of a markdown text that lead nowhere."""
    text = re.sub(r"(?s)```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$", "", text)
    targets = re.findall(r"\]\(\s*<?([^)\s>]+)", text)
    targets += re.findall(r"(?:src|href)=[\"']([^\"']+)", text)
    targets += re.findall(r"(?m)^\[[^\]]+\]:\s*(\S+)", text)
    for target in targets:
        if re.match(r"(?:https?|mailto):", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        path = (folder / name).resolve()
        if name and not (path.exists() and path.is_relative_to(ROOT)):
            yield f"the link {target} leads nowhere"
        elif anchor and slug(anchor) not in anchors(path if name else None, text):
            yield f"the link {target} has no such heading"


def slug(heading):
    """Spell a heading as in links: GitHub's and JupyterLab's forms become one."""
    return re.sub(r"[^\w-]", "", heading.strip().lower().replace(" ", "-"))


def anchors(path, text):
    """Collect the headings of a file, or of the text itself."""
    if path is not None:
        text = prose(refresh.read(path)) if path.suffix == ".ipynb" else read(path)
    return {slug(heading) for heading in re.findall(r"(?m)^#+\s+(.*)$", text)}


def links_resolve(nb):
    """Check that every relative link of the notebook leads somewhere."""
    yield from broken_links(prose(nb), FOLDER)


# ------------------------------------------- text and code cannot drift apart
def read(path):
    """Read a text file."""
    return path.read_text(encoding="utf-8")


def definitions(source):
    """Map the names that a source defines at its top level to their code.

    Docstrings and annotations are for the reader and do not count; comments and
    layout are not in the tree at all.
    """
    found = []
    for node in ast.parse(source).body:
        named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            found += [(target.id, ast.dump(node)) for target in node.targets
                      if isinstance(target, ast.Name)]
        if not named:
            continue
        for part in ast.walk(node):
            if isinstance(part, ast.arg):
                part.annotation = None
            if hasattr(part, "returns"):
                part.returns = None
            body = getattr(part, "body", None)
            if isinstance(body, list) and body and is_docstring(body[0]):
                del body[0]
        found.append((node.name, ast.dump(node)))
    return found


def is_docstring(node):
    """Tell whether a statement is a text alone."""
    value = getattr(node, "value", None)
    return (isinstance(node, ast.Expr) and isinstance(value, ast.Constant)
            and isinstance(value.value, str))


def shared_code():
    """Collect what rnn_core and rnn_lab define: {name: (file, code)}.

    The worked solutions stay out: a lesson has the stub of the same name. So do the
    panels: of their code a lesson sees the class alone.
    """
    shared = {}
    for path in [*sorted((ROOT / "rnn_lab").rglob("*.py")), ROOT / "rnn_core.py"]:
        if path.parent.name not in ("exercises", "panels"):
            for name, code in definitions(read(path)):
                shared[name] = (path.relative_to(ROOT).as_posix(), code)
    return shared


SHARED = shared_code()


def same_as_shared(nb, shared=None):
    """Check that what bears the name of shared code is the same code."""
    shared = SHARED if shared is None else shared
    for i, cell in code_cells(nb):
        try:
            found = definitions(TransformerManager().transform_cell(cell["source"]))
        except SyntaxError as error:
            yield f"code cell {i} is not Python: {error}"
            continue
        for name, code in found:
            file, wanted = shared.get(name, (None, code))
            if code != wanted:
                yield (f"code cell {i} defines {name} otherwise than {file}: make them "
                       "the same, or give the lesson's form a name of its own")


# -------------------------------------------------------------- all of them held
CHECKS = [ran_in_order, no_stored_errors, short_cells, small_file, stored_by_refresh,
          same_on_every_machine, pictures_have_alt, links_resolve, same_as_shared]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_notebook(check, path):
    complaints = list(check(refresh.read(path)))
    assert not complaints, "\n".join([path.name, *complaints])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_stored_in_one_form(path):
    assert read(path) == refresh.to_text(refresh.read(path)), "run `make notebooks`"


def our_files():
    """List the files of the project, those that git would take."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git clone")
    paths = [ROOT / name for name in listed.stdout.decode().splitlines()]
    return [path for path in paths if path.is_file()]


def test_links_of_the_other_pages():
    pages = [path for path in our_files() if path.suffix == ".md"]
    assert ROOT / "README.md" in pages
    complaints = [f"{page.relative_to(ROOT)}: {complaint}" for page in pages
                  for complaint in broken_links(read(page), page.parent)]
    assert not complaints, "\n".join(complaints)


def test_readme_leads_to_every_lesson_and_tells_its_minutes():
    rows = re.findall(r"\(notebooks/(.*?)\) \| (\d+) \|", read(ROOT / "README.md"))
    first = {path.name: json.loads(read(path))["cells"][0]["source"]
             for path in NOTEBOOKS}
    minutes = [(name, re.search(r"\*\*Minutes\*\* (\d+)", "".join(box))[1])
               for name, box in first.items()]
    assert rows == minutes


# Spelled so that this line is not one of them.
MACHINE_PATH = re.compile(r"(?<![\w.~])/(?:work|root|home|Users)/\w|[A-Z]:\\Users")


def test_no_file_names_a_path_of_one_machine():
    found = []
    for path in our_files():
        try:
            found += [(path.name, hit) for hit in MACHINE_PATH.findall(read(path))]
        except UnicodeDecodeError:
            continue  # a picture
    assert not found


# ------------------------------------------------------- a check that cannot fail
def good():
    """Make a small notebook about which no check complains."""
    picture = {"output_type": "display_data", "metadata": {},
               "data": {"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>"}}
    printed = {"output_type": "stream", "name": "stdout", "text": "2\n"}
    cells = [
        {"cell_type": "markdown", "metadata": {},
         "source": "# A title\n\n[up](../README.md), [here](#a-title), $[a](b)$"},
        {"cell_type": "code", "metadata": {}, "execution_count": 1,
         "outputs": [printed], "source": "print(1 + 1)"},
        {"cell_type": "code", "metadata": {"alt": "A curve that falls from 1 to 0."},
         "execution_count": 2, "outputs": [picture], "source": "plt.show()"},
    ]
    return refresh.tidy({"cells": cells})


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_check_is_content_with_a_good_notebook(check):
    assert list(check(good())) == []


def put(cell, key, value):
    """Make a function that sets one entry of one cell of a notebook."""
    return lambda nb: nb["cells"][cell].__setitem__(key, value)


def prints(text):
    """Make a function that has the first code cell print the text."""
    return lambda nb: nb["cells"][1]["outputs"][0].__setitem__("text", text)


def shows(kind, value):
    """Make a function that gives the last cell's output one more form."""
    return lambda nb: nb["cells"][2]["outputs"][0]["data"].__setitem__(kind, value)


ERROR = {"output_type": "error", "ename": "ValueError", "evalue": "", "traceback": []}
BREAKS = [
    (ran_in_order, "bears the number None", put(1, "execution_count", None)),
    (ran_in_order, "bears the number 3", put(2, "execution_count", 3)),
    (ran_in_order, "empty", put(1, "source", " \n")),
    (no_stored_errors, "ValueError", put(1, "outputs", [ERROR])),
    (short_cells, "26 lines", put(1, "source", "x = 1\n" * 26)),
    (short_cells, "a line over 79", put(1, "source", "x" * 80)),
    (small_file, "not under", put(1, "source", "x" * 600_000)),
    (stored_by_refresh, "metadata", lambda nb: nb.update(metadata={"widgets": {}})),
    (stored_by_refresh, "metadata", lambda nb: nb.update(
        metadata={**refresh.METADATA,
                  "language_info": {"name": "python", "version": "3.11.7"}})),
    (stored_by_refresh, "metadata", lambda nb: nb.update(
        metadata={**refresh.METADATA,
                  "kernelspec": {"name": "mine", "display_name": "Mine"}})),
    (stored_by_refresh, "metadata", put(1, "metadata", {"execution": {}})),
    (stored_by_refresh, "an id", put(1, "id", "cell-1")),
    (stored_by_refresh, "an id", lambda nb: nb["cells"][0].pop("id")),
    (stored_by_refresh, "outputs", shows(refresh.WIDGET_VIEW, {"model_id": "ab"})),
    (stored_by_refresh, "outputs",
     lambda nb: nb["cells"][2]["outputs"][0].update(metadata={})),
    (same_on_every_machine, "address", prints("<RNN at 0x7f3a5c001d90>")),
    (same_on_every_machine, "path", prints("saved to /tmp/model.npz")),
    (same_on_every_machine, "path", prints("in C:\\lessons")),
    (same_on_every_machine, "time", prints("done at 14:05:31")),
    (same_on_every_machine, "version", prints("NumPy 2.4.6")),
    (same_on_every_machine, "progress", prints(" 10 %\r 20 %")),
    (same_on_every_machine, "address", shows("text/html", "<b>0x7f3a5c001d90</b>")),
    (pictures_have_alt, "add \"alt\"", put(2, "metadata", {})),
    (pictures_have_alt, "add \"alt\"", put(2, "metadata", {"alt": "A curve."})),
    (pictures_have_alt, "2 pictures", shows("image/svg+xml", "<svg></svg>")),
    (pictures_have_alt, "![](", put(0, "source", "![](../README.md)")),
    (pictures_have_alt, "<img", put(0, "source", '<img src="../README.md" alt="">')),
    (pictures_have_alt, "<img", shows("text/html", "<img src='x'>")),
    (links_resolve, "nowhere", put(0, "source", "[next](99_not_there.ipynb)")),
    (links_resolve, "nowhere", put(0, "source", "[out](../../README.md)")),
    (links_resolve, "nowhere", put(0, "source", '<a href="gone.md">x</a>')),
    (links_resolve, "nowhere", put(0, "source", "[x]\n\n[x]: gone.md")),
    (links_resolve, "no such heading", put(0, "source", "[x](#not-there)")),
    (links_resolve, "no such heading", put(0, "source", "[x](../README.md#nope)")),
    (same_as_shared, "not Python", put(1, "source", "def sigmoid(x")),
    (same_as_shared, "defines sigmoid", put(1, "source", "def sigmoid(x): pass")),
    (same_as_shared, "defines sigmoid", put(1, "source", "sigmoid = lambda x: x")),
    (same_as_shared, "defines RNN", put(1, "source", "class RNN: pass")),
]


@pytest.mark.parametrize("check, complaint, spoil", BREAKS)
def test_check_complains_about_a_broken_notebook(check, complaint, spoil):
    nb = good()
    spoil(nb)
    assert complaint in "\n".join(check(nb))


def test_every_check_has_a_notebook_that_it_refuses():
    assert {check for check, _, _ in BREAKS} == set(CHECKS)


def test_the_same_code_may_be_told_otherwise():
    core = 'def f(x: int) -> int:\n    """Double."""\n    return 2 * x\n'
    shared = {name: ("core.py", code) for name, code in definitions(core)}
    nb = good()
    nb["cells"][1]["source"] = "%time\ndef f(x):\n    # twice\n    return (2*x)"
    assert list(same_as_shared(nb, shared)) == []
    nb["cells"][1]["source"] = "def f(x):\n    return 3 * x"
    assert "defines f otherwise than core.py" in "\n".join(same_as_shared(nb, shared))


def test_a_path_of_one_machine_is_found():
    for path in ("/home" + "/ada/x", "(/Users" + "/ada", "C:" + "\\Users\\ada"):
        assert MACHINE_PATH.search(path)
    assert not MACHINE_PATH.search("https://example.org/home/x and ~/work/x")


# --------------------------------------------------------------- tools/refresh.py
def run_refresh(path):
    command = [sys.executable, ROOT / "tools" / "refresh.py", path]
    return subprocess.run(command, capture_output=True, text=True)


def test_refreshing_twice_changes_no_line(tmp_path):
    nb = good()
    nb["metadata"] = {"widgets": {"state": {}}, **refresh.METADATA}
    nb["cells"][1]["metadata"] = {"execution": {"a": "b"}, "tags": ["t"]}
    nb["cells"][2]["source"] = "import matplotlib.pyplot as plt\nplt.plot([1, 0])\n" \
                               "plt.show()"
    del nb["cells"][1]["id"]
    path = tmp_path / "lesson.ipynb"
    path.write_text(json.dumps(nb))  # another form of the same notebook

    assert run_refresh(path).stdout == "lesson.ipynb: refreshed\n"
    once = path.read_bytes()
    assert run_refresh(path).stdout == "lesson.ipynb: as it was\n"
    assert path.read_bytes() == once
    stored = refresh.read(path)
    assert [list(check(stored)) for check in CHECKS] == [[]] * len(CHECKS)
    assert stored["cells"][1]["metadata"] == {"tags": ["t"]}
    (picture,) = stored["cells"][2]["outputs"]
    alt = nb["cells"][2]["metadata"]["alt"]
    assert picture["metadata"] == {"image/png": {"alt": alt}}


def test_what_needs_a_package_keeps_its_output_where_that_is_missing(tmp_path):
    nb, fresh = good(), {"metadata": {"tags": ["needs-no_such_package"]}}
    for cell, package in zip(nb["cells"][1:], ("no_such_package", "json"), strict=True):
        cell["metadata"], cell["source"] = {"tags": [f"needs-{package}"]}, "print(3)"
        cell["outputs"] = [copy.deepcopy(nb["cells"][1]["outputs"][0])]
    nb["cells"].append(nb["cells"][1] | fresh | {"id": "new", "execution_count": None})
    path = tmp_path / "lesson.ipynb"
    path.write_text(json.dumps(nb))
    for said in ("refreshed", "as it was"):
        assert run_refresh(path).stdout == f"lesson.ipynb: {said}\n"
        stored = [output["text"] for _, output in outputs(refresh.read(path))]
        assert stored == ["2\n", "3\n", "3\n"]


def test_pictures_are_stored_lighter_and_look_the_same():
    rng = np.random.default_rng(0)
    smooth = np.add.outer(np.arange(200), np.arange(300)) / 500
    colours = np.stack([smooth, smooth**2, rng.random(3)[1] * np.ones_like(smooth)], -1)
    raw = io.BytesIO()
    Image.fromarray((255 * colours).astype(np.uint8)).save(raw, "png")
    before = base64.b64encode(raw.getvalue()).decode()
    after = refresh.lighter(before)
    assert len(after) < len(before) and refresh.lighter(after) == after
    pictures = [Image.open(io.BytesIO(base64.b64decode(p))) for p in (before, after)]
    seen = [np.asarray(picture.convert("RGB"), int) for picture in pictures]
    assert abs(seen[0] - seen[1]).mean() < 3
    assert refresh.lighter("iVBORw0KGgo=") == "iVBORw0KGgo="


def test_a_notebook_that_fails_stays_as_it_was(tmp_path):
    nb = good()
    nb["cells"][1]["source"] = "1 / 0"
    path = tmp_path / "lesson.ipynb"
    path.write_text(json.dumps(nb))
    before = path.read_bytes()

    result = run_refresh(path)
    assert result.returncode == 1
    assert "lesson.ipynb: code cell 1 failed" in result.stderr
    assert "ZeroDivisionError" in result.stderr
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
