"""The panel of lesson 2: a walk downhill, its learning rate and its momentum."""

from functools import cache

import numpy as np

from rnn_core import Momentum, sigmoid, sigmoid_cross_entropy

from .base import Knob, Panel
from .drawing import BLUE, GREEN, RED, chart, number, on_axes, points, shape

X = np.array([[[0, 0], [0, 1], [1, 0], [1, 1]]], dtype=float)
CAUTIOUS = np.array([[[0.1], [0.1], [0.1], [0.9]]])  # AND, less than sure
PLACE_W, PLACE_B = (-5, 9), (-13, 5)  # what is drawn of the surface
ABOVE = (0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.4, 2.2, 3.2)  # the level lines
STEPS, LONGER = 100, 200  # steps to show; to see whether a walk has settled
NEAR = 0.001  # so little above the lowest loss is there


class DescentPanel(Panel):
    """A walk downhill on the loss of a neuron that learns a cautious AND.

    Both weights are equal, so there are two numbers to choose: the weight and the bias.
    """

    KNOBS = (Knob("learning rate", "log slider", 5.0, (0.01, 100.0)),
             Knob("momentum", "slider", 0.0, (0.0, 0.95, 0.05)),
             Knob("start: weight", "slider", -3.0, (-5.0, 9.0, 0.5)),
             Knob("start: bias", "slider", 3.0, (-13.0, 5.0, 0.5)),
             Knob("steps shown", "slider", 60, (0, STEPS, 1)))

    def draw(self) -> dict[str, str]:
        rate, momentum, w, b, shown = self.settings.values()
        self.places, self.losses = walk_with_momentum(rate, momentum, (w, b), LONGER)
        _, lowest, _ = bottom()
        self.there = arrival(self.losses)
        path, losses = self.places[: shown + 1], self.losses[: shown + 1]
        here, loss = path[-1], losses[-1]
        marks, found = [], ""
        if self.there is not None and self.there < shown:
            marks = [(self.there, losses[self.there], GREEN)]
            found = f" From step {self.there} on it is there."
        end = max(shown, 10)
        return {
            "surface": chart(
                "The walk; the bluer, the lower",
                f"A valley, and in it a walk of {shown} steps from weight {w:g}, bias "
                f"{b:g} to weight {here[0]:.3g}, bias {here[1]:.3g}. The star marks "
                "the lowest point.",
                [], x=PLACE_W, y=PLACE_B,
                xlabel="bias b (up) over both weights, w₁ = w₂",
                dots=[(*path[0], "currentColor"), (*here, RED)],
                below=valley() + footprints(path) + star()),
            "loss": chart(
                "Loss", f"The loss over {shown} steps, from {losses[0]:.3g} to "
                f"{loss:.3g}; the lowest possible is {lowest:.3g}.{found}",
                [("loss", range(len(losses)), losses, BLUE, ""),
                 ("lowest possible", [0, end], [lowest] * 2, RED, "6 3")],
                x=(0, 1.03 * end), y=(0, 1.1 * losses.max()), xlabel="steps",
                dots=[*marks, (shown, loss, RED)]),
        }

    def tell(self) -> str:
        rate, momentum, *_, shown = self.settings.values()
        _, lowest, bend = bottom()
        most = 2 * (1 + momentum) / bend  # the rule of the lesson, with momentum
        said = (f"After {shown} steps the loss is {self.losses[shown]:.4f}; the lowest "
                f"is {lowest:.4f}. Rate times bend, ηc, is {number(rate * bend)}. ")
        if self.there is not None:
            return said + (f"The walk needs {self.there} steps to come within {NEAR} "
                           "of the lowest for good.")
        if rate > most and abs(self.losses[shown] - lowest) < NEAR:
            return said + ("It seems to settle there, but its leaps grow wider: show "
                           "more steps.")
        if rate > most:
            return said + ("It leaps to and fro and never settles: the steps are too "
                           "long. Try a smaller learning rate.")
        if (np.diff(self.losses[:STEPS + 1])[-30:] > 1e-6).any():
            return said + (f"{STEPS} steps are too few: it swings to and fro. Try "
                           f"{'less momentum' if momentum else 'a smaller rate'}.")
        return said + (f"{STEPS} steps are too few: it is on its way. Try a larger "
                       f"learning rate{' or more momentum' * (momentum < 0.9)}.")

    def still(self, fig) -> None:
        left, right = fig.subplots(1, 2)
        centre, lowest, _ = bottom()
        for line in level_lines():
            left.fill(*line, facecolor=BLUE, alpha=0.11)
            left.plot(*line, color="black", alpha=0.3, linewidth=0.6)
        for rate, momentum, style in ((5, 0, "s-"), (5, 0.6, "o-"), (14, 0, "^-")):
            places, losses = walk_with_momentum(rate, momentum, (-3.0, 3.0), 20)
            colour = {0.6: GREEN, 0: RED if rate == 5 else "black"}[momentum]
            left.plot(*places.T, style, color=colour, markersize=3.5, linewidth=1)
            right.plot(losses, style, color=colour, markersize=3.5, linewidth=1,
                       label=f"rate {rate}, momentum {momentum}")
        left.plot(*centre, "*", color="white", markersize=15, markeredgecolor="black")
        left.annotate("start", (-3, 3), (8, 4), textcoords="offset points")
        right.axhline(lowest, color="black", linestyle="--", linewidth=1)
        left.set(xlim=PLACE_W, ylim=PLACE_B, ylabel="bias b",
                 xlabel="both weights, $w_1 = w_2$")
        left.set_title("Three walks downhill, 20 steps each")
        left.grid(False)
        right.set(xlabel="steps", ylim=(0, None), xticks=range(0, 21, 5))
        right.set_title("Loss")
        right.legend()


