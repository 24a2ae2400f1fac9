"""The panel of lesson 8: is the race fair, and are its figures right?"""

import re
from itertools import islice

import numpy as np
import pytest

from rnn_core import (
    RNN,
    SGD,
    Adagrad,
    Adam,
    Momentum,
    RMSprop,
    Vocabulary,
    binary_addition,
    load_text,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
    split_text,
    text_batches,
    train,
)
from rnn_lab.panels import RacePanel
from rnn_lab.panels import lesson_08 as lesson

KINDS = {"SGD": SGD, "momentum": Momentum, "Adagrad": Adagrad, "RMSprop": RMSprop,
         "Adam": Adam}


def raced(n_steps, **settings):
    """Race so many steps, drawn once at the end."""
    panel = RacePanel()
    for label, value in settings.items():
        panel.knobs[label.replace("_", " ")].value = value
    for _ in range(n_steps - 1):
        panel._advance()
    panel.step()
    return panel


def adder_of_the_lesson(seed):
    rng = np.random.default_rng(seed)
    batches = [binary_addition(*rng.integers(128, size=(2, 32)), 8) for _ in range(40)]
    test = binary_addition(*np.random.default_rng(99).integers(128, size=(2, 500)), 8)
    model = RNN(2, 16, 1, activation="sigmoid", dtype="float32", rng=seed)
    return model, batches, sigmoid_cross_entropy, test, 8, 8


def writer_of_the_lesson(seed):
    names = load_text("dinosaurs").lower().split()
    np.random.default_rng(0).shuffle(names)
    vocabulary = Vocabulary.from_text("\n".join(names))
    reading, held_out = split_text(vocabulary.encode("\n".join(names)))
    x, target, _ = next(text_batches(held_out, 25, 60))
    model = RNN(27, 32, 27, dtype="float32", rng=seed)
    batches = islice(text_batches(reading, 10, 16, start=30 * seed), 40)
    return (model, batches, softmax_cross_entropy, (x, target), 10 * np.log(2),
            25 * np.log(2))


@pytest.mark.parametrize("task, seed, make", [
    ("adder", 0, adder_of_the_lesson), ("adder", 2, adder_of_the_lesson),
    ("text", 1, writer_of_the_lesson)])
def test_every_runner_trains_as_the_lesson_does_alone(task, seed, make):
    panel = raced(40, task=task, seed=seed, all_rates_times=0.1)
    for runner in panel.runners:
        model, batches, loss, (x, target), scale, test_scale = make(seed)
        rate = panel.settings[f"{runner.name} lr"] * 0.1
        losses = [progress.loss / scale for progress in
                  train(model, batches, loss, KINDS[runner.name](rate))]
        np.testing.assert_array_equal(panel.models[runner.name].params["Whh"],
                                      model.params["Whh"])
        weights = 0.95 ** np.arange(40)[::-1]
        assert runner.mean == pytest.approx(np.average(losses, weights=weights))
        test = loss(model.forward(x)[0], target)[0] / test_scale
        assert runner.test == pytest.approx(test)
        shown = [f">{figure:.3f}</td>" for figure in (runner.mean, test)]
        assert "".join(shown) in re.sub("<td[^>]*>", ">", panel.views["table"])


def test_the_leader_is_the_best_on_the_test_and_the_model_is_its():
    panel = raced(120)
    best = min(panel.runners, key=lambda runner: runner.test)
    assert panel.leader is best and panel.model is panel.models[best.name]
    assert f"{best.name} leads with {best.test:.3f}".lower() in panel.sentence.lower()
    bold = re.search('font-weight: 700; ">(.*?)</tr>', panel.views["table"])[1]
    assert f"</svg>{best.name}</td>" in bold and ">1.</td>" in bold
    x, target = panel.task.test
    loss = sigmoid_cross_entropy(panel.model.forward(x)[0], target)[0] / 8
    assert loss == pytest.approx(best.test)


def test_a_runner_that_runs_away_drops_out_and_the_others_go_on():
    panel = RacePanel()
    panel.knobs["SGD lr"].value = 10
    for _ in range(20):
        panel.step()
    sgd, *others = panel.runners
    assert sgd.out == 2 and len(sgd.shown.x) == 2
    assert all(r.out is None and r.progress.step == 20 for r in others)
    assert "Out, at over 10 times the first loss: SGD (step 2)." in panel.sentence
    assert ">out</td>" in panel.views["table"] and panel.progress.step == 20
    assert panel.leader is not sgd
    panel.reset()
    assert panel.sentence == "Ready: press Start." and panel.runners[0].out is None


def test_no_number_drops_out_as_well():
    (first, *others), running = lesson.race(lesson.tasks()["adder"], 0)
    for runner in others:
        runner.optimizer.lr = 0.01
    next(running)
    first.model.params["Whh"][:] = np.nan
    next(running)
    assert first.out == 2 and all(runner.out is None for runner in others)


def test_when_all_are_out_it_says_so():
    panel = raced(100)
    assert "leads" in panel.sentence
    panel.knobs["all rates times"].value = 100
    for _ in range(6):
        panel.step()
    assert panel.sentence.startswith("Training ran away: all five are out. Try lower")
    assert not re.search("leads|Nobody|Lower", panel.sentence)
    assert panel.views["table"].count(">out<") == 5
    panel.knobs["all rates times"].value = 0.1
    panel.reset()
    panel.step()
    assert panel.sentence.startswith("Paused.")


def test_all_five_rates_and_their_factor_act_at_once():
    panel = raced(2, Adam_lr=0.02, all_rates_times=0.5)
    rates = {runner.name: runner.optimizer.lr for runner in panel.runners}
    assert rates["Adam"] == pytest.approx(0.01) and rates["RMSprop"] == 0.05


def test_lines_differ_in_dashes_and_all_of_them_are_named():
    assert len({dashes for *_, dashes in lesson.RUNNERS.values()}) == 5
    panel = raced(30)
    lines = re.findall('<polyline.*?dasharray="(.*?)"', panel.views["losses"])
    samples = re.findall('<line.*?dasharray="(.*?)".*?</svg>(.*?)</td>',
                         panel.views["table"])
    assert dict(zip(lesson.RUNNERS, lines, strict=False)) == {
        name: dashes for dashes, name in samples if name in lesson.RUNNERS}


@pytest.mark.parametrize("seed", range(2))
def test_what_the_lesson_says_of_the_race(seed):
    low = {r.name: r for r in raced(300, task="text", seed=seed,
                                    all_rates_times=0.1).runners}
    assert not any(runner.out for runner in low.values())
    order = sorted(low, key=lambda name: low[name].test)
    assert order[0] in ("Adam", "RMSprop") and order[-1] == "Adagrad"
    assert low["Adagrad"].test < 3.5  # it learns, too
    high = raced(300, task="text", seed=seed)
    assert high.leader.name == "Adagrad"
    assert all(r.out or r.test > high.task.blind for r in high.runners[:2])
