"""The panel of lesson 4: one weight to nudge, and what its blame predicts of it."""

import numpy as np

from rnn_core import RNN, binary_addition, sigmoid_cross_entropy

from .base import Knob, Panel
from .drawing import BLUE, RED, WIDE, chart, number, on_axes, rule, shape

N_BITS = 8
SUMS = {"9 + 60, 60 + 77, 99 + 33": ([9, 60, 99], [60, 77, 33]),
        "9 + 60": ([9], [60]), "85 + 42": ([85], [42]), "127 + 1": ([127], [1]),
        "0 + 0": ([0], [0])}
SIZES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5,
         0.7, 1, 1.5, 2, 3, 5, 7, 10)
NUDGES = (*(-size for size in SIZES[::-1]), 0, *SIZES)
ALONG = np.linspace(-1.6, 1.6, 65)  # where the loss is drawn, in nudges
WAYS = {"Wxh": "leads from input {} to unit {}",
        "Whh": "leads from unit {} to unit {} of the next step",
        "bh": "is the bias of unit {1}", "Why": "leads from unit {} to the output",
        "by": "is the bias of the output"}


def small_network() -> tuple[RNN, np.ndarray]:
    """Make the lesson's network, and start states for three sums, (3, 5)."""
    rng = np.random.default_rng(4)
    model = RNN(2, 5, 1, activation="sigmoid")
    for W in model.params.values():
        W[:] = rng.normal(scale=2, size=W.shape)
    return model, rng.random((3, 5))


# "Whh[3, 1]": ("Whh", (3, 1))
WEIGHTS = {f"{name}[{', '.join(map(str, place))}]": (name, place)
           for name, W in small_network()[0].params.items()
           for place in np.ndindex(W.shape)}


