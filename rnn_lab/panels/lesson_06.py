"""The panel of lesson 6: one sum inside the adder, column by column."""

import functools
from itertools import pairwise

import numpy as np

from rnn_core import (
    RNN,
    Adam,
    binary_addition,
    bits_to_int,
    sigmoid_cross_entropy,
    train,
)

from ..plots.base import ORANGE
from .base import Knob, Panel
from .drawing import BLUE, INK, RED, WIDTH, heading, heat, rule, shape, svg, text
from .lesson_05 import check_sums

HIGH = 268  # of both pictures
EDGE, END = 84, WIDTH - 6  # where the columns begin and end
CELL, STRIP = 15, 116  # how high a row of bits is, and those of all units together
LARGEST = 2**31 - 1  # a sum of 32 columns
SEEN = 300  # states on the map
COLOURS = (BLUE, ORANGE)  # without and with a carry going out
MARKS = ("o", "s")
MEANINGS = ("no carry goes out", "a carry goes out")
# What stands in the rows of bits, and what would be right there.
ROWS = {"carry out": "carry out", "probe reads": "carry out", "a": "a", "b": "b",
        "a + b": "a + b", "it writes": "a + b"}


class CarryPanel(Panel):
    """A sum inside an adder: bits, carries, hidden states, and its path on a map.

    - model: an adder of two or more sigmoid units, or None for one that is trained
      at once

    `sum` holds what is shown, `right` how many of all 16,384 sums are right with the
    unit cut out.
    """

    KNOBS = (Knob("number a", "number", 99, (0, LARGEST)),
             Knob("number b", "number", 33, (0, LARGEST)),
             Knob("look at column", "slider", 0, (0, 31, 1)),
             Knob("unit cut out", "choice", "none", ("none", *range(16))),
             Knob("it says", "choice", "its mean", ("its mean", "0")))

    def __init__(self, model: RNN | None = None):
        model = trained_adder() if model is None else model
        ok = isinstance(model, RNN) and (model.n_in, model.n_out, model.activation) == (
            2, 1, "sigmoid") and model.n_hidden > 1
        if not ok:
            raise ValueError("the panel looks into an adder: give a network such as "
                             "RNN(2, 16, 1, activation='sigmoid'), trained to add")
        self.inside = Inside(model)
        self.KNOBS = tuple(
            knob._replace(span=("none", *range(model.n_hidden)))
            if knob.label == "unit cut out" else knob for knob in self.KNOBS)
        super().__init__()

    def draw(self) -> dict[str, str]:
        a, b, column, unit, way = self.settings.values()
        self.cut = None if unit == "none" else (unit, way)
        self.sum = self.inside.add(a, b, self.cut)
        self.right = self.inside.count_right(self.cut)
        last = len(self.sum["h"]) - 1
        self.knobs["look at column"].max = last
        column = min(column, last)
        return {"columns": self._columns(column), "map": self._map(column)}

    def tell(self) -> str:
        a, b = self.settings["number a"], self.settings["number b"]
        s = self.sum
        wrong = int((s["it writes"] != s["a + b"]).sum())
        said = (f"{a:,} + {b:,} = {a + b:,}. The network writes {s['answer']:,}: "
                + (f"{count(wrong, 'bit')} wrong. " if wrong else "right. "))
        said += (f"The oldest carry is passed on by {count(s['age'], 'column')}. "
                 if s["carry out"].any() else "There is no carry. ")
        missed = int((s["probe reads"] != s["carry out"]).sum())
        return said + (f"The probe misreads {count(missed, 'carry', 'carries')}."
                       if missed else "The probe reads all carries.")

    def _columns(self, look: int) -> str:
        """Draw the rows of bits, and below them the units, over the columns."""
        s, order = self.sum, self.inside.order
        n, n_units = len(s["h"]), len(order)
        wide, tall = (END - EDGE) / n, STRIP / n_units
        left = [END - (t + 1) * wide for t in range(n)]  # as on paper
        score = f"of all 16,384 sums {self.right:,} are right"
        parts, top = [heading("Column by column"), text(END, 13, score, "end")], 22
        small = "font-size: 10px; " if n > 16 else ""
        for name, truth in ROWS.items():
            parts.append(text(EDGE - 8, top + 11, name, "end"))
            for x, bit, right in zip(left, s[name], s[truth], strict=True):
                style = small + ("font-weight: 700" if bit else "opacity: 0.75")
                parts.append(text(x + wide / 2, top + 11, str(int(bit)), style=style))
                if bit != right:
                    parts.append(box(x + 0.5, top, wide - 1, CELL - 1, RED, 2))
            top += CELL
        top += 6
        parts += [heat(s["h"][::-1, order].T.round(1), EDGE, top, END - EDGE, STRIP),
                  box(EDGE, top, END - EDGE, STRIP, "currentColor", 0.6)]
        names = {top + 9: "with the carry", top + STRIP - 2: "against it"}
        if self.cut is None:
            names[top + STRIP / 2 + 4] = "hidden units"
        else:
            row = top + order.index(self.cut[0]) * tall
            here = row + tall / 2 + 4
            names = {at: name for at, name in names.items() if abs(at - here) > 12}
            names[here] = f"unit {self.cut[0]} cut →"
            parts.append(box(EDGE, row, END - EDGE, tall, RED, 1.5))
        parts += [text(EDGE - 8, at, name, "end") for at, name in names.items()]
        parts.append(box(left[look], 20, wide, top + STRIP - 18, "currentColor", 2))
        foot = top + STRIP + 14
        parts += [text(left[t] + wide / 2, foot, str(t)) for t in range(n)
                  if n <= 16 or t % 4 == 0]
        parts.append(text((EDGE + WIDTH) / 2, foot + 15, "column, from the right"))
        told = ", ".join(f"{name} {''.join(str(int(bit)) for bit in s[name][::-1])}"
                         for name in ROWS)
        return svg(f"In binary, the last column first: {told}. Below, the hidden "
                   f"states of {n_units} units. Of 8 columns, {score}.",
                   "".join(parts), HIGH)

    def _map(self, look: int) -> str:
        """Draw the path of the states over a cloud of states of other sums."""
        s, inside = self.sum, self.inside
        low, high = inside.frame

        def place(points):
            part = np.clip((points - low) / (high - low), 0, 1)
            return np.stack([14 + (WIDTH - 28) * part[..., 0],
                             236 - 194 * part[..., 1]], axis=-1)

        path, carry = place(inside.shadow(s["states"])), [0, *map(int, s["carry out"])]
        parts = [heading("Its path on the map of states")]
        for c, cap in enumerate(("round", "butt")):  # circles, and squares
            dots = "".join(f"M{x - 2 * c:.1f} {y:.1f}h{4 * c}" for x, y in
                           place(inside.cloud[inside.cloud_carry == c]))
            parts.append(shape("path", d=dots, stroke=COLOURS[c], stroke_width=4,
                               stroke_linecap=cap, stroke_opacity=0.55))
        parts += [rule(*here, *there, 0.55) for here, there in pairwise(path)]
        for t, (x, y) in enumerate(path.tolist()):
            parts.append(text(x, y + 5, "★", style="font-size: 15px") if not t else
                         mark(x, y, carry[t]))
        x, y = path[look + 1]
        parts.append(shape("circle", cx=x, cy=y, r=10, fill="none",
                           stroke="currentColor", stroke_width=2))
        a, b, comes, bit, goes = (int(s[name][look]) for name in (
            "a", "b", "carry in", "it writes", "carry out"))
        column = (f"column {look}: {a} + {b} + carry {comes} writes {bit}, "
                  f"carry out {goes}")
        parts.append(text(12, 29, f"ring: {column}", "start"))
        foot = 259
        parts += [text(12, foot, "★ start", "start"), mark(75, foot - 4, 0),
                  text(84, foot, MEANINGS[0], "start"),
                  mark(195, foot - 4, 1), text(204, foot, MEANINGS[1], "start")]
        return svg(f"A map of the hidden states, with the path of this sum. "
                   f"In {column}.", "".join(parts), HIGH)

    def still(self, fig) -> None:
        inside = self.inside
        s = inside.add(99, 33, None)
        left, right = fig.subplots(1, 2, width_ratios=[1, 1.25])
        left.imshow(s["h"].T[inside.order, ::-1], cmap="cividis", vmin=0, vmax=1,
                    aspect="auto")
        n = len(s["h"])
        left.set_xticks(range(n), range(n)[::-1])
        left.set_yticks([])
        left.secondary_xaxis("top").set_xticks(
            range(n), ["c" if c else "·" for c in s["carry out"][::-1]])
        left.set(xlabel="column, from the right",
                 ylabel="hidden units (bright: near 1)")
        left.set_title("99 + 33; c: a carry goes out", fontsize=10.5)
        left.grid(False)
        for c in (0, 1):
            right.plot(*inside.cloud[inside.cloud_carry == c].T, MARKS[c],
                       color=COLOURS[c], alpha=0.35, markersize=4)
        path = inside.shadow(s["states"])
        right.plot(*path.T, color="black", linewidth=0.9)
        right.plot(*path[0], "*", color="black", markersize=12)
        for c in (0, 1):
            right.plot(*path[1:][s["carry out"] == c].T, MARKS[c], color=COLOURS[c],
                       markeredgecolor="black", markersize=8,
                       label=MEANINGS[c])
        right.set(xticks=[], yticks=[])
        right.set_title("its path on the map, from the star", fontsize=10.5)
        right.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=2, fontsize=9.5)


