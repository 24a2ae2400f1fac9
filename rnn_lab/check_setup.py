"""Tell whether all is there that the course needs, and how to mend what is not.

Lesson 0 runs this file by its path, before it imports anything: so the file uses
Python's own library alone, and works where nothing is installed.
"""

import importlib
import re
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

COURSE = Path(__file__).resolve().parents[1]


def tell(what, cure, test, *arguments):
    """Print whether a test holds; one that cannot be made does not."""
    try:
        holds = test(*arguments)
    except Exception:
        holds = False
    print(f"{what}:", "yes" if holds else f"NO. To mend it, {cure}")

def newer(package, least):
    """Tell whether a package can be imported and is new enough."""
    found = re.findall(r"\d+", importlib.import_module(package).__version__)
    return [*map(int, found)] >= [*map(int, least.split("."))]

def same_file(module, path):
    """Tell whether a module comes from this file, not from another copy."""
    return Path(find_spec(module).origin).samefile(COURSE / path)


tell("Python, 3.11 or newer", "get a newer one; see README.md",
     lambda: sys.version_info >= (3, 11))
for name, least in (("NumPy", "2.0"), ("matplotlib", "3.9"),
                    ("ipywidgets", "8.1.3"), ("threadpoolctl", "3.1")):
    tell(f"{name}, {least} or newer", f'run %pip install "{name.lower()}>={least}"',
         newer, name.lower(), least)
tell("the course around this file", "get the whole course again",
     lambda: (COURSE / "rnn_core.py").exists() and (COURSE / "data").is_dir())
for module, path in (("rnn_core", "rnn_core.py"), ("rnn_lab", "rnn_lab/__init__.py")):
    tell(f"{module} from this course", "run %pip install -e ..",
         same_file, module, path)
tell("a folder to write into", "copy the course into a folder of your own",
     lambda: not tempfile.TemporaryFile(dir=".").close())
