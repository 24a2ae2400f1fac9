"""The panel of lesson 12: is what it paints and tells what the network says?"""

import re

import numpy as np
import pytest

from rnn_core import GRU, LSTM, RNN, Vocabulary, bits_per_character, softmax
from rnn_lab.panels import ReaderPanel
from rnn_lab.panels import lesson_12 as lesson


@pytest.fixture
def panel():
    return ReaderPanel()


def run(panel, passage):
    """Run the network over a passage by hand: states and odds."""
    y, trace = panel.model.forward(panel.vocabulary.encode(passage)[:, None])
    return trace.h[1:, 0], softmax(y[:, 0].astype(float))


def cells(panel):
    """Read the painted characters back: (bar, classes, what is shown)."""
    page = panel.views["page"].split('role="img"')[1].split("</div>")[0]
    return re.findall(r'<b class="s(\d+)"><i class="([^"]*)">(.*?)</i></b>', page)


# ------------------------------------------------------------------- its figures
def test_states_odds_and_bits_are_the_networks(panel):
    passage = panel.passage
    h, odds = run(panel, passage)
    np.testing.assert_allclose(panel.h, h, rtol=1e-6)
    np.testing.assert_allclose(panel.odds, odds)
    came = panel.vocabulary.encode(passage[1:])
    np.testing.assert_allclose(panel.bits[1:], -np.log2(odds[range(len(came)), came]))
    assert np.isnan(panel.bits[0])
    mean = bits_per_character(panel.model, panel.vocabulary.encode(passage))
    assert np.nanmean(panel.bits) == pytest.approx(mean)
    assert f"The passage costs {mean:.2f} bits a character." in panel.sentence


def test_every_character_has_the_colour_of_what_the_unit_says(panel):
    panel.knobs["unit"].value = 7
    said, drawn = run(panel, panel.passage)[0][:, 7], cells(panel)
    assert [int(re.search(r"v(-?\d+)", kinds)[1]) for _, kinds, _ in drawn] == [
        round(10 * float(value)) for value in said]
    assert [shown for *_, shown in drawn] == [
        {" ": "&#160;", "\n": "↵", '"': "&quot;"}.get(c, c) for c in panel.passage]
    assert [int(bar) for bar, *_ in drawn] == [
        0 if np.isnan(b) else min(14, round(1.4 * b)) for b in panel.bits]
    assert [i for i, (_, kinds, _) in enumerate(drawn) if " h" in kinds] == [
        panel.place]
    assert panel.views["page"].count("<br/>") == panel.passage.count("\n")
    points = re.search(r'points="([^"]*)"', panel.views["unit"])[1].split()
    heights = np.array([float(point.split(",")[1]) for point in points])
    assert np.corrcoef(heights, said)[0, 1] < -0.999  # the chart's y grows downwards


def test_colours_differ_by_more_than_hue():
    for level in range(-10, 11):
        look = re.search(rf"\.v{level} {{(.*?)}}", lesson.STYLE)[1]
        line = "solid #0072b2" if level > 3 else "dotted #d55e00" if level < -3 else ""
        assert (line in look) and (("border" in look) == bool(line))
        strength = int(re.search(r"#\w{6}(\w\w)", look)[1], 16)
        assert strength == 14 * abs(level)  # at most 140 of 255: letters stay readable


def test_the_odds_are_those_after_the_place(panel):
    for place in (0, 40, len(panel.passage) - 1):
        panel.knobs["look at"].value = place
        odds = run(panel, panel.passage)[1][place]
        best = np.argsort(-odds)[:8]
        drawn = re.findall(r'style="">([^<]*)</text>', panel.views["odds"])
        assert [int(words) for words in drawn[::2]] == [int(100 * odds[i])
                                                        for i in best]
        names = [panel.vocabulary.symbols[i] for i in best]
        following = panel.passage[place + 1 : place + 2]
        assert [("✓" in shown) for shown in drawn[1::2]] == [
            name == following for name in names]


def test_it_says_whether_the_guess_was_right(panel):
    h, odds = run(panel, panel.passage)
    symbols, heard = panel.vocabulary.symbols, {"right": 0, "wrong": 0}
    for place in range(len(panel.passage) - 1):
        panel.knobs["look at"].value = place
        top = odds[place].argmax()
        bits = panel.bits[place + 1]
        assert f"{int(100 * odds[place][top])} %" in panel.sentence
        assert f": {bits:.1f} bits." in panel.sentence
        right = symbols[top] == panel.passage[place + 1]
        assert ("and is right" in panel.sentence) == right
        assert (" comes, " in panel.sentence) != right
        heard["right" if right else "wrong"] += 1
    assert min(heard.values()) > 20
    panel.knobs["look at"].value = len(panel.passage) - 1
    assert "right" not in panel.sentence and " comes, " not in panel.sentence


