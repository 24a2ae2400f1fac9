"""The panel of lesson 1: what it says of the switch is right."""

import numpy as np
import pytest

from rnn_lab.panels import SwitchPanel


def turn(panel, **knobs):
    for label, value in knobs.items():
        panel.knobs[label.replace("_", " ")].value = value


def test_the_switch_says_what_numpy_warns_of():
    panel = SwitchPanel()
    assert "nothing to warn of" in panel.sentence
    turn(panel, weight_w=1000)
    assert "overflow encountered in exp" in panel.sentence and "luck" in panel.sentence
    turn(panel, form="twin: e^z / (1 + e^z)")
    assert "invalid value" in panel.sentence
    assert "the curve is gone there" in panel.sentence
    assert "It is missing at" in panel.views["curve"]
    turn(panel, form="safe: rnn_core's")
    assert "nothing to warn of" in panel.sentence
    turn(panel, weight_w=2, tangent_at_x=0.5)
    assert "z = w x + b = 1, p = 0.731, slope = w p (1 − p) = 0.393." in panel.sentence


@pytest.mark.parametrize("w, b, x", [(2, -3, 1.6), (-5, 1, 0.1), (0.5, 0, -6)])
def test_the_slope_is_that_of_the_curve(w, b, x):
    panel = SwitchPanel()
    turn(panel, weight_w=w, bias_b=b, tangent_at_x=x)
    before, after = (1 / (1 + np.exp(-w * place - b)) for place in (x - 1e-5, x + 1e-5))
    said = float(panel.sentence.split("(1 − p) = ")[1].split(". ")[0].replace("−", "-"))
    assert said == pytest.approx((after - before) / 2e-5, rel=0.01)


def test_the_answers_of_the_lesson():
    panel = SwitchPanel()
    for w, sure in ((2, False), (3, True)):
        turn(panel, weight_w=w, bias_b=2 * w, tangent_at_x=-1)
        p = float(panel.sentence.split("p = ")[1].split(",")[0])
        assert (p >= 0.95) == sure
        assert p == pytest.approx(1 / (1 + np.exp(-w)), abs=1e-3)
    for w, warns in ((100, False), (200, True)):
        turn(panel, weight_w=w, bias_b=0)
        assert ("NumPy warns" in panel.sentence) == warns
        assert "missing" not in panel.views["curve"]
    turn(panel, form="twin: e^z / (1 + e^z)")
    assert "missing" in panel.views["curve"]