class Inside:
    """What an adder holds: its states over all sums of 8 columns, and what they tell.

    `order` are the units, from along with the carry to against it, `probe` the weights
    and the bias that read the carry, `mean` the mean state.
    """

    def __init__(self, model: RNN):
        self.model, self._right = model, {}
        x, target = binary_addition(*np.indices((128, 128)).reshape(2, -1), 8)
        states = model.forward(x)[1].h[1:]
        carry = both_carries(x, target)[1]
        draws = np.random.RandomState(0).permutation(16_384)
        self.probe = least_squares(np.concatenate(states[:, draws[:1000]]),
                                   carry[:, draws[:1000]].ravel())
        cloud, labels = (part[:, draws[1000:1000 + SEEN // 8]].reshape(
            -1, *part.shape[2:]) for part in (states, carry))
        states, carry = states.reshape(-1, model.n_hidden), carry.ravel()
        self.mean = states.mean(axis=0)
        off = states - self.mean
        spread = off.T @ off
        along = (carry - carry.mean()) @ off / np.sqrt(np.diag(spread) + 1e-12)
        self.order = np.argsort(-along).tolist()
        plane = np.linalg.eigh(spread)[1][:, :-3:-1]  # the two widest directions
        self.plane = plane * np.where(
            (carry - carry.mean()) @ off @ plane < 0, -1, 1)  # the carry on the right
        self.cloud, self.cloud_carry = self.shadow(cloud), labels
        seen = np.vstack([self.cloud, self.shadow(np.zeros(model.n_hidden))])
        low, high = seen.min(axis=0), seen.max(axis=0)
        room = 0.06 * (high - low) + 1e-6
        self.frame = low - room, high + room

    def shadow(self, states) -> np.ndarray:
        """Give the places of states on the map, (..., n_hidden) -> (..., 2)."""
        return (states - self.mean) @ self.plane

    def network(self, cut: tuple | None) -> RNN:
        """Give the network with a unit cut out: (unit, "its mean" or "0"), or None."""
        if cut is None:
            return self.model
        unit, way = cut
        return with_unit_at(self.model, unit, 0.0 if way == "0" else self.mean[unit])

    def add(self, a: int, b: int, cut: tuple | None) -> dict:
        """Let the network add, in 8, 16 or 32 columns, and note all there is to see."""
        n_bits = next(n for n in (8, 16, 32) if max(a, b) < 2 ** (n - 1))
        x, target = binary_addition(a, b, n_bits)
        y, trace = self.network(cut).forward(x)
        comes, goes = (carry[:, 0] for carry in both_carries(x, target))
        age = oldest = 0
        for passes, carry in zip(x[:, 0, 0] != x[:, 0, 1], goes, strict=True):
            age = age + 1 if passes and carry else 0
            oldest = max(age, oldest)
        w, bias = self.probe
        return {"a": x[:, 0, 0], "b": x[:, 0, 1], "a + b": target[:, 0, 0],
                "it writes": y[:, 0, 0] > 0, "answer": bits_to_int(y > 0)[0],
                "carry in": comes, "carry out": goes, "age": oldest,
                "probe reads": trace.h[1:, 0] @ w + bias > 0,
                "states": trace.h[:, 0], "h": trace.h[1:, 0]}

    def count_right(self, cut: tuple | None) -> int:
        """Count the sums of 8 columns that are right."""
        if cut not in self._right:
            shares, n = check_sums(self.network(cut), 8)
            self._right[cut] = round(shares[-1] * n)
        return self._right[cut]


@functools.cache
def trained_adder() -> RNN:
    """Train an adder in a fraction of a second; the learning rate falls to 0."""
    draws, optimizer = np.random.RandomState(0), Adam(0.1, 0.9, 0.99)
    model = RNN(2, 16, 1, activation="sigmoid", bias=False, rng=0)
    batches = (binary_addition(*draws.randint(128, size=(2, 64)), 8)
               for _ in range(300))
    for progress in train(model, batches, sigmoid_cross_entropy, optimizer):
        optimizer.lr = 0.1 * (1 - progress.step / 300)
    return model


def with_unit_at(model: RNN, unit: int, value: float) -> RNN:
    """Copy an adder; one unit of the copy always says a value from 0 to 1."""
    copy = RNN(2, model.n_hidden, 1, activation="sigmoid", dtype=model.dtype, rng=0)
    for name, array in model.params.items():
        copy.params[name][:] = array
    for name in ("Wxh", "Whh"):
        copy.params[name][:, unit] = 0  # it hears nothing
    with np.errstate(divide="ignore"):
        logit = np.log(value) - np.log1p(-value)
    copy.params["bh"][unit] = np.clip(logit, -800, 800)
    return copy


def both_carries(x, target) -> tuple[np.ndarray, np.ndarray]:
    """Give the carries into and out of the columns of sums, of shape (T, B) each."""
    comes = (x.sum(axis=-1) + target[..., 0]) % 2
    return comes, np.append(comes[1:], 0 * comes[:1], axis=0)


def least_squares(states, labels) -> tuple[np.ndarray, float]:
    """Fit the weights and the bias of a probe; states: (n, n_hidden), labels 0 or 1."""
    ones = np.ones((len(states), 1))
    solved = np.linalg.lstsq(np.hstack([states, ones]), 2 * labels - 1, rcond=None)[0]
    return solved[:-1], solved[-1]


def count(n: int, one: str, many="") -> str:
    """Write a number of things: no bit, 1 bit, 2 bits."""
    return f"{n or 'no'} {one if n < 2 else many or one + 's'}"


def mark(x: float, y: float, carry: int) -> str:
    """Draw a state: a circle, or a square if a carry goes out."""
    look = {"fill": COLOURS[carry], "stroke": INK}
    if carry:
        return shape("rect", x=x - 4, y=y - 4, width=8, height=8, **look)
    return shape("circle", cx=x, cy=y, r=4.5, **look)


def box(x: float, y: float, wide: float, high: float, colour: str, thick) -> str:
    """Draw an empty box."""
    return shape("rect", x=x, y=y, width=wide, height=high, fill="none", stroke=colour,
                 stroke_width=thick)
