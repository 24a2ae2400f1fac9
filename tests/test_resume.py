"""Saving and loading: what was interrupted goes on to the last bit."""

import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

import rnn_core as core
from rnn_core import RNN

RUN_ON = """
import sys
sys.path.insert(0, sys.argv[1])
from test_resume import go_on
go_on(*sys.argv[2:])
"""


def text_batches(vocabulary, step):
    ids = vocabulary.encode(core.load_text("the_night_ferry"))
    return core.text_batches(ids, window=25, start=step)


def adder_batches(rng):
    while True:
        yield core.binary_addition(*rng.integers(128, size=(2, 4)), 8)


def training(task, checkpoint):
    """The run of `task` that goes on from a checkpoint."""
    model, vocabulary, optimizer, start, rng = checkpoint
    step = start.step if start else 0
    if task == "text":
        return core.train(model, text_batches(vocabulary, step),
                          core.softmax_cross_entropy, optimizer, clip=5, start=start)
    return core.train(model, adder_batches(rng), core.sigmoid_cross_entropy,
                      optimizer, start=start)


def go_on(task, source, target, steps):
    """Load, train on, save: what the new process does."""
    checkpoint = core.load(source)
    *_, progress = islice(training(task, checkpoint), int(steps))
    core.save(target, *checkpoint._replace(progress=progress))


def beginning(task):
    rng = np.random.default_rng(5)
    if task == "adder":
        return core.Checkpoint(RNN(2, 10, 1, rng=rng, dtype="float32"), None,
                               core.Adam(0.01), None, rng)
    vocabulary = core.Vocabulary(core.load_text("the_night_ferry"))
    n = len(vocabulary)
    model = RNN(n, 30, n, rng=rng)
    return core.Checkpoint(model, vocabulary, core.Adagrad(), None, rng)


@pytest.mark.parametrize("task", ["text", "adder"])
def test_2000_steps_are_1000_save_load_in_a_new_process_1000_to_the_bit(task, tmp_path):
    checkpoint = beginning(task)
    half, resumed = tmp_path / "half.npz", tmp_path / "resumed.npz"
    for progress in islice(training(task, checkpoint), 2000):
        if progress.step == 1000:
            core.save(half, *checkpoint._replace(progress=progress))
    subprocess.run([sys.executable, "-c", RUN_ON, Path(__file__).parent, task, half,
                    resumed, "1000"], check=True,
                   env={**os.environ, "PYTHONPATH": str(Path(core.__file__).parent)})
    other = core.load(resumed)
    np.testing.assert_equal({**other.model.params}, {**checkpoint.model.params})
    np.testing.assert_equal([{**m} for m in other.optimizer.memory],
                            [{**m} for m in checkpoint.optimizer.memory])
    assert vars(other.optimizer).keys() == vars(checkpoint.optimizer).keys()
    assert other.optimizer.n_steps == 2000
    assert other.progress[:3] == progress[:3] and progress.step == 2000
    np.testing.assert_array_equal(other.progress.state, progress.state)
    if task == "text":
        texts = [core.sample(c.model, c.vocabulary, "The ", 200, rng=c.rng)
                 for c in (checkpoint, other)]
        assert texts[0] == texts[1]
    assert checkpoint.rng.random() == other.rng.random()


@pytest.mark.parametrize("optimizer", [
    None, core.SGD(0.2), core.Momentum(0.2, 0.5), core.RMSprop(0.2, 0.5), core.Adam()])
@pytest.mark.parametrize("activation, bias, dtype", [
    ("tanh", True, "float64"), ("sigmoid", False, "float32"),
    ("relu", True, "float32")])
def test_everything_comes_back_as_it_was(optimizer, activation, bias, dtype, tmp_path):
    model = RNN(2, 5, 1, activation=activation, bias=bias, dtype=dtype, rng=0)
    path = core.save(tmp_path / "a.model", model, optimizer=optimizer)
    assert path == tmp_path / "a.model.npz" and path.exists()
    other = core.load(tmp_path / "a.model")  # the ending is optional
    assert other.vocabulary is other.progress is other.rng is None
    assert type(other.model) is RNN and other.model.params.keys() == model.params.keys()
    for name, array in other.model.params.items():
        np.testing.assert_array_equal(array, model.params[name])
        assert array.dtype == dtype
    assert {k: v for k, v in vars(other.model).items() if k != "params"} == {
        k: v for k, v in vars(model).items() if k != "params"}
    assert (vars(other.optimizer) == vars(optimizer) if optimizer
            else other.optimizer is None)
    batch = core.binary_addition([1, 2], [3, 4], 4)
    run = core.train(other.model, [batch] * 3, core.squared_error, core.SGD(0.1))
    assert len([*run]) == 3 and (other.model.params["Whh"] != model.params["Whh"]).any()


def test_a_failure_while_writing_leaves_the_old_file_whole(tmp_path, monkeypatch):
    model = RNN(2, 5, 1, rng=0)
    path = core.save(tmp_path / "model", model)
    old = path.read_bytes()
    savez = np.savez

    def fail(file, **arrays):
        savez(file, **arrays)
        file.truncate(100)
        raise OSError("No space left on device")
    monkeypatch.setattr(np, "savez", fail)
    for place in path, tmp_path / "new":
        with pytest.raises(OSError, match="No space"):
            core.save(place, RNN(2, 5, 1, rng=1))
    assert path.read_bytes() == old and [*tmp_path.iterdir()] == [path]


def test_the_name_is_given_only_to_a_complete_file(tmp_path, monkeypatch):
    seen, replace = [], os.replace

    def watch(source, target):
        assert not Path(target).exists()
        assert core.load(Path(source).rename(f"{source}.npz")).model.n_hidden == 5
        Path(f"{source}.npz").rename(source)
        seen.append(Path(source).parent == Path(target).parent)
        replace(source, target)
    monkeypatch.setattr(os, "replace", watch)
    path = core.save(tmp_path / "model", RNN(2, 5, 1))
    assert seen == [True] and [*tmp_path.iterdir()] == [path]
    monkeypatch.undo()
    core.save(path, RNN(2, 6, 1))  # one of ours is replaced
    assert core.load(path).model.n_hidden == 6


@pytest.mark.parametrize("content", ["arrays", "text", "empty"])
def test_a_foreign_file_is_never_replaced(content, tmp_path):
    path = tmp_path / "results.npz"
    if content == "arrays":
        np.savez(path, Wxh=np.ones(3))
    else:
        path.write_text("my notes" * (content == "text"))
    old = path.read_bytes()
    with pytest.raises(ValueError, match="results.npz"):
        core.save(path, RNN(2, 5, 1))
    assert path.read_bytes() == old and [*tmp_path.iterdir()] == [path]