class BlamePanel(Panel):
    """A weight is nudged: what the loss does, and what the gradient said before.

    `model` is the network; `slope` is the gradient of the chosen weight, and `shares`
    what each time step has put into it, (8,).
    """

    KNOBS = (Knob("weight", "choice", "Whh[3, 1]", (*WEIGHTS,)),
             Knob("nudge", "stops", 0.5, NUDGES),
             Knob("sums", "choice", [*SUMS][0], (*SUMS,)))

    def __init__(self):
        self.model, self.start = small_network()
        super().__init__()

    def draw(self) -> dict[str, str]:
        weight, nudge, sums = self.settings.values()
        self.shares, self.slope = self.blame(weight, sums)
        around = ALONG * (abs(nudge) or 1)
        changes = self.changes(weight, sums, around)
        self.measured = float(self.changes(weight, sums, [nudge])[0])
        self.predicted = float(self.slope * nudge)
        straight = self.slope * around
        seen = [0, self.predicted, *changes, *(0.3 * straight)]
        scale, times = magnified(seen)
        large, as_large = magnified(self.shares)
        told = [number(share) for share in self.shares]
        x, y = (-0.6, N_BITS - 0.4), room([0, *(large * self.shares)])
        return {
            "loss": chart(
                f"Change{times or ' of the loss'}",
                f"The change of the loss along {weight}, and its tangent. At a nudge "
                f"of {nudge:g} the tangent says {number(self.predicted)}, the loss "
                f"{number(self.measured)}.",
                [("loss", around, scale * changes, BLUE, ""),
                 ("predicted", around, scale * straight, RED, "6 3")],
                x=(around[0], around[-1]), y=room(scale * np.array(seen)),
                xlabel=f"nudge of {weight}",
                dots=[(nudge, scale * self.measured, BLUE),
                      (nudge, scale * self.predicted, RED)]),
            "shares": chart(
                f"Shares of the steps{as_large}: {number(large * self.slope)} in all",
                f"The shares of the gradient of {weight} from the time steps 0 to "
                f"{N_BITS - 1}: {', '.join(told)}.", [], x=x, y=y, xlabel="time step t",
                below=bars_about_zero(large * self.shares, x, y)),
        }

    def tell(self) -> str:
        weight, nudge, _ = self.settings.values()
        name, place = WEIGHTS[weight]
        said = f"{weight} {WAYS[name].format(*place, *place)}. "
        sizes = abs(self.shares).sum()
        if sizes == 0:
            return said + ("It has no blame at all: what it is multiplied by is 0 at "
                           "every step. Choose other sums.")
        if abs(self.slope) < 0.05 * sizes:
            said += "Its shares nearly cancel. "
        if nudge == 0:
            return said + "A nudge of 0 changes nothing: move the slider."
        said += (f"Predicted: {number(self.slope)} · {number(nudge)} = "
                 f"{number(self.predicted)}. Measured: {number(self.measured)}, ")
        return said + verdict(self.predicted, self.measured)

    def blame(self, weight: str, sums: str) -> tuple[np.ndarray, float]:
        """Give the shares of the time steps in a weight's gradient, (8,), and it."""
        x, target, start = self.task(sums)
        y, trace = self.model.forward(x, start)
        _, dy = sigmoid_cross_entropy(y, target)
        grads, _ = self.model.backward(trace, dy)
        h, dz, ones = trace.h, trace.a, np.ones((*x.shape[:2], 1))  # a has become dz
        came_in, led_to = {"Wxh": (x, dz), "Whh": (h[:-1], dz), "bh": (ones, dz),
                           "Why": (h[1:], dy), "by": (ones, dy)}[WEIGHTS[weight][0]]
        name, place = WEIGHTS[weight]
        i, j = place if len(place) == 2 else (0, *place)
        shares = (came_in[..., i] * led_to[..., j]).sum(axis=1)
        return shares, float(grads[name][place])

    def changes(self, weight: str, sums: str, nudges) -> np.ndarray:
        """Measure how much nudges of a weight, (n,), change the loss, (n,)."""
        x, target, start = self.task(sums)
        name, place = WEIGHTS[weight]
        W, losses = self.model.params[name], []
        before = W[place]
        for nudge in (0, *nudges):
            W[place] = before + nudge
            y, _ = self.model.forward(x, start)
            losses.append(sigmoid_cross_entropy(y, target)[0])
        W[place] = before
        return np.array(losses[1:]) - losses[0]

    def task(self, sums: str) -> tuple:
        """Give the inputs and targets of some sums, and the states to start from."""
        x, target = binary_addition(*SUMS[sums], N_BITS)
        return x, target, self.start[:x.shape[1]]

    def still(self, fig) -> None:
        weight, nudge, sums = (knob.value for knob in self.KNOBS)
        left, right = fig.subplots(1, 2)
        shares, slope = self.blame(weight, sums)
        around = ALONG * nudge
        left.plot(around, self.changes(weight, sums, around), color=BLUE,
                  label="measured")
        left.plot(around, slope * around, "--", color=RED, label="predicted")
        left.plot(nudge, self.changes(weight, sums, [nudge]), "o", color=BLUE)
        left.plot(nudge, slope * nudge, "o", color=RED)
        left.set(xlabel=f"nudge of {weight}")
        left.set_title(f"Change of the loss; a nudge of {nudge}")
        left.legend()
        right.bar(range(N_BITS), shares, color=np.where(shares > 0, RED, BLUE))
        right.axhline(0, color="black", linewidth=0.8)
        right.set(xlabel="time step t", xticks=range(N_BITS))
        right.set_title(f"Shares of the steps: {slope:.4f} in all")


def verdict(predicted: float, measured: float) -> str:
    """Compare a change that was predicted, not 0, with the one that was measured."""
    ratio = measured / predicted
    if ratio < 0:
        return f"the other way: the loss {'rises' if measured > 0 else 'falls'}."
    percent = 100 * abs(ratio - 1)
    said = f"{percent:,.0f}" if percent >= 9.5 else f"{percent:.1g}"
    return f"{said} % {'more' if ratio > 1 else 'less'}."


def magnified(values) -> tuple[float, str]:
    """Choose by how much to enlarge small values for an axis, and how to say it."""
    most = np.max(np.abs(values))
    if most == 0 or most > 0.02:
        return 1.0, ""
    return (1e3, " × 1,000") if most > 2e-5 else (1e6, " × 1,000,000")


def room(values) -> tuple[float, float]:
    """Choose an axis that holds all values, with some room at both ends."""
    low, high = min(values), max(values)
    margin = 0.1 * (high - low) or 1.0
    return low - margin, high + margin


def bars_about_zero(values, x: tuple, y: tuple) -> str:
    """Draw bars in SVG, up and down from 0, for the inside of a chart.

    - values: of shape (n,), at the places 0 to n - 1;  x, y: (low, high), its axes
    """
    zero, parts = on_axes(0, 0, x, y)[1], []
    for i, value in enumerate(values):
        (left, end), (right, _) = on_axes([i - 0.35, i + 0.35], value, x, y)
        parts.append(shape("rect", x=left, y=min(zero, end), width=right - left,
                           height=abs(end - zero), fill=RED if value > 0 else BLUE))
    return "".join([*parts, rule(0, zero, WIDE, zero, 0.7)])
