"""What the panel of lesson 6 shows is so."""

import base64
import copy
import io
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image

from rnn_core import RNN, binary_addition, count_right_sums, sigmoid
from rnn_lab.exercises.lesson_06 import carry_into
from rnn_lab.panels import CarryPanel
from rnn_lab.panels.lesson_06 import Inside, trained_adder, with_unit_at

LESSON = Path(__file__).parents[2] / "notebooks" / "06_inside_the_adder.ipynb"


@pytest.fixture(scope="module")
def lesson():
    """Run the cells of the lesson that train, probe and cut."""
    cells = {cell.id: cell.source for cell in nbformat.read(LESSON, 4).cells}
    names = {}
    for cell in ("imports", "train-teach", "carry-all", "probe-define", "probe-run",
                 "map-svd", "age-define", "cut-define"):
        exec(cells[cell], names)
    return names


def turn(panel, **knobs):
    for label, value in knobs.items():
        panel.knobs[LABELS[label]].value = value
    return panel


LABELS = {"a": "number a", "b": "number b", "column": "look at column",
          "cut": "unit cut out", "says": "it says"}


@pytest.mark.parametrize("a, b, n_bits", [(0, 0, 8), (127, 1, 8), (128, 0, 16),
                                          (12_015, 17_553, 16), (2**31 - 1, 1, 32)])
def test_bits_and_carries_are_those_of_the_sum(a, b, n_bits):
    panel = turn(CarryPanel(), a=a, b=b)
    s = panel.sum
    assert len(s["h"]) == n_bits == panel.knobs["look at column"].max + 1
    x, target = binary_addition(a, b, n_bits)
    comes = carry_into(a, b, n_bits)
    np.testing.assert_array_equal(s["carry in"], comes)
    np.testing.assert_array_equal(s["carry out"][:-1], comes[1:])
    np.testing.assert_array_equal(s["a"] + s["b"], x[:, 0].sum(axis=-1))
    np.testing.assert_array_equal(s["it writes"], s["a + b"])  # it can add
    np.testing.assert_array_equal(s["probe reads"], s["carry out"])
    assert s["answer"] == a + b and f"writes {a + b:,}: right" in panel.sentence
    np.testing.assert_array_equal(
        s["h"], trained_adder().forward(x)[1].h[1:, 0])
    assert ("There is no carry" in panel.sentence) == (not comes.any())


def test_the_quick_adder_knows_all_sums():
    assert count_right_sums(trained_adder()) == 16_384 == CarryPanel().right


def test_a_cut_is_that_of_the_lesson(lesson):
    inside = Inside(lesson["model"])
    assert inside.count_right(None) == 16_384
    for unit in (2, 5, 12):
        for way, values in (("its mean", lesson["centre"][unit]), ("0", 0)):
            assert inside.count_right((unit, way)) == lesson["run_with"](unit, values)
    assert 16_384 - inside.count_right((2, "its mean")) == 2527  # as the text says
    assert 16_384 - inside.count_right((12, "its mean")) == 318


def test_the_probe_and_the_map_are_those_of_the_lesson(lesson):
    inside = Inside(lesson["model"])
    np.testing.assert_allclose(inside.probe[0], lesson["probe"][0], rtol=1e-6)
    np.testing.assert_allclose(inside.probe[1], lesson["probe"][1], rtol=1e-6)
    np.testing.assert_allclose(inside.plane, lesson["plane"], atol=1e-6)
    states = np.random.RandomState(0).random_sample((3, 16))
    np.testing.assert_allclose(inside.shadow(states), (states - lesson["centre"])
                               @ lesson["plane"], atol=1e-6)
    along = [np.corrcoef(h.ravel(), lesson["carry_out"].ravel())[0, 1]
             for h in np.moveaxis(lesson["h_all"], 2, 0)]
    assert inside.order == np.argsort(along)[::-1].tolist()


