"""Exercises of lesson 9: text as numbers."""

import numpy as np

from .checking import exercise, need


# -------------------------------------------------------------------- stable_softmax
def logits(*shape, seed=0, dtype=float):
    """Draw logits of a shape."""
    return (2 * np.random.default_rng(seed).standard_normal(shape)).astype(dtype)


def nothing_overflows(answer):
    """no logits overflow, however large"""
    for y in ([1000.0, 999.0, 0.0], [-1000.0, -1001.0, -1002.0], [3000.0, 0.0, 0.0]):
        with np.errstate(all="raise", under="ignore"):
            try:
                p = np.asarray(answer(np.array(y)))
            except FloatingPointError as error:
                need(False, f"for y = {y}: {error}")
        need(np.isfinite(p), f"for y = {y} the result is not finite")
        need(np.allclose(p, stable_softmax(np.array(y))), f"for y = {y} the result is "
             "not right: a shift by the same number for all is all that is needed")


def rows_stand_alone(answer):
    """rows a thousand apart do not disturb one another"""
    y = np.array([[0.0, 1.0, 2.0], [1000.0, 1001.0, 1002.0]])
    p = np.asarray(answer(y.copy()))
    need(np.allclose(p[0], p[1], rtol=1e-9, atol=0),
         f"the rows of y = {y.tolist()} differ by a constant only, so they "
         "must give the same probabilities")


def shifted_softmax(shift, axis=-1):
    """Make a softmax with another shift, or that sums over another axis."""
    def answer(y):
        e = np.exp(y - shift(y))
        return e / e.sum(axis=axis, keepdims=True)
    return answer


def top(y):
    """The largest logit of each row."""
    return np.max(y, axis=-1, keepdims=True)


def softmax_in_place(y):
    """Shift the caller's own logits."""
    y -= top(y)
    return np.exp(y) / np.exp(y).sum(axis=-1, keepdims=True)


@exercise(
    cases=lambda: [(np.array([0.0, 0.0]),), (np.array([1.0, 3.0, 0.0]),),
                   (logits(2, 3),), (logits(4, 3, 5),),
                   (logits(3, 2, dtype=np.float32),)],
    properties=[nothing_overflows, rows_stand_alone],
    mistakes=[
        (shifted_softmax(lambda y: 0), "np.exp of a large number is infinite: first "
         "take the largest logit of each row away, and no other number."),
        (shifted_softmax(np.max), "The largest logit of the whole array is taken away. "
         "Far below it, a row becomes 0 / 0: each row needs its own largest."),
        (shifted_softmax(top, axis=None), "Everything together sums to one. Each row "
         "must: sum over the last axis only."),
        (shifted_softmax(np.max, axis=None), "This takes the whole array for one row. "
         "The largest logit and the sum are needed for each row: over the last axis."),
        (lambda y: np.exp(y - top(y)) / np.exp(y - top(y)).sum(axis=-1), "The sums, or "
         "the largest logits, have lost the last axis, so they do not fit to y: write "
         "keepdims=True."),
        (lambda y: np.exp(y - top(y)) / np.exp(y).sum(axis=-1, keepdims=True), "The "
         "largest logit is taken away above the line only. It cancels if it is taken "
         "away below as well."),
        (shifted_softmax(top, axis=0), "The sum goes over the first axis. The symbols "
         "stand on the last one, axis -1."),
        (lambda y: np.exp(y - top(y)), "Nothing is divided yet: the probabilities of a "
         "row must sum to one."),
        (softmax_in_place, "`y -= ...` changes the caller's own array. Write the "
         "difference into a new one: y - ..."),
    ],
    hints=[
        "First take from each row its largest logit. The result is the same, and "
        "e^0 = 1 is then the largest power.",
        "np.max(y, axis=-1, keepdims=True) has one number a row, in a shape that can "
        "be taken away from y. The sum needs the same two arguments.",
    ],
)
def stable_softmax(y):
    """Softmax over the last axis, without overflow."""
    e = np.exp(y - np.max(y, axis=-1, keepdims=True))  # never above 1
    return e / e.sum(axis=-1, keepdims=True)


# ------------------------------------------------------------------- bits_per_symbol
def some_odds(T, n, seed=1):
    """Draw T rows of probabilities."""
    p = np.random.default_rng(seed).random((T, n)) ** 2
    return p / p.sum(axis=1, keepdims=True)


