"""The panel of lesson 4: are its shares, its predictions and its measures right?"""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from rnn_core import binary_addition, sigmoid, sigmoid_cross_entropy
from rnn_lab.panels import BlamePanel
from rnn_lab.panels import lesson_04 as lesson

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
LESSON = NOTEBOOKS / "04_backprop_through_time.ipynb"
THREE = "9 + 60, 60 + 77, 99 + 33"


def turned(**settings):
    panel = BlamePanel()
    for label, value in settings.items():
        panel.knobs[label].value = value
    return panel


def loss_with(panel, sums, weight, nudges):
    """The loss, with a nudge of the weight for each time step, in a plain loop."""
    x, target = binary_addition(*lesson.SUMS[sums], 8)
    name, place = lesson.WEIGHTS[weight]
    h, y = panel.start[:x.shape[1]].astype(complex), []
    for x_t, nudge in zip(x, nudges, strict=True):
        p = {key: W.astype(complex) for key, W in panel.model.params.items()}
        p[name][place] += nudge
        h = sigmoid(x_t @ p["Wxh"] + h @ p["Whh"] + p["bh"])
        y.append(h @ p["Why"] + p["by"])
    return sigmoid_cross_entropy(np.array(y), target)[0]


@pytest.mark.parametrize("sums", lesson.SUMS)
def test_every_share_is_the_slope_along_that_step_alone(sums):
    panel = BlamePanel()
    for weight in lesson.WEIGHTS if sums == THREE else [*lesson.WEIGHTS][::5]:
        shares, slope = panel.blame(weight, sums)
        exact = [loss_with(panel, sums, weight, 1e-100j * one).imag / 1e-100
                 for one in np.eye(8)]
        np.testing.assert_allclose(shares, exact, atol=1e-13)
        assert shares.sum() == pytest.approx(slope, abs=1e-13)


def test_the_change_is_that_of_the_loss_and_leaves_the_weights_alone():
    panel = BlamePanel()
    before = panel.model.params.flat.copy()
    for weight in ("Wxh[1, 4]", "Whh[0, 2]", "bh[3]", "Why[2, 0]", "by[0]"):
        base = loss_with(panel, "85 + 42", weight, np.zeros(8)).real
        exact = [loss_with(panel, "85 + 42", weight, np.full(8, nudge)).real - base
                 for nudge in (-2, 0.3)]
        np.testing.assert_allclose(panel.changes(weight, "85 + 42", [-2, 0.3]), exact)
    assert (panel.model.params.flat == before).all()


def test_there_are_46_weights():
    assert len(lesson.WEIGHTS) == BlamePanel().model.params.flat.size == 46
    assert lesson.WEIGHTS["Whh[3, 1]"] == ("Whh", (3, 1))


def test_it_gives_the_numbers_of_the_lesson():
    cells = {cell["id"]: cell for cell in json.loads(LESSON.read_text())["cells"]}
    printed = "".join(cells["one-run"]["outputs"][0]["text"])
    table = [line.split() for line in printed.splitlines() if line.count(".") > 1]
    assert len(table) >= 4
    panel = turned(weight="Whh[3, 1]")
    assert f"gradient {panel.slope:.6f}" in printed
    for nudge, predicted, measured in table:
        panel.knobs["nudge"].value = float(nudge)
        assert f"{panel.predicted:.7f}" == predicted
        assert f"{panel.measured:.7f}" == measured


@pytest.mark.parametrize("nudge, said", [
    (0.25, "45 % more"), (0.3, "53 % more"), (-0.2, "44 % less"), (-0.25, "56 % less"),
    (0.001, "0.2 % more"), (-1, "the other way: the loss rises")])
def test_it_says_how_far_off_the_prediction_is(nudge, said):
    assert turned(nudge=nudge).sentence.endswith(said + ".")


def test_what_the_lesson_says_of_the_panel():
    panel = BlamePanel()
    slopes = {weight: panel.blame(weight, THREE)[1] for weight in lesson.WEIGHTS}
    first, second = sorted(slopes, key=lambda weight: -abs(slopes[weight]))[:2]
    assert (first, second) == ("Why[0, 0]", "by[0]")
    assert f"{slopes[first]:.3f} {slopes[second]:.3f}" == "0.664 0.513"
    shares, slope = panel.blame("bh[0]", THREE)
    assert f"{slope:.4f} {abs(shares).sum():.2f}" == "0.0099 0.57" and shares.all()
    cancels = [f"bh[{i}]" for i in range(5) if "nearly cancel" in turned(
        weight=f"bh[{i}]").sentence]
    assert cancels == ["bh[0]", "bh[1]"]
    shares, slope = panel.blame("bh[1]", THREE)
    assert f"{slope:.3f} {abs(shares).sum():.2f}" == "0.028 0.75"
    blameless = [weight for weight in lesson.WEIGHTS if "no blame at all" in turned(
        sums="0 + 0", weight=weight).sentence]
    assert blameless == [name for name in lesson.WEIGHTS if name[:3] == "Wxh"]


def test_a_nudge_of_nothing_asks_for_one():
    assert turned(nudge=0).sentence.endswith("changes nothing: move the slider.")


@pytest.mark.parametrize("weight, sums", [
    ("Whh[3, 1]", THREE), ("Whh[0, 4]", "85 + 42")])
def test_bars_stand_on_zero_and_point_their_way(weight, sums):
    panel = turned(weight=weight, sums=sums)
    drawn = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="[\d.]+" '
                       r'height="([\d.]+)" fill="(#\w+)"', panel.views["shares"])
    zero = float(re.search(r'x1="0" x2="292" y1="([\d.]+)"',
                           panel.views["shares"])[1])
    _, y, tall, colours = zip(*drawn, strict=True)
    y, tall = np.array([y, tall], float)
    signed = np.where(abs(y - zero) < 0.11, -tall, tall)
    scale = tall.max() / abs(panel.shares).max()
    np.testing.assert_allclose(signed, panel.shares * scale, atol=0.3)
    up = np.array(colours) == lesson.RED
    assert (up == (signed > 0))[tall > 0].all() and 0 < up.sum() < 8


def test_small_values_are_magnified_and_it_is_said():
    assert lesson.magnified([0.5, -3]) == (1, "")
    assert lesson.magnified([0, -0.01]) == (1000, " × 1,000")
    assert lesson.magnified([1e-5]) == (1e6, " × 1,000,000")
    panel = turned(nudge=0.001)
    assert ">Change × 1,000<" in panel.views["loss"]
    longest = re.findall(r'text-anchor="end"[^>]*>([^<]*)<', panel.views["loss"])
    assert max(map(len, longest[:-2])) <= 6  # they fit beside the chart
