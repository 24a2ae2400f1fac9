"""The counting model against a slow and clear one, and at its limits."""

import math
import time
from collections import Counter, defaultdict

import numpy as np
import pytest

import rnn_core as core
from rnn_lab.counting import CountingModel


class SlowModel:
    """The same model, written as its equation says: one dict, one recursion."""

    def __init__(self, ids, n_symbols, n_context):
        self.n_symbols, self.n_context = n_symbols, n_context
        self.followers, ids = defaultdict(Counter), tuple(map(int, ids))
        for k in range(n_context + 1):
            for t in range(k, len(ids)):
                self.followers[ids[t - k : t]][ids[t]] += 1

    def chance(self, symbol, context):
        shorter = self.chance(symbol, context[1:]) if context else 1 / self.n_symbols
        if context not in self.followers:
            return shorter
        counts = self.followers[context]
        total, kinds = sum(counts.values()), len(counts)
        return (counts[symbol] + kinds * shorter) / (total + kinds)

    def odds(self, context):
        context = tuple(map(int, context))[max(len(context) - self.n_context, 0) :]
        return [self.chance(symbol, context) for symbol in range(self.n_symbols)]

    def bits_per_character(self, ids):
        bits = [-math.log2(self.odds(ids[:t])[ids[t]]) for t in range(1, len(ids))]
        return sum(bits) / len(bits)


CASES = [(1, 1, 0), (1, 9, 3), (2, 1, 2), (2, 40, 3), (5, 300, 0), (5, 300, 1),
         (5, 300, 2), (7, 500, 4), (7, 3, 5), (30, 60, 2)]


def draw(n_symbols, n, seed):
    """Draw a text whose characters are not equally likely."""
    rng = np.random.default_rng(seed)
    return (n_symbols * rng.random(n) ** 2).astype(int)


