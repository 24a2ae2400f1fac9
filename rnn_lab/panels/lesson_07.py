"""The panel of lesson 7: a gradient on its way back, and what a clip does to it."""

import functools

import numpy as np

from rnn_core import RNN, clip_by_norm, clip_by_value

from .base import Knob, Panel
from .drawing import BLUE, GREEN, GREY, RED, chart, number

FINE = tuple(n / 20 for n in range(16, 41))  # 0.8, 0.85, ... 2
RADII = (0.1, 0.2, 0.3, 0.5, 0.7, *FINE, 2.2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9, 10, 11,
         11.5, 12, 12.5, 13, 14, 16, 20, 30, 50, 100, 1000)
CLIPS = {"off": lambda grads, limit: grads, "by norm": clip_by_norm,
         "by value": clip_by_value}
N_LAGS, N_HIDDEN = 100, 64
INPUTS = np.random.default_rng(1).standard_normal((150, 8, 1))


class GradientFlowPanel(Panel):
    """How much of a gradient arrives so many steps back, and how a clip shortens it.

    The network has random weights; it is blamed for its last output alone. `sizes`
    are those of the blame at lags 0 to 100, as shares of the first, `slope` is the
    root of the mean squared slope of the units. `before` and `after` are the gradient
    of all weights, from a window as long as the lag, without and with the clip.
    """

    KNOBS = (Knob("radius", "stops", 1, RADII),
             Knob("activation", "choice", "tanh", ("tanh", "sigmoid", "relu")),
             Knob("matrix", "choice", "random", ("random", "orthogonal")),
             Knob("size of inputs", "log slider", 1.0, (0.01, 10.0)),
             Knob("lag", "slider", 50, (1, N_LAGS, 1)),
             Knob("clip", "choice", "by norm", (*CLIPS,)),
             Knob("limit of clip", "log slider", 0.1, (0.001, 100.0)))

    def draw(self) -> dict[str, str]:
        radius, activation, matrix, loud, lag, clip, limit = self.settings.values()
        model, x = network(radius, activation, matrix), loud * INPUTS
        self.sizes, self.slope = flow(model, x)
        self.before, self.after = clipped(model, x, lag, CLIPS[clip], limit)
        lags, n = np.arange(N_LAGS + 1), len(self.before)
        was, now = (np.sort(abs(g))[::-1] for g in (self.before, self.after))
        largest = max(was[0], now[0])
        if not np.isfinite(largest):
            was = now = np.full(n, np.nan)
            largest = 1.0
        top = 4 * np.ceil(np.log10(max(largest, 100)) / 4)
        return {
            "reach": chart(
                "What arrives", "How much of the gradient arrives 0 to 100 steps back; "
                f"{lag} steps back {number(self.sizes[lag])}. The powers of the "
                f"radius say {number(float(radius)**lag)}.",
                [("in fact", lags, self.sizes, BLUE, ""),
                 ("guess", lags, (radius * self.slope) ** lags, GREEN, "2 3"),
                 ("radius", lags, float(radius) ** lags, RED, "7 3")],
                x=(0, N_LAGS), y=(-20, 20), log=True, xlabel="lag: steps back",
                dots=[(lag, self.sizes[lag], BLUE)]),
            "clip": chart(
                "Gradient of the weights",
                f"The {n:,} numbers of the weights' gradient by size. The largest is "
                f"{number(abs(self.before).max())}, after the clip "
                f"{number(abs(self.after).max())}.",
                [("as it is", np.arange(n), was, BLUE, ""),
                 ("clipped", np.arange(n), now, RED, "6 3")],
                x=(0, n), y=(-8, top), log=True,
                xlabel=f"its {n:,} numbers, the largest first"),
        }

    def tell(self) -> str:
        radius, _, _, _, lag, clip, limit = self.settings.values()
        return f"{self._arrives(radius, lag)} {self._clip(clip, limit)}"

    def _arrives(self, radius, lag) -> str:
        share, back = self.sizes[lag], "1 step" if lag == 1 else f"{lag} steps"
        if not np.isfinite(self.sizes).all():
            first = int(np.argmin(np.isfinite(self.sizes)))
            return (f"From lag {first} on the numbers are too large for a computer: "
                    f"above 10³⁰⁸. Try a radius below {number(radius)}.")
        if share == 0:
            return (f"{back} back nothing arrives, to the last digit: all units are "
                    f"saturated or off. Try a radius below {number(radius)}.")
        verdict = ("It survives" if 0.1 <= share <= 10 else
                   "It shrinks" if share < 1 else "It grows")
        return (f"{back} back {number(share)} of the gradient arrives. {verdict}, by a "
                f"factor of {share ** (1 / lag):.2f} a step; the guess, radius × slope,"
                f" is {radius:g} × {self.slope:.2f} = {radius * self.slope:.2f}.")

    def _clip(self, clip, limit) -> str:
        was, now = length(self.before), length(self.after)
        if not np.isfinite(was):
            return "No clip can mend that."
        said = f"The weights' gradient: norm {number(was)}"
        if clip == "off":
            return f"{said}."
        if was > 0 == now:
            return f"{said}; squared, it overflows, and the clip leaves only zeros."
        n_cut = (self.before != self.after).sum()
        if not n_cut:
            return f"{said}; the clip does nothing."
        said = f"{said}, after the clip {number(now)}"
        if clip == "by norm":
            return f"{said}, in the same direction."
        one, other = (g / length(g) for g in (self.before, self.after))
        turned = np.degrees(np.arccos(min(one @ other, 1.0)))
        return f"{said} ({n_cut:,} numbers cut, turned by {turned:.0f}°)."

    def still(self, fig) -> None:
        left, right = fig.subplots(1, 2)
        looks = (("relu", GREEN, "-."), ("tanh", BLUE, "-"), ("sigmoid", GREY, "--"))
        for name, colour, style in looks:
            sizes, _ = flow(network(1.7, name, "random"), INPUTS)
            left.plot(sizes, style, color=colour, label=name)
        left.plot(1.7 ** np.arange(N_LAGS + 1), ":", color=RED, label="1.7$^k$")
        left.axhline(1, color=GREY, linewidth=0.7)
        left.set(yscale="log", ylim=(1e-20, 1e20), xlim=(0, N_LAGS),
                 yticks=10.0 ** np.arange(-20, 21, 10), xlabel="lag k: steps back")
        left.set_title("Gradient that arrives, radius 1.7", fontsize=10.5)
        model = network(2, "tanh", "random")
        looks = (("off", BLUE, "-"), ("by norm", RED, "--"), ("by value", GREEN, "-."))
        for name, colour, style in looks:
            _, numbers = clipped(model, INPUTS, 50, CLIPS[name], 1.0)
            right.plot(np.sort(abs(numbers))[::-1], style, color=colour,
                       label="as it is" if name == "off" else f"clip {name} at 1")
        right.set(yscale="log", ylim=(1e-8, 1e4), xlabel="its numbers, the largest "
                  "first")
        right.set_title("Gradient of the weights, tanh, radius 2", fontsize=10.5)
        left.legend(loc="lower right", fontsize=9)
        right.legend(loc="lower left", fontsize=9)