def walk_with_momentum(rate: float, momentum: float, start, n_steps: int) -> tuple:
    """Walk downhill from start, a weight and a bias; momentum 0 is plain descent.

    Returns the places (w, b), of shape (n_steps + 1, 2), and the losses there.
    """
    params = {"W": np.full((2, 1), float(start[0])), "b": np.array([float(start[1])])}
    optimizer, places, losses = Momentum(rate, momentum), [], []
    for _ in range(n_steps + 1):
        loss, dy = sigmoid_cross_entropy(X @ params["W"] + params["b"], CAUTIOUS)
        places.append([params["W"][0, 0], params["b"][0]])
        losses.append(loss)
        optimizer.step(params, {"W": X[0].T @ dy[0], "b": dy[0].sum(axis=0)})
    return np.array(places), np.array(losses)


def arrival(losses) -> int | None:
    """Find the step from which on a walk is at the bottom, or None if it never is.

    - losses: of shape (LONGER + 1,); after STEPS steps it is too late
    """
    outside = np.nonzero(losses > bottom()[1] + NEAR)[0]
    first = int(outside[-1]) + 1 if len(outside) else 0
    return first if first <= STEPS else None


def surface(w, b) -> np.ndarray:
    """Tell the loss of equal weights w and a bias b, arrays of the same shape."""
    y = w[..., None] * X[0].sum(axis=1) + b[..., None]
    return (np.logaddexp(0, y) - CAUTIOUS[0, :, 0] * y).mean(axis=-1)


@cache
def bottom() -> tuple[np.ndarray, float, float]:
    """Find the lowest point (w, b), its loss, and how sharply the valley bends there.
    """
    places, losses = walk_with_momentum(5, 0.6, (0, 0), 300)
    w, b = places[-1]
    p = sigmoid(X @ np.array([w, w]) + b)[0]
    inputs = np.column_stack([X[0], np.ones(4)])  # the bias has the input 1
    bends = np.linalg.eigvalsh(inputs.T @ (inputs * (p * (1 - p))[:, None]) / 4)
    return places[-1], float(losses[-1]), float(bends[-1])


@cache
def level_lines() -> tuple[np.ndarray, ...]:
    """Draw lines of equal loss around the lowest point, (2, 121) each, widest first.

    There is a single valley: on every ray from its lowest point the loss only rises,
    so each level is found by halving.
    """
    centre, lowest, _ = bottom()
    turn = np.linspace(0, 2 * np.pi, 121)
    # The valley runs aslant: along (1, -1.4) the rays are closer to one another.
    rays = np.outer([1, -1.4], np.cos(turn)) + np.outer([0.35, 0.25], np.sin(turn))
    lines = []
    for above in ABOVE[::-1]:
        near, far = np.zeros(121), np.full(121, 500.0)
        for _ in range(40):
            middle = (near + far) / 2
            inside = surface(*(centre[:, None] + middle * rays)) < lowest + above
            near, far = np.where(inside, middle, near), np.where(inside, far, middle)
        lines.append(centre[:, None] + near * rays)
    return tuple(lines)


def on_the_chart(w, b) -> np.ndarray:
    """Turn places into those of the picture inside a chart, (n, 2)."""
    return on_axes(w, b, PLACE_W, PLACE_B)


@cache
def valley() -> str:
    """Draw the surface in SVG: level lines, filled."""
    return "".join(shape("polygon", points=points(on_the_chart(*line)), fill=BLUE,
                         fill_opacity=0.11, stroke="currentColor", stroke_opacity=0.3)
                   for line in level_lines())


def footprints(path) -> str:
    """Draw a walk, (n, 2), in SVG: a thin line with a dot for every step."""
    steps = on_the_chart(*path.T)
    line = shape("polyline", points=points(steps), fill="none", stroke=RED)
    return line + "".join(shape("circle", cx=x, cy=y, r=2.2, fill=RED)
                          for x, y in steps)


@cache
def star() -> str:
    """Mark the lowest point in SVG."""
    turn, long = np.arange(10) * np.pi / 5, np.where(np.arange(10) % 2, 3.2, 8)
    corners = on_the_chart(*bottom()[0]) + np.stack(
        [long * np.sin(turn), -long * np.cos(turn)], axis=-1)
    return shape("polygon", points=points(corners), fill="#ffffff", stroke="#222222")
