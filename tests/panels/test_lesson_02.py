"""The panel of lesson 2: are its walk, its surface and its sentences right?"""

import re

import numpy as np
import pytest

from rnn_core import sigmoid_cross_entropy
from rnn_lab.panels import DescentPanel
from rnn_lab.panels import lesson_02 as lesson


def loss_and_slopes(w, b):
    """The loss of equal weights and its slopes, example by example, in plain Python."""
    loss = dw = db = 0.0
    for x1, x2, t in ((0, 0, 0.1), (0, 1, 0.1), (1, 0, 0.1), (1, 1, 0.9)):
        p = 1 / (1 + np.exp(-(x1 * w + x2 * w + b)))
        loss -= (t * np.log(p) + (1 - t) * np.log(1 - p)) / 4
        dw += x1 * (p - t) / 4  # of the first weight alone
        db += (p - t) / 4
    return loss, dw, db


def turned(**settings):
    panel = DescentPanel()
    for label, value in settings.items():
        panel.knobs[label.replace("_", " ")].value = value
    return panel


def needed(rate, momentum):
    return lesson.arrival(
        lesson.walk_with_momentum(rate, momentum, (-3, 3), lesson.LONGER)[1])


@pytest.mark.parametrize("rate, momentum", [(5, 0), (3, 0.6), (12, 0.3)])
def test_a_walk_goes_where_the_slopes_say(rate, momentum):
    places, losses = lesson.walk_with_momentum(rate, momentum, (-3, 3), 30)
    w, b, v, u = -3.0, 3.0, 0.0, 0.0
    for place, loss in zip(places, losses, strict=True):
        ours, dw, db = loss_and_slopes(w, b)
        np.testing.assert_allclose([*place, loss], [w, b, ours], rtol=1e-9)
        v, u = momentum * v - rate * dw, momentum * u - rate * db
        w, b = w + v, b + u


def test_the_surface_is_the_loss():
    w, b = np.random.default_rng(0).uniform(-9, 9, (2, 20))
    for i, j, height in zip(w, b, lesson.surface(w, b), strict=True):
        y = lesson.X @ np.array([[i], [i]]) + j
        assert height == pytest.approx(sigmoid_cross_entropy(y, lesson.CAUTIOUS)[0])


def test_the_star_is_the_lowest_point_and_the_bend_is_the_sharpest():
    (w, b), lowest, bend = lesson.bottom()
    loss, dw, db = loss_and_slopes(w, b)
    assert loss == pytest.approx(lowest) and abs(dw) < 1e-9 and abs(db) < 1e-9
    assert f"{bend:.3f} {2 / bend:.1f}" == "0.224 8.9"
    # The rule of the lesson: above 2 / bend each step lands farther off.
    for rate, nearer in ((0.99 * 2 / bend, True), (1.01 * 2 / bend, False)):
        places, _ = lesson.walk_with_momentum(rate, 0, (w + 1e-6, b + 1e-6), 60)
        far = np.linalg.norm(places - [w, b], axis=1)
        assert (far[-1] < far[20]) == nearer


def test_level_lines_lie_at_their_heights_widest_first():
    _, lowest, _ = lesson.bottom()
    lines = lesson.level_lines()
    for above, line in zip(lesson.ABOVE[::-1], lines, strict=True):
        np.testing.assert_allclose(lesson.surface(*line), lowest + above, rtol=1e-6)
        gaps = np.linalg.norm(np.diff(lesson.on_the_chart(*line), axis=0), axis=1)
        inside = np.all(abs(lesson.on_the_chart(*line)[1:] - 150) < 150, axis=1)
        assert gaps[inside].max(initial=0) < 40  # smooth, not a rough polygon


def test_places_are_drawn_where_they_are():
    corners = lesson.on_the_chart([-5, 9, 9, 2], [5, -13, 5, -4])
    np.testing.assert_allclose(corners, [[0, 0], [292, 138], [292, 0], [146, 69]])
    panel = turned(steps_shown=7)
    dots = re.findall(r'cx="([\d.-]+)" cy="([\d.-]+)" r="2.2"', panel.views["surface"])
    places = lesson.on_the_chart(*panel.places[:8].T)
    np.testing.assert_allclose(np.array(dots, float), places, atol=0.051)


def test_a_walk_that_only_seems_to_settle():
    panel = turned(learning_rate=10**1.2, steps_shown=60)
    assert "seems to settle there" in panel.sentence
    panel = turned(learning_rate=10**1.2, steps_shown=100)
    assert "never settles" in panel.sentence


@pytest.mark.parametrize("rate, momentum, needs", [
    (5, 0, 50), (10**0.95, 0, 31), (10, 0, None), (10**1.05, 0, None), (100, 0, None),
    (5, 0.6, 9), (5, 0.55, 11), (5, 0.65, 20), (5, 0.9, 73), (10**0.95, 0.5, 6),
    (10**1.1, 0.5, 17), (10**1.15, 0.5, None)])
def test_what_the_lesson_says_of_the_panel(rate, momentum, needs):
    panel = turned(learning_rate=rate, momentum=momentum)
    assert panel.there == needs
    if needs is None:
        assert "never settles" in panel.sentence
        assert "Try a smaller learning rate" in panel.sentence
    else:
        assert f"needs {needs} steps" in panel.sentence
        high = panel.losses > lesson.bottom()[1] + 0.001
        assert high[needs - 1] and not high[needs:].any()


def test_no_pair_of_knobs_needs_fewer_steps_than_the_lesson_says():
    rates, best = 10 ** np.arange(0.6, 1.21, 0.05), []
    for momentum in np.arange(0.3, 0.81, 0.05):
        best += [needed(rate, momentum) for rate in rates]
    assert min(n for n in best if n is not None) == 6
    alone = [needed(5, momentum) for momentum in np.arange(0, 0.96, 0.05)]
    assert min(n for n in alone if n is not None) == 9


def test_a_walk_that_is_not_there_gets_fitting_advice():
    assert "larger learning rate or more momentum" in turned(
        learning_rate=0.01).sentence
    assert turned(learning_rate=0.01, momentum=0.95).sentence.endswith(
        "Try a larger learning rate.")
    assert "Try less momentum" in turned(momentum=0.95).sentence


def test_passing_by_is_not_arriving():
    """At rate 10 the walk is at the bottom for a while, and leaves it again."""
    _, losses = lesson.walk_with_momentum(10, 0, (-3, 3), lesson.LONGER)
    assert (losses < lesson.bottom()[1] + 0.001).any()
    assert lesson.arrival(losses) is None