def guesses():
    """Make cases: odds, and the tokens that came."""
    sure = np.array([[0.5, 0.5, 0.0], [0.0, 0.25, 0.75]])
    return [(np.array([[0.25, 0.75]]), np.array([0])),
            (np.full((3, 4), 0.25), np.array([3, 0, 0])),
            (some_odds(5, 3), np.array([2, 0, 2, 1, 1])),
            (some_odds(3, 6), np.array([0, 5, 2])),
            (sure, np.array([0, 1]))]


def an_even_guess_costs_the_logarithm(answer):
    """an even guess among 2, 8 and 61 symbols costs 1, 3 and 5.93 bits"""
    for n in (2, 8, 61):
        bits = answer(np.full((7, n), 1 / n), np.arange(7) % n)
        need(np.isclose(bits, np.log2(n)), f"an even guess among {n} symbols costs "
             f"log2({n}) = {np.log2(n):.4f} bits, and yours {float(bits):.4f}")


def right_ones(p, ids):
    """The probabilities of the tokens that came."""
    return p[np.arange(len(ids)), ids]


def by_one_hot(p, ids):
    """Multiply with rows of a single 1, which meets 0 times infinity."""
    with np.errstate(all="ignore"):
        return -(np.eye(p.shape[1])[ids] * np.log2(p)).sum(axis=1).mean()


def entropy(p, ids):
    """What the model expects to pay."""
    logs = np.log2(np.where(p > 0, p, 1))
    return -(p * logs).sum(axis=1).mean()


@exercise(
    cases=guesses,
    properties=[an_even_guess_costs_the_logarithm],
    mistakes=[
        (lambda p, ids: -np.log(right_ones(p, ids)).mean(), "These are nats. For bits, "
         "take np.log2, or divide by np.log(2)."),
        (lambda p, ids: -np.log2(right_ones(p, ids)).sum(), "This is the cost of the "
         "whole text. For one symbol, take the mean."),
        (lambda p, ids: np.log2(right_ones(p, ids)).mean(), "A cost is positive: the "
         "logarithm of a probability is not, so a minus is missing."),
        (lambda p, ids: -np.log2(right_ones(p, ids).mean()), "First the logarithm of "
         "each probability, then the mean, not the other way round."),
        (lambda p, ids: -np.log2(p.max(axis=1)).mean(), "This is the cost of the "
         "likeliest symbols. What costs is the symbol that came, ids[t]."),
        (lambda p, ids: -np.log2(right_ones(p, ids)), "These are the costs of the "
         "symbols one by one. Asked for is one number, their mean."),
        (lambda p, ids: -np.log2(right_ones(p, ids) + 1e-9).mean(), "Add nothing: the "
         "symbol that came has no probability of 0 here, and the result would tell of "
         "the tiny number as well."),
        (lambda p, ids: -np.log2(p).mean(), "This pays for every symbol. Only the one "
         "that came counts: p[t, ids[t]]."),
        (lambda p, ids: -np.log2(p[ids]).mean(), "p[ids] picks rows. In each row t you "
         "need one entry, the one in column ids[t]."),
        (lambda p, ids: -np.log2(p[:, ids]).mean(), "p[:, ids] takes every "
         "token in every row, (T, T) numbers. Row t needs only its own token, ids[t]."),
        (entropy, "This is what the model expects to pay, the entropy. It never looks "
         "at the tokens that came, ids."),
        (by_one_hot, "A probability of 0 has the logarithm minus infinity, and 0 times "
         "that is nan. Pick the right entries first, then take their logarithm."),
    ],
    hints=[
        "Pick from each row t the one probability p[t, ids[t]]. It costs -log2 of it.",
        "p[np.arange(len(ids)), ids] picks them all at once. Then -np.log2(...), and "
        "the mean.",
    ],
)
def bits_per_symbol(p, ids):
    """The mean cost, in bits, of the symbols that came."""
    bits = 0.0
    for t in range(len(ids)):
        bits -= np.log2(p[t, ids[t]])  # only the symbol that came counts
    return bits / len(ids)


# ------------------------------------------------------------------------- next_odds
def texts():
    """Make cases: tokens and the number of symbols."""
    ids = np.random.default_rng(2).integers(3, size=40)
    return [(np.array([0, 1, 0, 0]), 2), (np.array([0, 1, 2, 1, 1, 2, 0]), 3),
            (np.array([0, 1, 0, 1, 0, 1, 1, 0, 0, 0]), 2), (ids, 3),
            (np.array([3, 1, 3, 1, 3, 3, 0]), 5), (np.array([4]), 6)]


