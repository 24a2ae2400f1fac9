"""The panel of lesson 5: it is the classic program, and its figures are right."""

import numpy as np
import pytest

from rnn_core import binary_addition, count_right_sums
from rnn_lab.panels import AdderPanel, lesson_05
from rnn_lab.panels.lesson_05 import check_sums


@pytest.fixture(scope="module")
def learnt():
    """The panel after the 10,000 steps of the classic program."""
    panel = AdderPanel()
    for _ in range(10_000):
        panel._advance()
    panel._turn(hurry=True)
    return panel


def test_the_adder_begins_as_the_classic_program():
    draws = np.random.RandomState(0)
    weights = {name: 2 * draws.random_sample(shape) - 1 for name, shape in
               (("Wxh", (2, 16)), ("Why", (16, 1)), ("Whh", (16, 16)))}
    panel = AdderPanel()
    assert all((panel.model.params[name] == weights[name]).all() for name in weights)
    panel.step()
    panel.step()
    pairs = draws.randint(128, size=(10_000, 2)).tolist()
    assert [*panel.last] == pairs[:2] and pairs[0] == [9, 60]
    assert "9 + 60 = 69" in panel.views["additions"]
    for _ in range(200):
        panel._advance()
    assert [*panel.last] == pairs[197:202]


def test_the_classic_run_gets_all_sums_right(learnt):
    assert count_right_sums(learnt.model) == 16_384
    assert learnt.sentence == "10,000 steps are done. Start goes on. " \
        "All 16,384 sums are right."
    assert learnt.shares == [1.0] * 9


def test_the_shares_are_those_of_every_sum():
    model = AdderPanel().model
    x, target = binary_addition(*np.indices((16, 16)).reshape(2, -1), 5)
    right = (model.forward(x)[0] > 0) == target
    shares, n = check_sums(model, 5)
    assert n == 256
    np.testing.assert_allclose(shares[:-1], right.mean(axis=(1, 2)))
    assert round(shares[-1] * n) == count_right_sums(model, 5)
    shares, n = check_sums(model, 12)
    assert n == 4096 and len(shares) == 13


def test_wrong_bits_are_marked_by_more_than_colour():
    panel = AdderPanel()
    panel.step()
    table = panel.views["additions"]
    n_boxes = table.count("outline: 2px solid")
    (a, b), = panel.last
    x, target = binary_addition(a, b, 8)
    wrong = (panel.model.forward(x)[0] > 0) != target
    assert n_boxes == wrong.sum() > 0
    assert table.count('aria-label="wrong') == n_boxes and "✗ " in table


def test_a_learning_rate_that_is_too_large_gets_advice():
    panel = AdderPanel()
    panel.knobs["learning rate"].value = 100
    panel.knobs["loss"].value = "cross entropy"
    for _ in range(40):
        panel.step()
    assert "too long. Try a learning rate below 100, and Reset." in panel.sentence
    panel.knobs["learning rate"].value = 0.1
    panel.reset()
    panel.step()
    assert panel.sentence == "Paused."


@pytest.mark.parametrize("loss, n_bits, blind", [
    ("squared error", 8, 8 / 8), ("cross entropy", 3, 3 * np.log(2))])
def test_the_advice_comes_at_one_and_four_tenths_of_the_blind_loss(loss, n_bits, blind):
    panel = AdderPanel()
    panel.knobs["loss"].value, panel.knobs["bits"].value = loss, n_bits
    for losses, advised in (([1.39] * 20, False), ([1.41] * 20, True),
                            ([9] * 19, False), ([9] * 99 + [1.39] * 20, False),
                            ([0] * 99 + [1.36, 1.46] * 10, True)):
        panel.losses.y[:] = [blind * times for times in losses]
        assert ("Try a learning rate below 0.1," in panel.news()) == advised


def test_the_rate_acts_at_once_and_sizes_from_the_next_reset_on():
    panel = AdderPanel()
    panel.step()
    panel.knobs["learning rate"].value = 2.0
    panel.knobs["hidden units"].value = 4
    panel.step()
    assert panel.optimizer.lr == 2.0 and panel.model.n_hidden == 16
    assert "Reset to use the new hidden units." in panel.sentence
    panel.reset()
    assert panel.model.n_hidden == 4 and "Reset" not in panel.sentence
    panel.knobs["bits"].value = 5  # nothing is lost before the first step
    assert panel.n_bits == 5 and len(panel.shares) == 6


def fast(rate=0.1, n_hidden=16, seed=0):
    """The panel with the fast recipe of the lesson."""
    panel = AdderPanel()
    for label, value in {"optimiser": "Adam", "loss": "cross entropy",
                         "sums a step": 64, "learning rate": rate,
                         "hidden units": n_hidden, "seed": seed}.items():
        panel.knobs[label].value = value
    return panel


def learns(panel, most=1000):
    """Train until all sums are right; tell whether it got there."""
    for step in range(1, most + 1):
        panel._advance()
        if step % 50 == 0 and panel._test() == 1:
            return True
    return False


@pytest.mark.parametrize("seed", range(4))
def test_eight_units_learn_and_three_do_not(seed):
    assert learns(fast(n_hidden=8, seed=seed))
    assert not learns(fast(n_hidden=3, seed=seed))


def test_where_the_rate_breaks_it():
    assert learns(fast(0.01)) and learns(fast(0.1), most=500) and learns(fast(0.2))
    panel = fast(10)
    assert not learns(panel, most=100)
    panel.knobs["learning rate"].value = 0.01
    assert not learns(panel)


@pytest.mark.parametrize("network", ["LSTM", "GRU"])
def test_networks_with_gates_learn_it_too(network):
    panel = AdderPanel()
    for name, value in {"network": network, "optimiser": "Adam", "sums a step": 64,
                        "loss": "cross entropy", "learning rate": 0.03}.items():
        panel.knobs[name].value = value
    panel.reset()
    for _ in range(400):
        panel._advance()
    panel._turn(hurry=True)
    assert type(panel.model).__name__ == network
    assert panel.shares[-1] * 16_384 == count_right_sums(panel.model) > 16_000


def test_a_run_with_time_to_spare_is_tested_more_often(monkeypatch):
    clock = iter(range(10**6))
    monkeypatch.setattr(lesson_05, "process_time", lambda: next(clock) * 0.01)
    panel, pauses = AdderPanel(), []
    panel.clock = lambda: 100.0
    for speed in "1,000 steps a second", "as fast as it can":
        panel.knobs["speed"].value = speed
        panel._test()
        pauses.append(panel._test_at - 100)
    np.testing.assert_allclose(pauses, [0.25, 1.2])


def test_the_first_loss_is_a_dot():
    panel = AdderPanel()
    panel.step()
    assert "<circle" in panel.views["loss"]
    panel.step()
    assert "<circle" not in panel.views["loss"]
