"""Exercises of lesson 1: the sigmoid, its slope, its sibling, a switch set by hand."""

import numpy as np

from rnn_core import sigmoid

from .checking import exercise, need


# ---------------------------------------------------------------- the slope from p
def is_the_measured_slope(answer):
    """it is the slope that small steps of z measure"""
    for z in (-3.0, 0.0, 1.5):
        measured = (sigmoid(z + 1e-5) - sigmoid(z - 1e-5)) / 2e-5
        given = float(answer(sigmoid(z)))
        need(abs(given - measured) < 1e-8, f"at z = {z:g}, where p = {sigmoid(z):.4f}, "
             f"small steps measure the slope {measured:.4f}, and you give {given:.4f}")


def from_z(p):
    z = np.log(p / (1 - p))
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


@exercise(
    cases=lambda: [(np.float64(0.5),), (np.array([0.1, 0.5, 0.8]),),
                   (np.array([[0.2, 0.7, 0.99], [0.3, 0.6, 0.001]]),),
                   (np.array([0.25, 0.9], dtype=np.float32),), (np.array([0.0, 1.0]),)],
    properties=[is_the_measured_slope],
    mistakes=[
        (lambda p: sigmoid(p) * (1 - sigmoid(p)),
         "This would be right if p were z. But p has been through the sigmoid already, "
         "and here it goes through a second time: use p as it is."),
        (lambda p: p, "This is the first of the two factors. Multiply it by the other "
         "one, told by p."),
        (lambda p: 1 - p, "This is the second of the two factors. Multiply it by the "
         "first one, told by p."),
        (lambda p: p * (p - 1), "The sign is wrong: the sigmoid rises everywhere, so "
         "no slope is negative."),
        (lambda p: p * p, "Both factors as p: but the second factor is e^-z / u, which "
         "is another number than 1 / u. What do the two add up to?"),
        (lambda p: 1 - p * p, "This is the slope of another curve, tanh, which comes "
         "later in the lesson. For the sigmoid multiply the two factors 1 / u and "
         "e^-z / u."),
        (from_z, "This goes back from p to z, which breaks where p is 0 or 1. Tell "
         "both factors by p directly: no log, no exp."),
    ],
    hints=[
        "The slope is 1/u times e^-z / u. The first factor is p. What do the two "
        "factors add up to?",
        "1/u + e^-z / u = (1 + e^-z) / u = 1, so the second factor is 1 minus the "
        "first.",
    ],
)
def slope_from_output(p):
    """The slope of the sigmoid, told from its output."""
    return p * (1 - p)  # 1/u is p, and e^-z / u is 1 - p


# ------------------------------------------------------------------ without overflow
def check_that_nothing_overflows(answer, z):
    for dtype in (np.float64, np.float32):
        with np.errstate(all="raise", under="ignore"):
            try:
                answer(np.array([z], dtype))
            except FloatingPointError as error:
                need(False, f"for z = {z:g} in {dtype.__name__}: {error}")


def nothing_overflows_above(answer):
    """no z above 0 overflows, however large"""
    check_that_nothing_overflows(answer, 1000.0)
    check_that_nothing_overflows(answer, 1e38)


def nothing_overflows_below(answer):
    """no z below 0 overflows either"""
    check_that_nothing_overflows(answer, -1000.0)
    check_that_nothing_overflows(answer, -1e38)


def small_results_keep_their_digits(answer):
    """small results keep their digits"""
    for z in (-40.0, -80.0, -600.0):
        given = float(answer(np.array([z]))[0])
        need(abs(given / np.exp(z) - 1) < 1e-9,
             f"for z = {z:g}: your result is {given:.4g}, and {np.exp(z):.4g} is right")


