"""The panel of lesson 8: five optimisers race from the same start, step by step."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from math import inf, isfinite, log, log2
from typing import NamedTuple

import numpy as np

from rnn_core import (
    RNN,
    SGD,
    Adagrad,
    Adam,
    Momentum,
    RMSprop,
    Vocabulary,
    binary_addition,
    load_text,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
    split_text,
    text_batches,
    train,
)

from ..plots.base import PINK
from .base import Knob, TrainingPanel
from .drawing import BLUE, GREEN, GREY, INK, RED, Curve, chart, number, shape

OCHRE = "#b87d00"  # reads on white as well as on black
# name: (kind, about the best rate of the adder's sweep, colour, dashes)
RUNNERS = {"SGD": (SGD, 10**-0.35, BLUE, ""),
           "momentum": (Momentum, 10**-0.7, RED, "9 3"),
           "Adagrad": (Adagrad, 10**-0.7, GREEN, "2 2.5"),
           "RMSprop": (RMSprop, 0.1, OCHRE, "9 2.5 2 2.5"),
           "Adam": (Adam, 0.1, PINK, "16 4")}
BLIND = (GREY, "1 4")
LOOKS = {"": "solid", "9 3": "dashed", "2 2.5": "dotted", "9 2.5 2 2.5": "dash-dotted",
         "16 4": "in long dashes", "1 4": "thinly dotted"}
TIMES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
TOO_MUCH = 10  # times the first loss: whoever has more is out
HEADS = {"optimiser": "left", "rate": "right", "training": "right", "test": "right",
         "#": "left"}  # of the columns, and on which side their words stand
GAP = "0.5em"  # between the columns


class Task(NamedTuple):
    """What is raced on: a network and batches for a seed, and how it is measured."""

    begin: Callable  # begin(seed) -> model, batches
    loss: Callable
    test: tuple  # x and target that nobody trains on
    scale: float  # what to divide a loss by to get one figure a symbol
    test_scale: float
    blind: float  # that figure of a network that knows nothing
    low: float  # where the picture begins
    unit: str


class Runner:
    """One optimiser in the race, with a network of its own.

    `mean` is its smoothed loss, `shown` that against the steps, `test` its loss on
    what nobody trains on, and `out` the step at which it dropped out, or None.
    """

    def __init__(self, name: str, model: RNN, batches: Iterator, task: Task):
        self.name, self.model, self.task, self.out = name, model, task, None
        self.kind, _, self.colour, self.dashes = RUNNERS[name]
        self.optimizer, self.shown = self.kind(), Curve()
        self.run = train(model, batches, task.loss, self.optimizer)
        self.total, self.first, self.mean = 0.0, None, inf
        self.measure()

    def step(self) -> None:
        """Make a step; drop out if the loss is ten times the first, or no number."""
        try:
            with np.errstate(all="ignore"):
                self.progress = next(self.run)
        except FloatingPointError:
            self.out = self.optimizer.n_steps + 1
            return
        step, loss = self.progress.step, self.progress.loss / self.task.scale
        self.first = self.first or loss
        # A mean that starts at 0, corrected as Adam's: it looks back some 20 steps.
        self.total += 0.05 * (loss - self.total)
        self.mean = self.total / (1 - 0.95**step)
        self.shown.add(step, self.mean)
        if loss > TOO_MUCH * self.first:
            self.out = step

    def measure(self) -> None:
        """Test the network."""
        x, target = self.task.test
        with np.errstate(all="ignore"):
            loss = self.task.loss(self.model.forward(x)[0], target)[0]
        self.test = loss / self.task.test_scale if isfinite(loss) else inf


class RacePanel(TrainingPanel):
    """Five optimisers race, on the adder or on names, each with a rate of its own.

    They have the same first weights and learn from the same batches. `models` has the
    network of each, {name: RNN}, `model` is the leader's: of those that are still in,
    the one with the lowest loss on the test. `runners` has all about them.
    """

    KNOBS = (Knob("task", "choice", "adder", ("adder", "text"), at_once=False),
             Knob("seed", "number", 0, (0, 9999), at_once=False),
             *(Knob(f"{name} lr", "log slider", rate, (0.001, 10.0))
               for name, (_, rate, _, _) in RUNNERS.items()),
             Knob("all rates times", "stops", 1, TIMES))
    STEPS = 300
    SPEED = "100 steps a second"

    def begin(self, settings: dict) -> Iterator:
        self.task = tasks()[settings["task"]]
        self.runners, running = race(self.task, settings["seed"])
        self.models = {runner.name: runner.model for runner in self.runners}
        self.measured, self.leader = 0, None
        self.model = self.runners[-1].model  # until somebody leads
        return running

    def tune(self, settings: dict) -> None:
        for runner in self.runners:
            runner.optimizer.lr = (settings[f"{runner.name} lr"]
                                   * settings["all rates times"])

    def measure(self) -> None:
        """Test all who are still in, and see who leads."""
        left = [runner for runner in self.runners if runner.out is None]
        for runner in left:
            runner.measure()
        if left:
            self.leader = min(left, key=lambda runner: runner.test)
            self.model = self.leader.model

    def news(self) -> str:
        if not self.progress:
            return ""
        blind = number(self.task.blind)
        out = [f"{runner.name} (step {runner.out})" for runner in self.runners
               if runner.out]
        ran = f"Out, at over {TOO_MUCH} times the first loss: {', '.join(out)}."
        if len(out) == len(self.runners):
            return ran
        name = self.leader.name[0].upper() + self.leader.name[1:]
        score = "" if self.running else f" with {self.leader.test:.3f}"  # it changes
        said = f"{name} leads{score} on the test; knowing nothing is {blind}."
        if self.leader.test > 0.97 * self.task.blind:
            said = f"Nobody does better than knowing nothing, {blind}."
        return f"{said} {ran} Lower their rates, and Reset." if out else said

    def draw(self) -> dict[str, str]:
        step = self.step_now
        if step != self.measured:
            self.measured = step
            self.measure()
        x, task = (0, max(step, 10)), self.task
        least = min(min(runner.shown.y, default=inf) for runner in self.runners)
        y = (task.low if least > task.low else 0, 1.25 * task.blind)
        lines = [("", r.shown.x, r.shown.y, r.colour, r.dashes) for r in self.runners]
        told = "; ".join(f"{runner.name} {_figure(runner.mean)}"
                         + (", out" if runner.out else "") for runner in self.runners)
        return {
            "losses": chart(
                f"Training, {task.unit} (smoothed)",
                f"Five losses up to step {step:,}, in {task.unit}; now {told}. "
                f"Knowing nothing is {task.blind:.3g}.",
                [*lines, ("", x, [task.blind] * 2, *BLIND)], x=x, y=y, xlabel="steps"),
            "table": self._table(),
        }

    def _table(self) -> str:
        """Name the lines, and write how each runner stands."""
        order = sorted(self.runners, key=lambda runner: (bool(runner.out), runner.test))
        rows = []
        for runner in self.runners:
            leads = runner is self.leader and runner.out is None
            place = f"{order.index(runner) + 1}." if self.leader else ""
            cells = [runner.name, number(runner.optimizer.lr), _figure(runner.mean),
                     "–" if runner.out else _figure(runner.test),
                     "out" if runner.out else place]
            rows.append(_row(cells, runner.colour, runner.dashes, leads))
        blind = _figure(self.task.blind)
        rows.append(_row(["knows nothing", None, blind, blind, ""], *BLIND, False))
        heads = "".join(f'<th scope="col" style="font-weight: normal; opacity: 0.8; '
                        f'padding: 0 0 0 {GAP}; text-align: {side}">{head}</th>'
                        for head, side in HEADS.items())
        return (f'<div style="color: {INK}; line-height: 1.9; font-size: 12px; '
                'width: 0; min-width: 100%; overflow-x: auto"><b>How they stand</b>, '
                f"in {self.task.unit}"
                '<table style="white-space: nowrap; border-spacing: 0; '
                'font-size: 12px">'
                f'<tr>{heads}</tr>{"".join(rows)}</table></div>')

    def still(self, fig) -> None:
        runners, running = race(tasks()["adder"], 0)
        for runner in runners:
            runner.optimizer.lr = RUNNERS[runner.name][1]
        for _ in islice(running, self.STEPS):
            pass
        ax = fig.subplots()
        ax.axhline(log(2), color=GREY, linestyle=":")
        ax.text(self.STEPS, log(2) + 0.01, "knows nothing", ha="right")
        for runner in runners:
            line, = ax.plot(runner.shown.x, runner.shown.y, color=runner.colour,
                            label=f"{runner.name}, rate {runner.optimizer.lr:.2g}")
            if runner.dashes:
                line.set_dashes([float(d) / 1.8 for d in runner.dashes.split()])
        ax.set(title="A race on the adder, all from the same start",
               xlabel="steps", ylabel="training loss, nats a column (smoothed)",
               ylim=(0, 0.87))
        ax.legend(loc="lower left", fontsize=10, handlelength=3.5)


def race(task: Task, seed: int) -> tuple[list[Runner], Iterator]:
    """Set five networks to the same start, and let each make a step in turn.

    Returns the runners, and an iterator over the `Progress` of the best of them.
    """
    now = []

    def steps():
        for batch in batches:
            now[:] = [batch]
            left = [runner for runner in runners if runner.out is None]
            for runner in left:
                runner.step()
            left = [runner for runner in left if runner.out is None]
            if not left:
                raise FloatingPointError("all five are out. Try lower rates")
            yield min(left, key=lambda runner: runner.mean).progress

    runners = []
    for name in RUNNERS:
        model, batches = task.begin(seed)
        # All learn from the batch that lies there.
        runners.append(Runner(name, model, iter(lambda: now[0], None), task))
    return runners, steps()


@cache
def tasks() -> dict[str, Task]:
    """Make the two tasks of the lesson: {name: Task}."""
    names = load_text("dinosaurs").lower().split()
    np.random.default_rng(0).shuffle(names)  # the list is sorted
    vocabulary = Vocabulary.from_text("\n".join(names))
    reading, held_out = split_text(vocabulary.encode("\n".join(names)))
    x, target, _ = next(text_batches(held_out, window=25, n_streams=60))

    def sums(seed, size):
        rng = np.random.default_rng(seed)
        while True:
            yield binary_addition(*rng.integers(128, size=(2, size)), 8)

    def adder(seed):
        return RNN(2, 16, 1, activation="sigmoid", dtype="float32",
                   rng=seed), sums(seed, 32)

    def writer(seed):
        return RNN(27, 32, 27, dtype="float32",
                   rng=seed), text_batches(reading, 10, 16, start=30 * seed)

    return {"adder": Task(adder, sigmoid_cross_entropy, next(sums(99, 500)), 8, 8,
                          log(2), 0, "nats a column"),
            "text": Task(writer, softmax_cross_entropy, (x, target), 10 * log(2),
                         25 * log(2), log2(27), 2, "bits a character")}


def _row(cells: list, colour: str, dashes: str, bold: bool) -> str:
    """Write a row of the table; the line before the name is that of the chart."""
    line = shape("line", x2=26, y1=4, y2=4, stroke=colour, stroke_width=2,
                 stroke_dasharray=dashes)
    sample = ('<svg width="26" height="8" style="margin-right: 4px" role="img" '
              f'aria-label="The line of {cells[0]} is {LOOKS[dashes]}">{line}</svg>')
    style = "font-weight: 700; " if bold else ""
    wide = ' colspan="2"' if cells[1] is None else ""  # no rate: the name has room
    inner = "".join(f'<td{"" if i else wide} style="padding: 0 0 0 '
                    f'{GAP if i else 0}; text-align: {side}">'
                    f'{"" if i else sample}{cell}</td>'
                    for i, (cell, side) in enumerate(zip(cells, HEADS.values(),
                                                         strict=True))
                    if cell is not None)
    return f'<tr style="{style}">{inner}</tr>'


def _figure(value: float) -> str:
    """Write a loss with three places, or a large one shorter; at first there is none.
    """
    if value > 100:
        return number(value) if isfinite(value) else "–"
    return f"{value:.3f}"
