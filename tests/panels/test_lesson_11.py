"""The panel of lesson 11: is the run the lesson's, and are its figures right?"""

import base64
import io
import math
import re
from itertools import islice

import numpy as np
import pytest
from PIL import Image

from rnn_core import (
    GRU,
    LSTM,
    RNN,
    Adam,
    Vocabulary,
    bits_per_character,
    clip_by_norm,
    load,
    load_text,
    sample,
    softmax_cross_entropy,
    split_text,
    text_batches,
    train,
)
from rnn_lab.counting import CountingModel
from rnn_lab.panels import WriterPanel
from rnn_lab.panels import lesson_11 as lesson

TALE = "The cat sat on the mat, and the dog said: no nanny!\n" * 30


def trained(n_steps, **settings):
    """Train so many steps, drawn once at the end."""
    panel = WriterPanel()
    for label, value in settings.items():
        panel.knobs[label.replace("_", " ")].value = value
    for _ in range(n_steps - 1):
        panel._advance()
    panel.step()
    return panel


def painted(panel):
    """Read the picture of the hidden states back."""
    raw = re.search(r'base64,([^"]*)"', panel.views["states"])[1]
    with Image.open(io.BytesIO(base64.b64decode(raw))) as picture:
        return np.asarray(picture).astype(int)


# -------------------------------------------------------------------- what it learns
def test_at_first_it_is_the_recipe_of_the_lesson():
    def mean_loss(y, target):
        loss, dy = softmax_cross_entropy(y, target)
        return loss / 25, dy / 25

    text = load_text("the_night_ferry")
    ids = Vocabulary.from_text(text).encode(text)
    model, adam = RNN(61, 128, 61, dtype=np.float32, rng=0), Adam(0.015)
    adam.lr = 0.015 * 0.01
    for progress in islice(train(model, text_batches(split_text(ids)[0], 25, 32),
                                 mean_loss, adam, lambda g: clip_by_norm(g, 1)), 30):
        share = progress.step / 3000
        adam.lr = 0.015 * min(1, 0.01 + 15 * share) * (
            1 + math.cos(math.pi * share)) / 2
    panel = trained(30)
    np.testing.assert_array_equal(panel.model.params.flat, model.params.flat)
    assert panel.progress.loss == progress.loss
    assert "step 30 of 3,000" in panel._bar.value


def test_after_the_goal_the_rate_rises_again():
    panel = trained(299, steps=300, hidden_units=16)
    assert 0 < panel.optimizer.lr < 1e-5
    for step in (300, 301, 302):
        panel.step()
        assert panel.progress.step == step
    assert panel.optimizer.lr == pytest.approx(0.015 * (0.01 + 15 / 300), rel=0.01)
    panel.knobs["rate over time"].value = "constant"
    panel.reset()
    panel.step()
    assert panel.optimizer.lr == 0.015
    panel.knobs["learning rate"].value = 0.15  # at once
    panel.step()
    assert panel.optimizer.lr == pytest.approx(0.15)


@pytest.mark.parametrize("kind", [RNN, LSTM, GRU])
def test_every_network_learns_and_shows_its_states(kind):
    panel = trained(3, network=kind.__name__, hidden_units=16, text="dinosaurs")
    assert type(panel.model) is kind
    start = panel._window[1]
    assert start is not None and start.any()  # that of the window, not zeros
    window = panel.book.ids[50:75]  # the third one of the first reader
    h = panel.model.forward(window[:, None], start)[1].h[1:, 0].T
    picture = painted(panel)
    assert picture.shape == (16, 25, 4)
    np.testing.assert_array_equal(picture[..., 3], (255 * abs(h)).astype(int))
    blue, orange = [0, 0x72, 0xB2], [0xD5, 0x5E, 0]
    seen = picture[..., 3] > 9
    np.testing.assert_array_equal(
        picture[..., :3][seen], np.where(h[..., None] < 0, orange, blue)[seen])
    below = re.findall(r'white-space: pre">(.)</text>', panel.views["states"])
    assert "".join(below).replace("↵", "\n") == panel.vocabulary.decode(window)