def both_forms(z):
    return np.where(z > 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


def mirrored(z):
    p = 1 / (1 + np.exp(-np.abs(z)))
    return np.where(z > 0, p, 1 - p)


def one_number_only(z):
    return 1 / (1 + np.exp(-z)) if z > 0 else np.exp(z) / (1 + np.exp(z))


@exercise(
    cases=lambda: [(np.float64(0),), (np.array([-2.0, -0.5, 0.5, 3.0]),),
                   (np.array([[-30.0, 1.0, 30.0]], dtype=np.float32),),
                   (np.array([-1000.0, 1000.0]),)],
    properties=[nothing_overflows_above, nothing_overflows_below,
                small_results_keep_their_digits],
    mistakes=[
        (lambda z: 1 / (1 + np.exp(-z)),
         "np.exp(-z) is infinite where z is very negative: use only np.exp(-abs(z)), "
         "which is never above 1."),
        (lambda z: np.exp(z) / (1 + np.exp(z)),
         "np.exp(z) is infinite where z is large, and infinity over infinity is nan: "
         "use only np.exp(-abs(z)), which is never above 1."),
        (both_forms,
         "np.where computes both forms for every z and throws one away, and the one "
         "that is thrown away overflows. Choose first, and take the exp of -abs(z) "
         "alone."),
        (one_number_only,
         "z may be an array, and `if` decides once for all of it. np.where(z > 0, a, "
         "b) chooses number by number."),
        (lambda z: np.exp(-abs(z)) / (1 + np.exp(-abs(z))),
         "This is right for negative z only: for positive z the numerator is 1."),
        (lambda z: 1 / (1 + np.exp(-abs(z))),
         "This is right for positive z only: where z is negative, the numerator is "
         "np.exp(-abs(z))."),
        (mirrored,
         "Nothing overflows, but the smallest results are off. A difference such as "
         "1 - p cannot give them, since numbers near 1 have no room for so small a "
         "change; nor can a z that is cut off early. Make them with a small numerator: "
         "np.exp(-abs(z)) over 1 + np.exp(-abs(z))."),
    ],
    hints=[
        "There are two forms, 1 / (1 + exp(-z)) and exp(z) / (1 + exp(z)). Which is "
        "safe for positive z, and which for negative z?",
        "In the safe half of each form, the exp is np.exp(-np.abs(z)), never above 1. "
        "Call it e. Then both forms have the same denominator.",
        "The denominator is 1 + e. The numerator is 1 where z is positive and e where "
        "it is negative: choose with np.where.",
    ],
)
def stable_sigmoid(z):
    """The sigmoid of z, without overflow."""
    e = np.exp(-np.abs(z))  # never above 1
    return np.where(z > 0, 1, e) / (1 + e)


# -------------------------------------------------------------- tanh, from sigmoid
def is_odd(answer):
    """it is centred on 0: turning the sign of z turns the sign of the result"""
    z = np.array([0.0, 0.3, 2.0])
    need(abs(np.asarray(answer(-z)) + answer(z)) < 1e-12, "for z = 0, 0.3 and 2 the "
         "results at -z are not the negatives of those at z")


@exercise(
    cases=lambda: [(np.float64(0),), (np.float64(1),),
                   (np.array([[-3.0, -0.5, 0.1], [0.7, 2.0, 4.0]]),),
                   (np.array([-0.8, 1.5], dtype=np.float32),),
                   (np.array([-1000.0, 1000.0]),)],
    properties=[is_odd],
    mistakes=[
        (lambda z: sigmoid(2 * z), "The curve is steep enough, but it runs from 0 to "
         "1: stretch it to twice the height, and move it down."),
        (lambda z: 2 * sigmoid(2 * z), "This runs from 0 to 2: move it down by 1."),
        (lambda z: sigmoid(2 * z) - 1, "This runs from -1 to 0: stretch it to twice "
         "the height before you move it down."),
        (lambda z: 2 * sigmoid(z) - 1, "It runs from -1 to 1, but too slowly: this is "
         "tanh(z / 2). Multiply the fraction for tanh above and below by e^z, and see "
         "what stands in the exponent."),
        (lambda z: 2 * sigmoid(z / 2) - 1, "It runs from -1 to 1, but too slowly: this "
         "is tanh(z / 4). Multiply z by 2: do not divide it."),
        (lambda z: 2 * (sigmoid(2 * z) - 1), "This runs from -2 to 0: stretch first, "
         "then move down by 1."),
        (lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
         "The formula is right on paper, but exp overflows for large z. The sigmoid "
         "that you imported is safe: build it from that."),
    ],
    hints=[
        "sigmoid runs from 0 to 1, tanh from -1 to 1: what stretches and moves the one "
        "onto the other? Then see how steep each is at 0: measure, or draw.",
        "Multiply the fraction (e^z - e^-z) / (e^z + e^-z) above and below by e^z: "
        "tanh(z) = (e^2z - 1) / (e^2z + 1). And sigmoid(2z) = e^2z / (e^2z + 1).",
        "2 e^2z / (e^2z + 1) - 1 = (e^2z - 1) / (e^2z + 1).",
    ],
)
def tanh_from_sigmoid(z):
    """The tanh of z, built from the sigmoid."""
    return 2 * sigmoid(2 * z) - 1  # twice as steep, twice as high, 1 lower


# ---------------------------------------------------------------- a switch by hand
def says_what_was_asked(answer):
    """the neuron says 0.1 at low and 0.9 at high"""
    for low, high in ((-1.0, 1.0), (2.0, 5.0), (5.0, 2.0)):
        w, b = answer(low, high)
        for x, p in ((low, 0.1), (high, 0.9)):
            given = float(sigmoid(w * x + b))
            need(abs(given - p) < 1e-9, f"for low = {low:g} and high = {high:g} the "
                 f"neuron says {given:.4f} at x = {x:g}, and {p} is asked for")


def half_as_steep(low, high):
    w = np.log(9) / (high - low)
    return w, -w * (low + high) / 2


def bias_without_weight(low, high):
    return 2 * np.log(9) / (high - low), -(low + high) / 2


def bias_of_the_wrong_sign(low, high):
    w, b = switch_between(low, high)
    return w, -b


def logarithm_to_base_ten(low, high):
    w, b = switch_between(low, high)
    return w * np.log10(np.e), b * np.log10(np.e)


def straight_line(low, high):
    w = 0.8 / (high - low)
    return w, 0.1 - w * low


def high_instead_of_low(low, high):
    w = 2 * np.log(9) / (high - low)
    return w, np.log(9) - w * low


def logarithm_of_p(low, high):
    w = np.log(9) / (high - low)
    return w, np.log(0.9) - w * high


def odds_for_log_odds(low, high):
    w = (9 - 1 / 9) / (high - low)
    return w, 9 - w * high


def the_other_way(low, high):
    return switch_between(high, low)


def bias_first(low, high):
    return switch_between(low, high)[::-1]


def never_falling(low, high):
    return switch_between(min(low, high), max(low, high))


@exercise(
    cases=lambda: [(0.0, 2.0), (0.0, 1.0), (2.0, 5.0), (5.0, 2.0), (-3.0, -2.5)],
    properties=[says_what_was_asked],
    mistakes=[
        (half_as_steep, "The weight is half of what it must be: from 0.1 to 0.9 the "
         "log odds rise from -log 9 to +log 9."),
        (bias_without_weight, "z = 0 must lie halfway, where w * x + b = 0: so the "
         "bias is -w times that place, not minus the place alone."),
        (bias_of_the_wrong_sign, "The sign of the bias is wrong: w * x + b = 0 "
         "halfway, so b = -w * x there."),
        (logarithm_to_base_ten, "This takes logarithms to the base 10. The sigmoid has "
         "an e in it: use np.log."),
        (straight_line, "Here w * x + b itself is 0.1 and 0.9. But it goes through the "
         "sigmoid first: ask which z gives 0.1, and which gives 0.9."),
        (high_instead_of_low, "With this bias the neuron says 0.9 at low already: z is "
         "-log 9 there, and +log 9 at high."),
        (logarithm_of_p, "Here w * x + b is log 0.1 and log 0.9. The sigmoid takes the "
         "log of the odds, p / (1 - p)."),
        (odds_for_log_odds, "Here w * x + b is the odds, 1/9 and 9. The sigmoid takes "
         "the log of the odds."),
        (the_other_way, "This switch says 0.9 at low and 0.1 at high: turn the sign of "
         "both numbers."),
        (bias_first, "These are the right two numbers in the wrong order: the weight "
         "comes first."),
        (never_falling, "Where high is the smaller one, the switch falls, so the "
         "weight is negative: high - low as it is, without abs."),
    ],
    hints=[
        "Go backwards: which z = w * x + b gives sigmoid(z) = 0.9, and which gives "
        "0.1? The log odds tell.",
        "The odds of 0.9 are 9 to 1, so z must be log 9 at high, and -log 9 at low. "
        "That makes two equations for w and b. Subtract one from the other.",
        "w * (high - low) = 2 log 9. And z is 0 halfway between low and high, which "
        "gives b.",
    ],
)
def switch_between(low, high):
    """Weight and bias of a neuron that says 0.1 at low and 0.9 at high."""
    z = np.log(9)  # the log odds of 0.9; those of 0.1 are -z
    w = 2 * z / (high - low)  # from -z to z on the way from low to high
    b = -w * (low + high) / 2  # 0 halfway
    return w, b
