"""The check of the set-up in lesson 0: it finds what is missing, and says so."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHECK = ROOT / "rnn_lab" / "check_setup.py"
PACKAGES = ["NumPy", "matplotlib", "ipywidgets", "threadpoolctl"]


def answers(folder, *options, first="", check=CHECK):
    """Run the check in a folder, whose modules come first: {what: answer}.

    - options: for Python;  first: what to run before
    """
    code = f"{first}\nimport runpy, sys; runpy.run_path(sys.argv[1])"
    result = subprocess.run([sys.executable, *options, "-c", code, check], cwd=folder,
                            capture_output=True, text=True, check=True)
    lines = [line.split(": ", 1) for line in result.stdout.splitlines()]
    assert len(lines) == 9 and not result.stderr
    return {what.split(",")[0]: answer for what, answer in lines}


def refused(*arguments, **options):
    """List what does not hold; each comes with a way to mend it."""
    found = answers(*arguments, **options)
    wrong = {what: answer for what, answer in found.items() if answer != "yes"}
    assert all(answer.startswith("NO. To mend it, ") for answer in wrong.values())
    return [*wrong]


def test_all_is_there():
    assert refused(ROOT / "notebooks") == []


def test_where_nothing_is_installed():
    missing = [*PACKAGES, "rnn_core from this course", "rnn_lab from this course"]
    assert refused(ROOT / "notebooks", "-S") == missing  # without site-packages


@pytest.mark.parametrize("module, what, version", [
    ("matplotlib", "matplotlib", "3.8.4"), ("matplotlib", "matplotlib", "2.2"),
    ("numpy", "NumPy", "1.26.4"), ("ipywidgets", "ipywidgets", "8.1.2"),
    ("threadpoolctl", "threadpoolctl", "3.0.0rc1"),
    ("rnn_core", "rnn_core from this course", ""),
    ("rnn_lab", "rnn_lab from this course", "")])
def test_an_old_package_or_another_copy(module, what, version, tmp_path):
    (tmp_path / f"{module}.py").write_text(f"__version__ = {version!r}")
    assert what in refused(tmp_path)


@pytest.mark.parametrize("version", ["3.9.0", "3.10.1rc2", "4.0"])
def test_a_new_enough_package(version, tmp_path):
    (tmp_path / "matplotlib.py").write_text(f"__version__ = {version!r}")
    assert refused(tmp_path) == []


def test_a_package_that_breaks(tmp_path):
    (tmp_path / "ipywidgets.py").write_text("1 / 0")
    assert refused(tmp_path) == ["ipywidgets"]


def test_a_folder_that_takes_no_file(tmp_path):
    none = "import tempfile; tempfile.TemporaryFile = None"
    assert refused(tmp_path, first=none) == ["a folder to write into"]


def test_half_a_course(tmp_path):
    check = tmp_path / "rnn_lab" / CHECK.name
    check.parent.mkdir()
    shutil.copy(CHECK, check)
    assert refused(tmp_path, check=check) == [
        "the course around this file", "rnn_core from this course",
        "rnn_lab from this course"]


def test_it_asks_for_what_the_requirements_ask():
    text = (ROOT / "requirements.txt").read_text()
    cures = answers(ROOT / "notebooks", "-S")
    for package in PACKAGES:
        (asked,) = re.findall('%pip install "(.*)"', cures[package])
        assert asked in text.split()