@functools.cache
def start(matrix: str) -> np.ndarray:
    """Draw a matrix of spectral radius 1, random or orthogonal."""
    W = RNN(1, N_HIDDEN, 1, rng=0).params["Whh"]
    if matrix == "orthogonal":
        return np.linalg.qr(W)[0]
    return W / abs(np.linalg.eigvals(W)).max()


def network(radius: float, activation: str, matrix: str) -> RNN:
    """Make a network with random weights and a Whh of this spectral radius."""
    model = RNN(1, N_HIDDEN, 1, activation=activation, rng=0)
    model.params["Whh"][:] = radius * start(matrix)
    return model


def flow(model: RNN, x) -> tuple[np.ndarray, float]:
    """Measure how much of the blame of the last output arrives at lags 0 to 100.

    Returns the sizes as shares of the first, of shape (101,), and the root of the
    mean squared slope. Where numbers overflow, sizes are not finite.
    """
    with np.errstate(all="ignore"):
        y, trace = model.forward(x)
        dy = np.zeros_like(y)
        dy[-1] = 1.0
        model.backward(trace, dy)  # it leaves dz in trace.a
        blame = trace.a[:-N_LAGS - 1:-1] @ model.params["Whh"].T  # lag 1, 2, ...
        first = length(dy[-1] @ model.params["Why"].T)
        sizes = np.array([length(one) for one in blame]) / first
        if not np.isfinite(trace.h).all():  # overflown, they send no blame, or any
            sizes[:] = np.nan
        return np.append(1.0, sizes), np.mean(trace.slope[49:] ** 2) ** 0.5


def clipped(model: RNN, x, window: int, clip, limit) -> tuple[np.ndarray, np.ndarray]:
    """Compute the gradient of all weights from a window's last output, and clip it.

    Returns it before and after, as vectors.
    """
    with np.errstate(all="ignore"):
        _, trace = model.forward(x)
        y, trace = model.forward(x[-window:], trace.h[-1 - window])
        dy = np.zeros_like(y)
        dy[-1] = 1 / y.shape[1]
        grads, _ = model.backward(trace, dy)
        before = grads.flat.copy()
        return before, clip(grads, limit).flat


def length(vector) -> float:
    """Compute a norm whose squares may overflow or vanish."""
    most = abs(vector).max()
    if not 0 < most < np.inf:
        return float(most)
    return float(most * np.linalg.norm(vector / most))