# -------------------------------------------------------------------- its figures
def test_bits_and_marks_are_those_of_the_whole_held_out_part():
    panel, text = trained(2), load_text("the_night_ferry")
    vocabulary = Vocabulary.from_text(text)
    ids, unseen = (vocabulary.encode(part) for part in split_text(text))
    assert len(unseen) == len(panel.unseen) == 13_980
    assert panel.scores.y[-1] == bits_per_character(panel.model, unseen)
    assert panel.scores.x == [0, 2] or panel.scores.x == [0, 1, 2]
    assert panel.marks == [CountingModel(ids, 61, k).bits_per_character(unseen)
                           for k in range(5)]
    assert [f"{mark:.2f}" for mark in panel.marks] == "4.40 3.35 2.53 2.12 2.02".split()
    assert ">4.40 3.35 2.53 2.12 2.02<" in panel.views["numbers"]
    assert ">13,980<" in panel.views["numbers"]
    assert ">125,818, of 61 kinds<" in panel.views["numbers"]
    assert ">1,600, 0.0 times all<" in panel.views["numbers"]


def test_a_large_network_is_tested_on_a_part_and_so_is_counting():
    panel = trained(1, network="LSTM", hidden_units=256)
    n = len(panel.unseen)
    assert 3000 < n < 6000
    assert f">{n:,} of 13,980<" in panel.views["numbers"]
    ids, whole = panel.book.ids, panel.book.unseen
    assert panel.marks[2] == CountingModel(ids, 61, 2).bits_per_character(whole[:n])
    assert panel.scores.y[-1] == bits_per_character(panel.model, whole[:n])


def test_with_one_reader_the_smooth_loss_is_the_classic_one():
    panel = trained(40, readers=1, text="dinosaurs", hidden_units=16)
    assert panel._mean == pytest.approx(panel.progress.smooth_loss / math.log(2))
    assert panel.smooth.y[-1] == panel._mean and len(panel.smooth.y) == 40
    panel.reset()
    panel.knobs["readers"].value = 32
    panel.reset()
    panel.step()
    first = panel._mean
    panel.step()  # 800 characters of 25,000
    assert panel._mean == pytest.approx(
        first + 0.032 * (panel.progress.loss / math.log(2) - first))


def test_a_paused_network_shows_what_the_temperature_does():
    panel = trained(5)
    said = sample(panel.model, panel.vocabulary, "\n", 240, 0.8, rng=5)
    assert panel.written == said
    panel.knobs["temperature"].value = 0.0
    cold = sample(panel.model, panel.vocabulary, "\n", 240, 0, rng=5)
    assert panel.written == cold != said
    assert "It writes, at temperature 0:" in panel.views["page"]
    panel.knobs["temperature"].value = 0.8
    assert panel.written == said


def test_speed_and_time_left():
    panel = trained(1, hidden_units=16)
    panel.running, panel.clock = True, iter(range(100)).__next__
    panel._ticks.extend([(10.0, 100), (10.5, 300), (12.0, 1100)])
    panel.progress = panel.progress._replace(step=1100)
    numbers = panel._numbers()
    assert ">400,000<" in numbers  # 500 steps a second, of 800
    assert ">4 s<" in numbers  # 1,900 steps
    panel._ticks.clear()
    assert ">400,000<" not in panel._numbers()


def test_tests_of_a_running_network_take_an_eightieth_of_the_time(monkeypatch):
    now, panel, tests = [0.0], trained(1, hidden_units=16, text="dinosaurs"), []

    def slow(model, ids):
        now[0] += 0.05
        tests.append(now[0])
        return 5.0

    monkeypatch.setattr(lesson, "process_time", lambda: now[0])
    monkeypatch.setattr(lesson, "bits_per_character", slow)
    panel.running, panel._test_next, panel._n_tests = True, 0.0, 0
    for step in range(2, 400):
        now[0] += 0.1
        panel.progress = panel.progress._replace(step=step)
        panel.draw()
    gaps = np.diff(tests) - 0.05
    assert len(gaps) == 11 and 0.49 < gaps[0] < 0.65 and 0.99 < gaps[1] < 1.15
    assert gaps[3:].min() > 80 * 0.05 - 1e-9 and gaps[3:].max() < 80 * 0.05 + 0.15
    assert panel.scores.x[-1] < 399
    panel.running = False
    panel.draw()  # at rest it is always up to date
    assert panel.scores.x[-1] == 399


