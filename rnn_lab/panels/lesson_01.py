"""The panel of lesson 1: a soft switch to set, and its tangent to move."""

import warnings

import numpy as np

from rnn_core import sigmoid

from .base import Knob, Panel
from .drawing import BLUE, RED, chart, number

STEEP = (1, 2, 3, 4, 5, 7, 10, 20, 50, 100, 200, 500, 1000)
STOPS = (*(-w for w in STEEP[::-1]), -0.5, -0.2, 0, 0.2, 0.5, *STEEP)
FORMS = {
    "naive: 1 / (1 + e^-z)": lambda z: 1 / (1 + np.exp(-z)),
    "twin: e^z / (1 + e^z)": lambda z: np.exp(z) / (1 + np.exp(z)),
    "safe: rnn_core's": sigmoid,
}
PLACES = np.linspace(-6, 6, 289)  # x; 0 is among them


class SwitchPanel(Panel):
    """A soft switch p = sigmoid(w x + b), its slope, and what NumPy warns of."""

    KNOBS = (Knob("weight w", "stops", 1, STOPS),
             Knob("bias b", "slider", 0.0, (-10.0, 10.0, 0.1)),
             Knob("tangent at x", "slider", 1.0, (-6.0, 6.0, 0.1)),
             Knob("form", "choice", [*FORMS][0], (*FORMS,)))

    def draw(self) -> dict[str, str]:
        w, b, x, form = self.settings.values()
        p, slope, self.warned = switch(PLACES, w, b, FORMS[form])
        (here,), (steep,), _ = switch(np.array([x]), w, b, FORMS[form])
        self.here, self.lost = (here, steep), int(np.isnan(p).sum())
        ends = np.array([-12.0, 12.0])
        tangent = here + steep * (ends - x)
        top = max(0.25, np.nanmax(abs(slope), initial=0.0)) * 1.1
        low = -top if w < 0 else -0.04 * top
        gaps = f" It is missing at {self.lost} of {len(p)} places." * (self.lost > 0)
        return {
            "curve": chart(
                "What it says: p = σ(w x + b)",
                f"The switch from x = -6 to 6 with its tangent at {x:g}.{gaps}",
                [("p", PLACES, p, BLUE, ""), ("tangent", ends, tangent, RED, "6 3")],
                x=(-6, 6), y=(-0.1, 1.1), yticks=(0, 0.25, 0.5, 0.75, 1),
                xlabel="input x", dots=[(x, here, RED)]),
            "slope": chart(
                "How steep it is: dp/dx",
                f"The slope from x = -6 to 6. At {x:g} it is {steep:.3g}.{gaps}",
                [("", PLACES, slope, BLUE, "")], x=(-6, 6),
                y=(low, 0.04 * top if w < 0 else top),
                xlabel="input x", dots=[(x, steep, RED)]),
        }

    def tell(self) -> str:
        (w, b, x, _), (p, slope) = self.settings.values(), self.here
        said = (f"z = w x + b = {number(w * x + b)}, p = {number(p)}, "
                f"slope = w p (1 − p) = {number(slope)}. ")
        if not self.warned:
            return said + "NumPy has nothing to warn of."
        said += f"NumPy warns: {', '.join(sorted(self.warned))}. "
        if self.lost:
            return said + (f"At {self.lost} of {len(PLACES)} places p is nan, not a "
                           "number, and the curve is gone there.")
        return said + "The curve survives by luck: 1 / inf is 0."

    def still(self, fig) -> None:
        ax, below = fig.subplots(2, 1, sharex=True)
        p, slope, _ = switch(PLACES, 2, -2, sigmoid)
        (here,), (steep,), _ = switch(np.array([1.6]), 2, -2, sigmoid)
        ax.plot(PLACES, p, color=BLUE)
        ax.plot([0.6, 2.6], [here - steep, here + steep], "--", color=RED)
        ax.plot(1.6, here, "o", color=RED)
        below.plot(PLACES, slope, color=BLUE)
        below.plot(1.6, steep, "o", color=RED)
        ax.set(title="A soft switch, w = 2 and b = −2, with its tangent at x = 1.6",
               ylabel="p")
        below.set(xlabel="input x", ylabel="slope dp/dx")


def switch(x, w, b, form) -> tuple[np.ndarray, np.ndarray, set[str]]:
    """Compute a switch and its slope along x, and catch what NumPy warns of.

    - x: of shape (n,);  form: a way to write the sigmoid
    Returns p and the slope, of shape (n,) each, and the warnings.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        p = form(w * x + b)
    return p, w * p * (1 - p), {str(warning.message) for warning in caught}