def rows_sum_to_one(answer):
    """every row sums to one, whether its symbol occurred or not"""
    for ids, n_symbols in texts():
        sums = np.asarray(answer(ids, n_symbols)).sum(axis=-1)
        need(np.allclose(sums, 1), f"the rows for {n_symbols} symbols sum to "
             f"{np.round(sums, 3).tolist()}, and each should sum to 1")


def pair_counts(ids, n_symbols):
    """Count the pairs, all of them."""
    counts = np.zeros((n_symbols, n_symbols))
    np.add.at(counts, (ids[:-1], ids[1:]), 1)
    return counts


def shares(counts):
    """Divide each row by its sum; a row of zeros becomes even."""
    total = counts.sum(axis=1, keepdims=True)
    return np.where(total > 0, counts / np.maximum(total, 1), 1 / counts.shape[1])


def counted_once(ids, n_symbols):
    """Add 1 to many places at once: a pair that comes twice gets a single 1."""
    counts = np.zeros((n_symbols, n_symbols))
    counts[ids[:-1], ids[1:]] += 1
    return shares(counts)


def over_all_tokens(ids, n_symbols):
    """Divide by how often each token occurs, the last one included."""
    total = np.bincount(ids, minlength=n_symbols)[:, None]
    return np.where(total > 0, pair_counts(ids, n_symbols) / np.maximum(total, 1),
                    1 / n_symbols)


def by_columns(ids, n_symbols):
    """Divide each column by the sum of a row, as happens without keepdims."""
    counts = pair_counts(ids, n_symbols)
    with np.errstate(all="ignore"):
        return counts / counts.sum(axis=1)


def without_unseen(ids, n_symbols):
    """Divide 0 by 0 in the rows that never occurred."""
    counts = pair_counts(ids, n_symbols)
    with np.errstate(all="ignore"):
        return counts / counts.sum(axis=1, keepdims=True)


def left_at_zero(ids, n_symbols):
    """Leave the rows that never occurred at zero."""
    counts = pair_counts(ids, n_symbols)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


@exercise(
    cases=texts,
    properties=[rows_sum_to_one],
    mistakes=[
        (pair_counts, "These are the counts. Divide each row by its sum."),
        (lambda ids, n: shares(pair_counts(ids, n).T), "Rows and columns are "
         "exchanged: the row is the character before, the column the one after."),
        (lambda ids, n: shares(pair_counts(ids, n)).T, "The table lies on its side: "
         "row a tells what comes after a, so [a, b] is the share of b."),
        (lambda ids, n: shares(pair_counts(ids, n).T).T, "The columns sum to one. Each "
         "row should: divide by the sum over axis 1."),
        (lambda ids, n: pair_counts(ids, n) / max(len(ids) - 1, 1), "The whole table "
         "sums to one. Divide each row by its own sum."),
        (lambda ids, n: shares(pair_counts(np.append(ids[-1], ids), n)), "The first "
         "token counts as if it came after the last: ids[t - 1] with t = 0 is ids[-1]. "
         "There is one pair less than there are tokens."),
        (over_all_tokens, "The divisor counts the last token, too, which nothing "
         "follows. Divide by the sum of the row."),
        (by_columns, "Row and column are mixed up in the division: without "
         "keepdims=True, each column is divided by the sum of a row."),
        (counted_once, "`counts[a, b] += 1` with arrays a and b adds a single 1 where "
         "a pair comes more than once. Loop over the pairs, or use np.add.at."),
        (lambda ids, n: shares(pair_counts(ids, n) + 1), "A 1 is added to every count. "
         "Here the plain shares are asked for."),
        (without_unseen, "A character that nothing followed gives 0 / 0, which is nan. "
         "Its row should be even: 1 / n_symbols everywhere."),
        (left_at_zero, "The row of a character that nothing followed is all zeros, and "
         "sums to 0. It should be even: 1 / n_symbols everywhere."),
    ],
    hints=[
        "The pairs are (ids[0], ids[1]), (ids[1], ids[2]) and so on. Count each in the "
        "row of the first and the column of the second.",
        "counts.sum(axis=1, keepdims=True) has the sum of each row. Where it is 0, "
        "nothing can be divided: put 1 / n_symbols there.",
        "np.where(total > 0, counts / np.maximum(total, 1), 1 / n_symbols) never "
        "divides by zero.",
    ],
)
def next_odds(ids, n_symbols):
    """What follows each symbol, as shares: [before, after]."""
    counts = np.zeros((n_symbols, n_symbols))
    for t in range(len(ids) - 1):
        counts[ids[t], ids[t + 1]] += 1
    total = counts.sum(axis=1, keepdims=True)
    even = 1 / n_symbols  # for what was never followed by anything
    return np.where(total > 0, counts / np.maximum(total, 1), even)