# ------------------------------------------------------------------- its passages
def test_what_it_does_not_know_is_passed_over(panel):
    panel.knobs["passage"].value = "the é fé漢rry"
    h, odds = run(panel, "the  frry")
    known = [0, 1, 2, 3, 5, 6, 9, 10, 11]
    np.testing.assert_allclose(panel.h[known], h, rtol=1e-6)
    assert np.isnan(panel.h[[4, 7, 8]]).all() and np.isnan(panel.bits[[4, 7, 8]]).all()
    assert np.isfinite(panel.bits[known[1:]]).all()
    assert [i for i, (_, kinds, _) in enumerate(cells(panel)) if "x" in kinds] == [
        4, 7, 8]
    assert "It does not know é 漢 and reads on without." in panel.sentence
    panel.knobs["look at"].value = 4  # the guess is that of the space before
    assert f"{int(100 * odds[3].max())} %" in panel.sentence
    assert "says" not in panel.sentence and " comes, " in panel.sentence


@pytest.mark.parametrize("passage", ["", "é漢", "\0\ud800\x1b"])
def test_nothing_to_read_is_told_kindly(panel, passage):
    panel.knobs["passage"].value = passage
    assert panel.sentence.startswith("Write a passage with characters that it knows")
    assert "nothing to guess from" in panel.views["odds"]
    assert len(cells(panel)) == len(passage)
    panel.knobs["passage"].value = "a"
    assert "It expects" in panel.sentence


def test_markup_is_text_and_long_passages_end(panel):
    panel.knobs["passage"].value = "<b>&\"'" + "x" * 400
    assert [shown for *_, shown in cells(panel)][:6] == [
        "&lt;", "b", "&gt;", "&amp;", "&quot;", "&#x27;"]
    assert len(cells(panel)) == lesson.MOST
    assert f"Only the first {lesson.MOST} characters are read." in panel.sentence
    longest = max(part.count("<b ") for part in panel.views["page"].split('"w"')[1:-1])
    assert longest == lesson.CELLS  # no line without a place to break


def test_who_looks_at_the_end_stays_there(panel):
    look = panel.knobs["look at"]
    panel.knobs["passage"].value = "The"
    assert panel.place == look.value == look.max == 2
    for end in ("The ", "The ferry", "The", "T", "", "Th", "The ferry"):
        panel.knobs["passage"].value = end
        assert panel.place == max(0, len(end) - 1)
        assert look.max == max(1, len(end) - 1)
    look.value = 3
    panel.knobs["passage"].value = "The ferry came"
    assert panel.place == look.value == 3
    panel.knobs["passage"].value = "Th"
    assert panel.place == 1


# ------------------------------------------------------------------- its networks
@pytest.mark.parametrize("kind", [RNN, LSTM, GRU])
@pytest.mark.parametrize("n_hidden", [1, 20])
def test_any_network_can_be_looked_into(kind, n_hidden):
    vocabulary = Vocabulary("The frydog?\n")
    panel = ReaderPanel(kind(12, n_hidden, 12, rng=0), vocabulary)
    panel.knobs["passage"].value = "The dog"
    panel.knobs["unit"].value = panel.knobs["unit"].max
    h = panel.model.forward(vocabulary.encode("The dog")[:, None])[1].h[1:, 0]
    np.testing.assert_allclose(panel.h, h)
    assert panel.unit == n_hidden - 1 and "at a loss" not in panel.sentence
    assert "a moment of training" not in panel.sentence


def test_values_beyond_one_are_painted_to_their_scale():
    vocabulary = Vocabulary("The frydog?\n")
    model = RNN(12, 5, 12, activation="relu", rng=0)
    model.params["Wxh"] *= 50
    panel = ReaderPanel(model, vocabulary)
    said = panel.h[:, panel.unit]
    assert np.nanmax(said) > 10
    levels = [int(v) for v in re.findall(r'class="v(-?\d+)', "".join(
        f'class="{kinds}"' for _, kinds, _ in cells(panel)))]
    assert max(levels) == 10 and min(levels) >= 0


def test_weights_that_are_no_numbers():
    model, vocabulary = lesson.quick_writer()
    other = RNN(model.n_in, 4, model.n_out)
    other.params["Whh"][:] = np.nan
    panel = ReaderPanel(other, vocabulary)
    for unit in (0, 3):
        panel.knobs["unit"].value = unit
        assert "at a loss" not in panel.sentence


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="give both a model and its vocabulary"):
        ReaderPanel(RNN(5, 4, 5))
    with pytest.raises(ValueError, match="5 inputs and 5 outputs, but .* 3 symbols"):
        ReaderPanel(RNN(5, 4, 5), Vocabulary("abc"))


def test_the_quick_writer_has_learnt_something(panel):
    model, vocabulary = lesson.quick_writer()
    assert panel.model is model and "a moment of training" in panel.sentence
    assert bits_per_character(model, vocabulary.encode(lesson.example())) < 3.3