def test_the_curve_of_the_last_run_stays():
    panel = trained(3, text="dinosaurs", hidden_units=16)
    scores = panel.scores
    assert ">before<" not in panel.views["bits"]
    panel.reset()
    assert panel.before is scores and ">before<" in panel.views["bits"]
    panel.reset()  # nothing came of this one
    assert panel.before is scores
    panel.step()
    panel.knobs["text"].value = "the_night_ferry"
    panel.reset()  # bits on another text do not compare
    assert ">before<" not in panel.views["bits"]


def test_marks_keep_apart_and_inside():
    panel = WriterPanel()
    panel.knobs["text"].value = "my own"
    panel.knobs["my own"].value = TALE  # counting pays next to nothing there
    assert panel.marks[4] < 0.1
    places = [float(y) for y, k in re.findall(
        r'<text x="348.0" y="([\d.]+)"[^>]*>(\d)</text>', panel.views["bits"])]
    assert len(places) == 5 and min(abs(np.diff(sorted(places)))) > 8.4
    assert max(places) <= 204 - 36 + 5


# -------------------------------------------------------------------- its sentences
def test_it_says_where_the_network_stands():
    panel = WriterPanel()
    panel.marks[:] = [4.4, 3.35, 2.53, 2.12, 2.02]
    for bits, said in ((6.0, "more than an even guess, 5.93"), (1.9, "less than all"),
                       (2.3, "the next mark, counting with 3, is 2.12"),
                       (2.02, "the next mark, counting with 4, is 2.02")):
        panel.scores.y[:] = [bits]
        assert said in panel.verdict() and f"{bits:.2f} bits" in panel.verdict()


@pytest.mark.parametrize("bits, mean, top, said", [
    ([6.0, 2.6, 3.0], 1.5, 0.015, "At step 200 it was 2.60: since then it learns by"),
    ([6.0, 2.6, 3.0], 2.9, 0.015, None),
    ([6.0, 3.3, 5.7], 0.4, 0.015, "At step 200 it was 3.30: since then it learns by"),
    ([6.0], 4.0, 0.015, None),
    ([6.0, 4.42], 4.4, 0.15, "no more. Try a smaller learning rate, and Reset."),
    ([6.0, 4.42], 4.4, 0.0002, "no more. Try a larger learning rate, and Reset."),
    ([6.0, 6.5], 6.5, 0.3, "too long. Try a learning rate below 0.3, and Reset."),
])
def test_what_goes_badly_is_said(bits, mean, top, said):
    panel = trained(1)
    panel.progress = panel.progress._replace(step=1000)
    panel.scores.x, panel.scores.y = [0, 200, 1000][: len(bits)], bits
    panel._mean, panel._used = mean, top
    panel.knobs["learning rate"].value = 0.015  # what is turned later is not to blame
    assert (said in panel.news()) if said else panel.news() == panel.verdict()


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_weights_beyond_measure(value):
    panel = trained(1)
    panel.model.params["Whh"][:] = value
    panel.knobs["temperature"].value = 1.0  # it draws again
    assert "grown beyond all measure" in panel.sentence
    assert "at a loss" not in panel.sentence
    panel.reset()
    panel.step()
    assert panel.sentence.startswith("Paused.") and "beyond" not in panel.sentence


def test_a_run_that_diverges_says_so():
    panel = trained(60, optimiser="momentum", clip="none", learning_rate=1.5,
                    rate_over_time="constant")
    assert panel.sentence.endswith("Try a learning rate below 1.5, and Reset.")


