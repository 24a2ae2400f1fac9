"""The panel of lesson 9: are odds, entropy, writing and its measures right?"""

import re
from collections import Counter
from xml.etree import ElementTree

import numpy as np
import pytest

from rnn_core import Vocabulary, load_text, split_text
from rnn_lab.counting import CountingModel
from rnn_lab.panels import TemperaturePanel
from rnn_lab.panels import lesson_09 as lesson

TEXT = load_text("the_night_ferry")
BOOK, _ = split_text(TEXT)
VOCABULARY = Vocabulary.from_text(TEXT)


def turned(**settings):
    panel = TemperaturePanel()
    for label, value in settings.items():
        panel.knobs[label.replace("_", " ")].value = value
    return panel


def page_of(panel):
    """What the panel shows as writing, without its marks."""
    ElementTree.fromstring(panel._sample.value)
    place = re.search('monospace[)]">(.*)</div></div>', panel._sample.value, re.DOTALL)
    return place[1]


@pytest.mark.parametrize("k", range(6))
def test_one_model_serves_all_lengths_of_context(k):
    ours = CountingModel(VOCABULARY.encode(BOOK), len(VOCABULARY), k)
    before = VOCABULARY.encode("he said ")
    for T in (0.3, 1, 2):
        p = ours.odds(before) ** (1 / T)
        panel = turned(context=k, temperature=T)
        np.testing.assert_allclose(panel.odds, p / p.sum(), rtol=1e-9)


def test_the_shares_of_the_lesson():
    for T, percent in ((0.3, 75), (1, 26), (2, 13)):
        panel = turned(temperature=T)
        t = VOCABULARY.encode("t")[0]
        assert round(100 * panel.odds[t]) == percent
        assert panel.sentence.startswith(
            f"The likeliest is t with {int(100 * panel.odds[t])} %")


def test_the_writing_of_the_lesson():
    """With its own loop, and the start, the seed and the context that it takes."""
    model = CountingModel(VOCABULARY.encode(BOOK), len(VOCABULARY), 4)
    for T in (0.3, 1, 2):
        written = VOCABULARY.encode("The ").tolist()
        for u in np.random.default_rng(9).random(400):
            stick = np.cumsum(model.odds(written[-8:]) ** (1 / T))
            written.append(int(np.searchsorted(stick, u * stick[-1], "right")))
        panel = turned(temperature=T, begin_with="The ", sample=9)
        assert panel.written == VOCABULARY.decode(written)[4:]


@pytest.mark.parametrize("T", [0.05, 1, 100])
def test_bars_and_entropy_are_those_of_the_odds(T):
    panel = turned(temperature=T, context=3)
    p = panel.odds
    assert p.sum() == pytest.approx(1) and panel.entropy == pytest.approx(
        -sum(q * np.log2(q) for q in p if q > 0), abs=1e-9)
    assert panel.entropy <= np.log2(len(p)) + 1e-9
    # The order is that of temperature 1, whichever is chosen.
    best = np.argsort(-turned(context=3).odds, kind="stable")[:12]
    shares = [*p[best], 1 - p[best].sum()]
    heights = [float(h) for h in re.findall('<rect.*?height="(.*?)"',
                                            panel.views["odds"])]
    np.testing.assert_allclose(heights, 126 * np.array(shares), atol=0.06)
    assert f"{panel.entropy:.2f}" in panel.views["entropy"]
    dots = re.findall("<circle", panel.views["entropy"])
    assert len(dots) == 1 and f"{panel.entropy:.2f} bits" in panel.sentence


