"""Exercises that check themselves: `check`, `hint` and `solution`.

Each lesson's exercises stand in a module of its own, each in one place: the worked
solution, what a right answer must do, the known mistakes, the hints.
"""

import html
import importlib
import pkgutil
import re

from IPython.display import display

from .checking import EXERCISES, Verdict, judge

for _module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
    if _module.name.startswith("lesson_"):
        importlib.import_module(f"{__name__}.{_module.name}")

# A mark and a word tell the state; the colour only repeats it.
MARKS = {"right": ("✓", "#009e73"), "not yet": ("✗", "#d55e00"),
         "not tried yet": ("○", "#7a7a7a"), "hint": ("→", "#0072b2")}
_told = {}  # name of an exercise: how many of its hints were given


class Note:
    """A few sentences on a page, in the page's own ink, or as plain text."""

    def __init__(self, verdict: Verdict):
        self.mark, self.colour = MARKS[verdict.state]
        self.head = f"{verdict.name}: {verdict.state}"
        self.sentences = verdict.sentences

    def __repr__(self):
        return "\n  ".join([f"{self.mark} {self.head}", *self.sentences])

    def _repr_html_(self):
        style = (f"border-left: 4px solid {self.colour}; padding: 0.2em 0.8em; "
                 "margin: 0.3em 0; max-width: 48em")
        lines = [re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(line, quote=False))
                 for line in self.sentences]
        head = (f'<span aria-hidden="true">{self.mark}</span> '
                f"<b>{html.escape(self.head, quote=False)}</b>")
        return f'<div role="status" style="{style}">{"<br>".join([head, *lines])}</div>'


def check(name: str, answer) -> None:
    """Check an answer to an exercise, and show what is right or wrong about it.

    It never raises and never fills the page, whatever the answer is or does.
    - name: the exercise's name, as its lesson gives it
    - answer: the function that you wrote
    """
    display(Note(judge(name, answer)))


def hint(name: str) -> None:
    """Show a hint for an exercise, each time one that says a little more."""
    ex = EXERCISES.get(name)
    if ex is None:
        return check(name, None)
    i = min(_told.get(name, 0), len(ex.hints) - 1)
    _told[name] = i + 1
    sentences = [ex.hints[i]]
    if i == len(ex.hints) - 1:
        sentences.append(f'That is the last hint. solution("{name}") shows one way.')
    display(Note(Verdict(f"{name}, {i + 1} of {len(ex.hints)}", "hint", sentences)))


def solution(name: str) -> None:
    """Print a worked answer to an exercise; others may be as right."""
    if name in EXERCISES:
        print(EXERCISES[name].source)
    else:
        check(name, None)
