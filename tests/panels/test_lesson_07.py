"""What the panel of lesson 7 shows is so."""

from itertools import product
from pathlib import Path

import nbformat
import numpy as np
import pytest

from rnn_core import clip_by_norm, clip_by_value
from rnn_lab.panels import GradientFlowPanel
from rnn_lab.panels.lesson_07 import INPUTS, RADII, flow, length, network

LESSON = Path(__file__).parents[2] / "notebooks" / "07_vanishing_and_exploding.ipynb"
LABELS = {"inputs": "size of inputs", "limit": "limit of clip"}


@pytest.fixture(scope="module")
def lesson():
    """Run the cells of the lesson that measure."""
    cells = {cell.id: cell.source for cell in nbformat.read(LESSON, 4).cells}
    names = {}
    for cell in ("imports", "factor-define", "squash-define", "squash-network"):
        exec(cells[cell], names)
    return names


def turn(panel, **knobs):
    for label, value in knobs.items():
        panel.knobs[LABELS.get(label, label)].value = value
    return panel


@pytest.mark.parametrize("activation, radius", [  # tanh at 4 is chaos: no digit holds
    *product(["tanh", "sigmoid", "relu"], [0.5, 1, 1.7]), ("sigmoid", 4), ("relu", 4)])
def test_it_measures_as_the_lesson_does(lesson, activation, radius):
    panel = turn(GradientFlowPanel(), radius=radius, activation=activation)
    model = lesson["network_of_radius"](radius, activation)
    lags = [1, 2, 10, 49, 100]
    measured = lesson["measure_reach"](model, lesson["x"], lags)
    np.testing.assert_allclose(panel.sizes[[0, *lags]], measured, rtol=1e-6)
    h = model.forward(lesson["x"])[1].h[50:]
    slopes = {"tanh": 1 - h * h, "sigmoid": h * (1 - h), "relu": h > 0}[activation]
    assert panel.slope == pytest.approx((slopes**2).mean() ** 0.5)


def test_the_matrix_has_its_radius():
    for matrix in ("random", "orthogonal"):
        W = network(3, "tanh", matrix).params["Whh"]
        assert abs(np.linalg.eigvals(W)).max() == pytest.approx(3)
    np.testing.assert_allclose(W @ W.T, 9 * np.eye(64), atol=1e-9)


@pytest.mark.parametrize("clip, cut", [("by norm", clip_by_norm),
                                       ("by value", clip_by_value)])
def test_the_clip_is_that_of_the_core(clip, cut):
    panel = turn(GradientFlowPanel(), clip=clip, limit=0.1, radius=2, lag=20)
    expected = cut({0: panel.before.copy()}, 0.1)[0]
    np.testing.assert_allclose(panel.after, expected, rtol=1e-12)
    assert 0 < length(panel.after) < length(panel.before)
    n_cut = (abs(panel.before) > 0.1).sum()
    cosine = panel.before @ expected / length(panel.before) / length(expected)
    assert {"by norm": "in the same direction",
            "by value": f"({n_cut:,} numbers cut, turned by "
            f"{np.degrees(np.arccos(cosine)):.0f}°)"}[clip] in panel.sentence
    turn(panel, limit=100, radius=1)
    assert "the clip does nothing" in panel.sentence
    turn(panel, clip="off")
    assert (panel.before == panel.after).all() and panel.sentence.endswith(
        f"norm {length(panel.before):.3g}.")


def test_the_gradient_of_the_weights_is_that_of_the_last_output():
    """Nudge a weight: the mean last output follows as the gradient says."""
    panel = turn(GradientFlowPanel(), radius=1.7, lag=7)
    model = network(1.7, "tanh", "random")
    start = model.forward(INPUTS)[1].h[-8]

    def last(nudge):
        model.params["Whh"][3, 5] += nudge
        y = model.forward(INPUTS[-7:], start)[0][-1].mean()
        model.params["Whh"][3, 5] -= nudge
        return y

    slope = (last(1e-5) - last(-1e-5)) / 2e-5
    names = {name: array.size for name, array in model.params.items()}
    assert [*names][:2] == ["Wxh", "Whh"]
    assert panel.before[64 + 3 * 64 + 5] == pytest.approx(slope, rel=1e-5)
    assert panel.before.size == sum(names.values())


def test_what_the_lesson_says_of_its_tasks():
    def survives(activation, radius=1, matrix="random", loud=1.0, lag=50):
        sizes, _ = flow(network(radius, activation, matrix), loud * INPUTS)
        return 0.1 <= sizes[lag] <= 10

    def radii(activation):
        return [r for r in RADII if 1.4 < r < 21 and survives(activation, r)]

    assert {1.6, 1.65, 1.7, 1.75, 1.8} <= {*radii("tanh")}
    assert min(radii("tanh")) == 1.6 and max(radii("tanh")) < 2
    assert 12 in radii("sigmoid") and 11 <= min(radii("sigmoid"))
    assert max(radii("sigmoid")) <= 12.5
    assert flow(network(1.7, "tanh", "random"), INPUTS)[1] == pytest.approx(
        0.6, abs=0.05)
    assert flow(network(12, "sigmoid", "random"), INPUTS)[1] == pytest.approx(
        0.083, abs=0.005)
    for matrix in ("random", "orthogonal"):
        assert survives("tanh", matrix=matrix, loud=0.03)
        assert not survives("tanh", matrix=matrix, loud=1.0)
        for loud in (0.01, 0.1, 1, 10):
            assert not survives("relu", matrix=matrix, loud=loud)


@pytest.mark.parametrize("knobs, words", [
    ({"radius": 1}, "It shrinks"), ({"radius": 1.7}, "It survives"),
    ({"radius": 4}, "It grows"), ({"radius": 1, "lag": 1}, "1 step back"),
    ({"radius": 1000, "activation": "relu"}, "too large for a computer"),
    ({"radius": 1000}, "nothing arrives, to the last digit"),
    ({"radius": 50, "activation": "relu"}, "the clip leaves only zeros"),
    ({"radius": 1000, "activation": "relu", "clip": "by value"}, "No clip can mend"),
])
def test_it_says_what_happens_and_nothing_breaks(knobs, words, recwarn):
    panel = turn(GradientFlowPanel(), **knobs)
    assert words in panel.sentence and "nan" not in panel.sentence
    assert not [w for w in recwarn if issubclass(w.category, RuntimeWarning)]


def test_a_norm_whose_squares_overflow():
    assert length(np.array([3e200, 4e200])) == pytest.approx(5e200)
    assert length(np.array([3e-200, 4e-200])) == pytest.approx(5e-200)
    assert length(np.zeros(3)) == 0 and length(np.array([np.inf, 1])) == np.inf
    assert np.isnan(length(np.array([np.nan, 1])))