@pytest.mark.parametrize("n_symbols, n, n_context", CASES)
def test_it_agrees_with_the_slow_model(n_symbols, n, n_context):
    ids, other = draw(n_symbols, n, 0), draw(n_symbols, 60, 1)
    model = CountingModel(ids, n_symbols, n_context)
    slow = SlowModel(ids, n_symbols, n_context)
    for length in range(8):
        for start in range(0, 50, 7):
            context = other[start : start + length]
            odds = model.odds(context)
            assert odds.shape == (n_symbols,) and odds.dtype == float
            np.testing.assert_allclose(odds, slow.odds(context), rtol=1e-13)
    for text in (ids[:100], other, other[:2]):
        if len(text) > 1:
            assert model.bits_per_character(text) == pytest.approx(
                slow.bits_per_character(text), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("n_symbols, n, n_context", CASES)
def test_odds_sum_to_one_and_none_is_zero(n_symbols, n, n_context):
    model = CountingModel(draw(n_symbols, n, 0), n_symbols, n_context)
    for context in ([], [0], draw(n_symbols, 6, 2), [n_symbols - 1] * 9):
        odds = model.odds(context)
        assert odds.sum() == pytest.approx(1, abs=1e-13) and odds.min() > 0


def test_one_count_by_hand():
    model = CountingModel([0, 1, 0, 0, 1, 0], 3, 1)
    alone = np.array([4, 2, 0]) / 8 + np.array([2, 2, 2]) / 8 / 3
    np.testing.assert_allclose(model.odds([]), alone, rtol=1e-14)
    after_0 = (np.array([1, 2, 0]) + 2 * alone) / 5
    np.testing.assert_allclose(model.odds([2, 0]), after_0, rtol=1e-14)
    after_1 = (np.array([2, 0, 0]) + 1 * alone) / 3
    np.testing.assert_allclose(model.odds([1]), after_1, rtol=1e-14)
    np.testing.assert_allclose(model.odds([2]), alone, rtol=1e-14)  # never seen
    np.testing.assert_allclose(
        model.surprises([2, 1, 0]), -np.log2([alone[1], after_1[0]]), rtol=1e-13)


def test_only_the_last_characters_of_the_context_count():
    ids = draw(6, 400, 3)
    model = CountingModel(ids, 6, 2)
    np.testing.assert_array_equal(model.odds(ids[:50]), model.odds(ids[48:50]))
    assert abs(model.odds(ids[49:50]) - model.odds(ids[48:50])).max() > 1e-3


def test_it_scores_the_same_characters_as_a_network():
    ids = draw(4, 300, 4)
    fair = CountingModel([0], 4, 0)  # one character seen: known odds
    cost = -np.log2(np.where(ids == 0, (1 + 1 / 4) / 2, 1 / 8))
    assert fair.surprises(ids) == pytest.approx(cost[1:])
    network = core.RNN(4, 3, 4)
    for array in network.params.values():
        array[:] = 0
    network.params["by"][:] = np.log(fair.odds([]))
    assert fair.bits_per_character(ids) == pytest.approx(
        core.bits_per_character(network, ids), rel=1e-12)


def test_its_arguments_stay_as_they_are_and_may_be_of_any_integer_kind():
    ids = draw(9, 200, 5)
    kinds = [CountingModel(ids.astype(kind), 9, 3) for kind in ("u1", "i2", "i8")]
    kinds.append(CountingModel(ids.tolist(), 9, 3))
    before = ids.copy()
    bits = {model.bits_per_character(ids.astype("u1")) for model in kinds}
    assert len(bits) == 1 and np.array_equal(ids, before)


@pytest.mark.parametrize("arguments, words", [
    (([0, 1], 0, 1), "n_symbols is 0: give 1 or more"),
    (([0, 1], 2.0, 1), "n_symbols is 2.0"),
    (([0, 1], 2, -1), "n_context is -1: give 0 or more"),
    (([0, 1], 2, "a"), "n_context is 'a'"),
    (([0, 1], 100, 9), "too long for 100 symbols"),
    (([], 2, 1), "give 1 or more integers"),
    (([0, 2], 2, 1), "from 0 to 1"),
    (([0, -1], 2, 1), "from 0 to 1"),
    (([0.0, 1.0], 2, 1), "integers"),
    (([[0, 1]], 2, 1), r"of shape \(n,\)"),
    (("text", 2, 1), "integers"),
])
def test_wrong_arguments_get_a_kind_line(arguments, words):
    with pytest.raises(ValueError, match=words):
        CountingModel(*arguments)


def test_wrong_texts_get_a_kind_line():
    model = CountingModel([0, 1, 1], 2, 1)
    for ids, least in ([0], 2), ([], 2), ([0, 2], 2), ("ab", 2):
        with pytest.raises(ValueError, match=f"give {least} or more integers"):
            model.bits_per_character(ids)
    with pytest.raises(ValueError, match="from 0 to 1"):
        model.odds([2])


def test_the_marks_on_the_shipped_prose():
    text = core.load_text("the_night_ferry")
    vocabulary = core.Vocabulary.from_text(text)
    ids, held_out = core.split_text(vocabulary.encode(text))
    begin, seen, unseen = time.process_time(), [], []
    for n_context in range(6):
        model = CountingModel(ids, len(vocabulary), n_context)
        seen.append(model.bits_per_character(ids))
        unseen.append(model.bits_per_character(held_out))
    assert time.process_time() - begin < 5
    assert np.all(np.diff(seen) < -0.2)  # it always gets better on its own text
    assert np.argmin(unseen) == 4 and unseen[5] > unseen[4] + 0.02
    assert seen[0] == pytest.approx(unseen[0], abs=0.05) and unseen[5] > seen[5] + 0.8
    slow = SlowModel(ids, len(vocabulary), 3)
    for context in (held_out[:0], held_out[:2], held_out[70:80], [0] * 5):
        np.testing.assert_allclose(CountingModel(ids, len(vocabulary), 3).odds(context),
                                   slow.odds(context), rtol=1e-12)