# -------------------------------------------------------------------- its texts
def own(words):
    panel = WriterPanel()
    panel.knobs["text"].value, panel.knobs["my own"].value = "my own", words
    return panel


def test_a_pasted_text_and_a_named_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tale.txt").write_text(TALE)
    for words in (TALE, "tale.txt", "  tale.txt\n"):
        panel = own(words)
        assert panel.vocabulary.symbols == "".join(sorted({*TALE}))
        assert len(panel.book.ids) == int(len(TALE) * 0.9)
        panel.step()
        assert panel.progress.step == 1 and "Until then" not in panel.sentence
    assert f">1,404, of {len({*TALE})} kinds<" in panel.views["numbers"]


def test_a_text_given_by_the_cell():
    for given in (TALE, "dinosaurs"):
        panel = WriterPanel(given)
        assert panel.settings["text"] == "the one given"
        text = TALE if given == TALE else load_text("dinosaurs")
        assert panel.vocabulary.symbols == "".join(sorted({*text}))
        panel.knobs["text"].value = "the_night_ferry"
        assert len(panel.vocabulary) == 61


@pytest.mark.parametrize("words, said", [
    ("", 'Put a file\'s name or a whole text into "my own"'),
    ("nowhere.txt", "There is no file 'nowhere.txt' beside this notebook"),
    ("kafka", 'In a cell: WriterPanel(load_text("kafka"))'),
    ("a\nfew\nwords", "The text has 11 characters: 500 or more"),
    ("\n".join("a" * 900), None),  # two symbols are enough
    ("a" * 900, "two or more different characters"),
    ("latin.txt", "is not UTF-8"), ("\0", "There is no file"),
])
def test_a_text_that_cannot_be_read_is_told_kindly(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lesson, "DATA", tmp_path)  # no kafka there
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9 " * 200)
    panel = own(words)
    panel.step()
    assert "at a loss" not in panel.sentence and panel.progress.step == 1
    if said:
        assert said in panel.sentence
        assert "Until then it reads the_night_ferry." in panel.sentence
        assert len(panel.vocabulary) == 61


def test_a_short_text_has_fewer_readers():
    panel = own(TALE)  # 1,404 characters to learn from
    panel.knobs["window"].value = 100
    panel.step()
    assert "too short for more than 14 readers" in panel.sentence
    assert panel.progress.state.shape == (14, 128)


def test_any_symbol_can_be_shown():
    panel = own("<b>&\"'\x00\x1b\ud800 漢字 é\n]]>" * 60)
    panel.step()
    panel.knobs["temperature"].value = 2.0
    assert "at a loss" not in panel.sentence and "<b>" not in panel.views["page"]
    assert not re.search("[\x00-\x09\x0b-\x1f\ud800]", "".join(panel.views.values()))


def test_lines_of_a_page_fit():
    lines = lesson.in_lines("a" * 120 + "\n\n" + "word " * 30)
    assert max(map(len, lines)) <= 50 and "" in lines
    assert max(map(len, lesson.in_lines("漢" * 60))) == 25


# -------------------------------------------------------------------- saving
def test_save_overwrites_nothing_and_can_go_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    panel = trained(4, text="dinosaurs", hidden_units=16)
    assert [panel.save().name, panel.save("writer.npz").name,
            panel.save(tmp_path / "x").name] == ["writer.npz", "writer-2.npz", "x.npz"]
    assert "step 4, as x.npz" in panel.views["numbers"]
    stored = load("writer")
    np.testing.assert_array_equal(stored.model.params.flat, panel.model.params.flat)
    assert stored.progress.step == 4 and stored.optimizer.n_steps == 4
    assert stored.vocabulary.symbols == panel.vocabulary.symbols
    panel.reset()
    assert panel.save("fresh").name == "fresh.npz" and load("fresh").progress is None
    assert ">no<" in trained(1, text="dinosaurs").views["numbers"]