# --------------------------------------------------------------------------- sharpen
def one_changes_nothing(answer):
    """a temperature of 1 changes nothing"""
    p = np.array([0.6, 0.3, 0.1])
    need(np.allclose(answer(p.copy(), 1.0), p), f"at a temperature of 1 the odds {p} "
         "should stay as they are")


def odds_are_squared(answer):
    """a temperature of one half squares the odds: 4 to 1 becomes 16 to 1"""
    p = np.asarray(answer(np.array([0.8, 0.2]), 0.5))
    need(np.isclose(p[0], 16 * p[1]), "at a temperature of 0.5, odds of 4 to 1 should "
         f"become 16 to 1, and yours become {p[0] / p[1]:.4g} to 1")


def survives_the_cold(answer):
    """even at a temperature of 0.001 something is left"""
    p = np.asarray(answer(np.array([0.4, 0.3, 0.3]), 0.001))
    need(np.allclose(p, [1, 0, 0]), "at a temperature of 0.001, the odds [0.4, 0.3, "
         f"0.3] should become [1, 0, 0], and yours are {p.tolist()}")


def sharpened(change):
    """Make a wrong answer: change the odds, then let them sum to one."""
    def answer(p, temperature):
        with np.errstate(all="ignore"):
            changed = change(p, temperature)
            return changed / changed.sum()
    return answer


def all_to_the_likeliest(p, temperature):
    """Give everything to the likeliest where all the powers are 0."""
    powers = p ** (1 / temperature)
    powers = powers if powers.sum() > 0 else (p == p.max()).astype(float)
    return powers / powers.sum()


@exercise(
    cases=lambda: [(np.array([0.8, 0.2]), 0.5), (np.array([0.7, 0.2, 0.1, 0.0]), 2.0),
                   (some_odds(1, 9)[0], 0.3), (some_odds(1, 9)[0], 30.0),
                   (np.array([0.3, 0.4, 0.3]), 0.001),
                   (np.array([0.2, 0.2002, 0.1]), 0.001)],
    properties=[one_changes_nothing, odds_are_squared, survives_the_cold],
    mistakes=[
        (sharpened(lambda p, t: p**t), "It is the other way round: a low temperature "
         "should sharpen. The exponent is 1 / temperature."),
        (sharpened(lambda p, t: p / t), "A division by the temperature cancels when "
         "the sum is made one again. Raise p to the power 1 / temperature."),
        (sharpened(lambda p, t: np.exp(p / t - (p / t).max())), "Softmax takes logits, "
         "and p holds probabilities: their logarithm is the logit."),
        (lambda p, t: p ** (1 / t), "The powers do not sum to one any more: divide "
         "them by their sum."),
        (lambda p, t: (p / p.max()) ** (1 / t), "The powers do not sum to one any "
         "more: divide them by their sum."),
        (all_to_the_likeliest, "Even in the cold a close second keeps a share: 0.2 "
         "against 0.2002 at 0.001 has one part in 3.7. Divide p by its largest entry "
         "before the power, and no case of its own is needed."),
        (sharpened(lambda p, t: p ** (1 / t)), "At a low temperature all the powers "
         "become 0, and 0 / 0 is nan. Divide p by its largest entry first."),
    ],
    hints=[
        "Dividing logits by the temperature raises probabilities to the power "
        "1 / temperature. Then make the sum one again.",
        "0.4 to the power 1,000 is so small that the computer makes it 0, and then 0 "
        "is divided by 0. As in softmax, first see to it that the largest is 1.",
    ],
)
def sharpen(p, temperature):
    """Odds at another temperature: below 1 sharper, above 1 flatter."""
    powers = (p / p.max()) ** (1 / temperature)  # the likeliest stays at 1
    return powers / powers.sum()