def test_words_and_copies_are_counted():
    panel = turned(context=3)
    words = {word.lower() for word in re.findall(r"\w+(?:'\w+)*", BOOK)}
    inside = re.findall(r"(?<=[^\w'])\w+(?:'\w+)*(?=[^\w])", panel.written)
    assert Counter(inside) == Counter(panel.words)
    real = [word.lower() for word in inside if word.lower() in words]
    assert (f"Of {len(inside)} words that it wrote, {len(real)} stand in the book "
            f"({len(set(real))} different ones), and so does a stretch of "
            f"{panel.copied} characters.") in panel.sentence
    underlined = re.findall("<u .*?>(.*?)</u>", page_of(panel))
    assert len(underlined) == len(inside) - len(real) > 0
    assert not {word.lower() for word in underlined} & words

    def copies(n):
        return any(panel.written[i:i + n] in BOOK for i in range(401 - n))
    assert copies(panel.copied) and not copies(panel.copied + 1)
    assert lesson.longest_copy("xxabcxx", "zabczab") == 3
    assert lesson.longest_copy("xyz", "abc") == 0


def test_the_page_holds_what_was_written():
    for settings in ({"context": 0, "temperature": 100}, {"temperature": 0.5},
                     {"context": 0, "temperature": 0.05}):
        panel = turned(**settings)
        shown = "".join(ElementTree.fromstring(f"<p>{page_of(panel)}</p>").itertext())
        assert "\n" not in shown and "  " not in shown[10:]
        shown = shown.replace("↵\u200b", "\n")
        assert shown.replace("␣", " ") == "he said " + panel.written
    assert panel.written == " " * 400 and shown.endswith("␣" * 400)
    assert "It wrote no whole word." in panel.sentence


@pytest.mark.parametrize("prime, said", [
    ("日本 said ", "no 日 本: only what follows counts."),
    ("<b>&\"'</b> it", "no < > & /: only what follows counts."),
    ("a\x00b\ud800c", "no U+0000 U+D800: only"),
    ("🙂", "no 🙂: only"), ("".join(map(chr, range(200, 300))), " ...: only"),
    ("", "With nothing before it, it knows only how common each character is."),
    ("long " * 500, "The likeliest is")])
def test_any_text_may_come_first(prime, said):
    panel = turned(begin_with=prime)
    assert said in panel.sentence and "at a loss" not in panel.sentence
    assert len(panel.written) == 400
    ElementTree.fromstring(panel._canvas.value)
    page = page_of(panel)
    assert page.count("<b>") == 1 and "\x00" not in page
    page.encode("utf-8")


def test_a_context_with_an_unknown_character_has_no_say():
    """That is what the rule says: it was never seen."""
    np.testing.assert_array_equal(turned(begin_with="heX id").odds,
                                  turned(begin_with="id").odds[:])
    panel = turned(begin_with="he said é")
    model = CountingModel(VOCABULARY.encode(BOOK), len(VOCABULARY), 0)
    np.testing.assert_allclose(panel.odds, model.odds([]))


def test_another_sample_is_another():
    first, second = turned(sample=1), turned(sample=2)
    assert first.written != second.written and (first.odds == second.odds).all()


def test_what_the_lesson_says_of_the_search():
    known = lesson.counted()[3]
    before = VOCABULARY.encode("he said ").tolist()

    def different(k, T):
        found = []
        for seed in range(1, 6):
            text = VOCABULARY.decode(lesson.write_tokens(before, k, T, seed))
            inside = re.findall(r"(?<=[^\w'])\w+(?:'\w+)*(?=[^\w])", text.lower())
            found.append((len({*inside} & known), len(inside),
                          lesson.longest_copy(text, BOOK) if k == 5 else 0))
        return np.mean(found, axis=0)

    few, _, _ = different(2, 0.1)
    assert 3 <= few <= 5
    best, words, copied = different(5, 1)
    assert 56 <= best <= 64 and 78 <= words <= 86 and copied >= 16
    for k, T in ((4, 1), (5, 0.3), (5, 2)):
        assert different(k, T)[0] < best
    assert set(turned(context=0, temperature=0.05).written) == {" "}
    hot = turned(context=0, temperature=100).odds
    assert 1 / 61 * 0.85 < hot.min() and hot.max() < 1 / 61 * 1.15