def test_what_the_lesson_says_of_its_tasks(lesson):
    inside, untrained = Inside(lesson["model"]), Inside(lesson["untrained"])
    ages = lesson["carry_ages"](lesson["x_all"]) * lesson["carry_out"]
    ages = ages.max(axis=0).astype(int)  # of every sum, (16384,)
    for i in np.random.RandomState(0).randint(16_384, size=60):
        assert inside.add(*divmod(int(i), 128), None)["age"] == ages[i]
    longest = [divmod(i, 128) for i in np.nonzero(ages == ages.max())[0].tolist()]
    assert ages.max() == 6 and len(longest) == 64
    assert {(127, 1), (75, 53)} <= {*longest} and all(a % 2 for a, _ in longest)
    assert {a + b for a, b in longest} == {128}
    wrong = [unit for unit in range(16)
             if inside.add(127, 1, (unit, "its mean"))["answer"] != 128]
    assert wrong == [5, 7, 12]
    reads = untrained.add(127, 1, None)["probe reads"]
    assert reads.tolist() == [True] * 4 + [False] * 4


def test_a_silent_unit_says_its_value_and_the_model_stays():
    model = trained_adder()
    before = copy.deepcopy(model.params)
    x, _ = binary_addition([5, 77], [3, 127], 8)
    for value in (0.0, 0.3, 1.0):
        h = with_unit_at(model, 4, value).forward(x)[1].h[1:]
        np.testing.assert_allclose(h[..., 4], value, atol=1e-12)
        by_hand = np.zeros((2, 16))
        for x_t, h_t in zip(x, h, strict=True):
            by_hand = sigmoid(x_t @ before["Wxh"] + by_hand @ before["Whh"])
            by_hand[:, 4] = value
            np.testing.assert_allclose(h_t, by_hand, atol=1e-12)
    assert all((model.params[name] == before[name]).all() for name in before)


def test_the_strip_shows_every_state_the_last_column_first():
    panel = turn(CarryPanel(), a=75, b=53)
    raw = re.search(r'base64,([^"]*)"', panel.views["columns"])[1]
    with Image.open(io.BytesIO(base64.b64decode(raw))) as picture:
        seen = np.asarray(picture)[..., 3] / 255
    assert seen.shape == (16, 8)
    for row, unit in enumerate(panel.inside.order):
        np.testing.assert_allclose(seen[row, ::-1], panel.sum["h"][:, unit], atol=0.055)


def test_errors_are_boxed_and_told():
    panel = turn(CarryPanel(), a=127, b=1)
    n_boxes = panel.views["columns"].count("#d55e00")
    assert n_boxes == 0
    unit = next(unit for unit in range(16)
                if panel.inside.add(127, 1, (unit, "0"))["answer"] != 128)
    turn(panel, cut=unit, says="0")
    s = panel.sum
    wrong = (s["it writes"] != s["a + b"]).sum()
    missed = (s["probe reads"] != s["carry out"]).sum()
    n_boxes = panel.views["columns"].count("#d55e00")
    assert n_boxes == wrong + missed + 1  # and one for the unit
    assert re.search(rf"{s['answer']:,}: {wrong} bits? wrong", panel.sentence)
    assert f"{panel.right:,} are right" in panel.views["columns"]
    assert f"unit {unit} cut" in panel.views["columns"]
    assert panel.right < 16_384 == turn(panel, cut="none").right


def test_the_ring_is_where_the_knob_says():
    panel = turn(CarryPanel(), a=127, b=1, column=3)
    assert "ring: column 3: 1 + 0 + carry 1 writes 0, carry out 1" in panel.views["map"]
    turn(panel, a=200, column=15)
    assert "ring: column 15: 0 + 0 + carry 0" in panel.views["map"]
    turn(panel, a=1)  # the sum gets shorter than that
    assert panel.settings["look at column"] == 7
    assert "ring: column 7:" in panel.views["map"]


@pytest.mark.parametrize("settings", [{"n_hidden": 2}, {"n_hidden": 64, "bias": True},
                                      {"n_hidden": 6, "dtype": "float32"}])
def test_any_adder_can_be_looked_into(settings):
    settings = {"bias": False} | settings
    n_hidden = settings.pop("n_hidden")
    panel = CarryPanel(RNN(2, n_hidden, 1, activation="sigmoid", rng=0, **settings))
    assert panel.knobs["unit cut out"].options[1:] == (*range(n_hidden),)
    turn(panel, cut=n_hidden - 1, says="0")
    assert "at a loss" not in panel.sentence and "wrong." in panel.sentence


@pytest.mark.parametrize("model", [RNN(3, 4, 1, activation="sigmoid"), RNN(2, 4, 1), 7,
                                   RNN(2, 1, 1, activation="sigmoid")])
def test_what_is_no_adder_is_refused_kindly(model):
    with pytest.raises(ValueError, match="the panel looks into an adder: give a"):
        CarryPanel(model)
