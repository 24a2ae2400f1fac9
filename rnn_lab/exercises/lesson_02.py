"""Exercises of lesson 2: how a neuron learns."""

import numpy as np

from rnn_core import sigmoid

from .checking import exercise, need


# ------------------------------------------------------------------ gradients
def sum_of_cubes(x):
    """Give the sum of x^3."""
    return (x**3).sum()


def cubes_high_up(x):
    """Give the sum of x^3 and a hundred million, in which differences drown."""
    return 1e8 + (x**3).sum()


def wave(x):
    """Give sin(x1) + 2 sin(x2) + 3 sin(x3) + ..., whatever the shape."""
    return (np.arange(1, x.size + 1) * np.sin(x).ravel()).sum()


def mixed(x):
    """Give a function in which every entry meets the next one."""
    flat = x.ravel()
    return (np.exp(flat[:-1]) * flat[1:]).sum() + flat[0] ** 2


def slope_cases():
    """Make functions and the arrays at which to take their gradients."""
    return [(sum_of_cubes, np.array([1.0, -2.0, 0.5])),
            (wave, np.array([[0.3, -1.2, 2.0], [0.7, 0.1, -0.4]])),
            (mixed, np.array([[[0.2, -0.6]], [[1.1, 0.4]]]))]


def looks_both_ways(answer):
    """looks as far down as up"""
    slope = np.asarray(answer(lambda x: np.abs(x).sum(), np.zeros(2)))
    need(np.abs(slope) < 0.01, "The slope of sum |x| at 0 should come out as 0, since "
         "one step up and one step down find the same height. Look on both sides of x")


def shifted(f, x, up, down, divisor):
    """Give a difference quotient with any steps, right or wrong."""
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        high, low = x.copy(), x.copy()
        high[place] += up
        low[place] -= down
        slopes[place] = (f(high) - f(low)) / divisor
    return slopes


def moves_and_forgets(f, x):
    """Move x itself and never put it back."""
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        x[place] += 1e-5
        high = f(x)
        x[place] -= 2e-5
        slopes[place] = (high - f(x)) / 2e-5
    return slopes


def moves_and_adds_back(f, x):
    """Move x itself and undo it by adding: rounding leaves a trace."""
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        x[place] += 1e-5
        high = f(x)
        x[place] -= 2e-5
        slopes[place] = (high - f(x)) / 2e-5
        x[place] += 1e-5
    return slopes


def moves_another_name(f, x):
    """Give x two more names and take them for copies."""
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        up, down = x, x
        up[place] += 1e-5
        down[place] -= 1e-5
        slopes[place] = (f(up) - f(down)) / 2e-5
    return slopes


def moves_on_and_on(f, x):
    """Make the copies once, so that every entry keeps its step."""
    slopes, up, down = np.zeros(x.shape), x.copy(), x.copy()
    for place in np.ndindex(x.shape):
        up[place] += 1e-5
        down[place] -= 1e-5
        slopes[place] = (f(up) - f(down)) / 2e-5
    return slopes


@exercise(
    cases=slope_cases,
    properties=[looks_both_ways],
    close=1e-6,
    mistakes=[
        (lambda f, x: shifted(f, x, 1e-5, 0, 1e-5),
         "This is the forward difference: its error is as large as the step. Take "
         "f a step up minus f a step down, over two steps."),
        (lambda f, x: shifted(f, x, 1e-5, 1e-5, 1e-5),
         "All slopes are twice too steep: from a step down to a step up it is 2 h, so "
         "divide by 2 h."),
        (moves_and_forgets,
         "You move x itself and do not put it back, so all later slopes are taken at "
         "another place. Work on a copy of x, a fresh one for each entry."),
        (moves_and_adds_back,
         "You move x itself. Adding the step back does not restore it to the last "
         "digit. Work on a copy of x, or keep the old number and put it back."),
        (moves_another_name,
         "`up = x` makes no copy: it is the same array under another name, so up and "
         "down are equal. x.copy() is a new one."),
        (moves_on_and_on,
         "The steps add up: an entry that had its step keeps it. Start each entry from "
         "fresh copies of x."),
        (lambda f, x: shifted(f, x, 1e-5, 1e-5, 2 / 1e-5),
         "Python reads `/ 2 * h` from the left: half of it, times h. Write "
         "`/ (2 * h)`."),
        (lambda f, x: (f(x + 1e-5) - f(x - 1e-5)) / 2e-5,
         "You move all entries at once, which gives one number, the sum of all slopes. "
         "Move one entry at a time."),
        (lambda f, x: shifted(f, x, -1e-5, -1e-5, 2e-5),
         "The sign is turned around: it is f above minus f below."),
    ],
    hints=[
        "The gradient has the shape of x: one slope for each entry. To get one, move "
        "that entry alone, and leave the others where they are.",
        "`for place in np.ndindex(x.shape)` walks through the places of an array of "
        "any shape; x[place] is the entry there.",
        "For each place: two copies of x, one with h added at the place and one with h "
        "taken off; then (f(up) - f(down)) / (2 * h).",
    ],
)
def numerical_gradient(f, x):
    """The gradient of f at x by central differences."""
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):  # one entry at a time
        up, down = x.copy(), x.copy()
        up[place] += 1e-5
        down[place] -= 1e-5
        gradient[place] = (f(up) - f(down)) / 2e-5
    return gradient


def imaginary(f, x, step=1e-100j, divisor=1e-100, part=np.imag, anew=True):
    """Give a complex step, right or wrong."""
    slopes, z = np.zeros(x.shape), x.astype(complex)
    for place in np.ndindex(x.shape):
        z = x.astype(complex) if anew else z
        z[place] += step
        slopes[place] = part(f(z)) / divisor
    return slopes


def step_in_place_of_the_number(f, x):
    """Put the imaginary step where the number was."""
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        z = x.astype(complex)
        z[place] = 1e-100j
        slopes[place] = f(z).imag / 1e-100
    return slopes


NOTHING_LEFT = (
    "All slopes come out as 0, or nearly so. Either the step is lost (next to x, a "
    "real step of 1e-100 is rounded away, and an array of real numbers cannot hold an "
    "imaginary one: x.astype(complex) can), or the imaginary part was not divided by "
    "h.")


@exercise(
    cases=lambda: [(cubes_high_up, np.array([1.0, -2.0, 0.5])), *slope_cases()],
    close=1e-9,
    mistakes=[
        (lambda f, x: imaginary(f, x, part=np.real, divisor=1),
         "The real part is the value of f. The slope sits in the imaginary part."),
        (lambda f, x: imaginary(f, x, part=np.real),
         "The real part is the value of f. The slope sits in the imaginary part."),
        (lambda f, x: imaginary(f, x, divisor=1),
         NOTHING_LEFT),
        (lambda f, x: imaginary(f, x, anew=False),
         "The steps add up: an entry that had its step keeps it. Start each entry from "
         "a fresh complex copy of x."),
        (lambda f, x: imaginary(f, x, divisor=2e-100),
         "All slopes are half of what they should be. Here there is one step, and not "
         "one to either side: divide by h, not by 2 h."),
        (step_in_place_of_the_number,
         "The step must be added to the entry, `+=`. You put it there instead, so the "
         "slope is taken at 0."),
        (lambda f, x: f(x + 1e-100j).imag / 1e-100,
         "You move all entries at once, which gives one number, the sum of all slopes. "
         "Move one entry at a time."),
        (lambda f, x: imaginary(f, x, step=1e-2j, divisor=1e-2),
         "The formula is right and the step is too long: here nothing cancels, so h "
         "can be as small as 1e-100."),
        (lambda f, x: shifted(f, x, 1e-5, 1e-5, 2e-5),
         "That is the central difference. Take one step along i, and no difference."),
        (lambda f, x: np.zeros(x.shape), NOTHING_LEFT),
    ],
    hints=[
        "The loop is that of the numerical gradient: one entry at a time. Only one "
        "call of f is needed for each.",
        "x.astype(complex) is a complex copy of x. Python writes the imaginary step "
        "as 1e-100j.",
        "For each place: z = x.astype(complex); z[place] += 1e-100j; the slope is "
        "f(z).imag / 1e-100.",
    ],
)
def complex_gradient(f, x):
    """The gradient of f at x by complex steps."""
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):  # one entry at a time
        z = x.astype(complex)  # a fresh copy, which can hold the step
        z[place] += 1e-100j
        gradient[place] = f(z).imag / 1e-100
    return gradient


# -------------------------------------------------------------------- descent
def descent_cases():
    """Make parameters, gradients and learning rates."""
    rng = np.random.RandomState(2)
    grads = {"by": rng.randn(1), "Wxh": rng.randn(2, 3), "bh": rng.randn(3)}
    params = {name: rng.randn(*grads[name].shape) for name in ("Wxh", "bh", "by")}
    return [({"W": np.array([1.0, 2.0]), "b": np.array([0.5])},
             {"W": np.array([10.0, -20.0]), "b": np.array([4.0])}, 0.1),
            (params, grads, 0.7)]


def in_place(params, grads, learning_rate):
    """Move the arrays of the caller."""
    for name in params:
        params[name] -= learning_rate * grads[name]
    return params


def renewed_in_place(params, grads, learning_rate):
    """Put new arrays into the dict of the caller."""
    for name in params:
        params[name] = params[name] - learning_rate * grads[name]
    return params


@exercise(
    cases=descent_cases,
    mistakes=[
        (lambda params, grads, learning_rate:
         {name: params[name] + learning_rate * grads[name] for name in params},
         "The gradient points uphill. To go down, walk against it: minus."),
        (in_place,
         "`-=` moves the arrays that the caller owns. `params[name] - ...` makes new "
         "ones."),
        (lambda params, grads, learning_rate:
         {name: params[name] - grads[name] for name in params},
         "The step is too long: multiply the gradient by the learning rate."),
        (lambda params, grads, learning_rate:
         {name: -learning_rate * grads[name] for name in params},
         "This is the step alone. It is to be added to the parameter."),
        (lambda params, grads, learning_rate:
         {name: grads[name] - learning_rate * params[name] for name in params},
         "Parameter and gradient have changed places."),
        (lambda params, grads, learning_rate:
         {name: W - learning_rate * dW for (name, W), dW in
          zip(params.items(), grads.values(), strict=True)},
         "The two dicts have the same keys, perhaps in another order: take each "
         "gradient by its name, grads[name]."),
    ],
    hints=[
        "For each name in params: new = old - learning_rate * gradient.",
        "A dict comprehension makes a new dict: {name: ... for name in params}.",
    ],
)
def descent_step(params, grads, learning_rate):
    """One step of gradient descent, in new arrays."""
    after = {}
    for name, W in params.items():
        after[name] = W - learning_rate * grads[name]  # a new array
    return after


# -------------------------------------------------------------- cross entropy
def logit_cases():
    """Make logits and targets of shape (T, B, n_out)."""
    rng = np.random.RandomState(3)
    return [(np.array([[[0.5], [-1.0]]]), np.array([[[1.0], [0.0]]])),
            (2 * rng.randn(3, 4, 2), rng.random_sample((3, 4, 2)).round()),
            (rng.randn(2, 3, 1), rng.random_sample((2, 3, 1))),
            (np.array([[[40.0], [3.0]]]), np.array([[[0.0], [0.0]]])),  # p is 1
            (np.array([[[-800.0], [3.0]]]), np.array([[[1.0], [0.0]]])),
            (np.array([[[800.0], [3.0]]]), np.array([[[0.0], [0.0]]]))]


def takes_any_logit(answer):
    """no logit overflows"""
    for y in (-1e5, -800.0, 800.0, 1e5):
        with np.errstate(all="raise", under="ignore"):
            try:
                answer(np.full((1, 1, 1), y), np.ones((1, 1, 1)))
            except FloatingPointError as error:
                need(False, f"for y = {y:g}: {error}")


def each_entropy(y, target):
    """Give -log of what the right answer was believed, one number an output."""
    return np.logaddexp(0, y) - target * y


def naive_entropy(y, target):
    """Take the logarithm of p, which may be 0."""
    p = sigmoid(y)
    return -(target * np.log(p) + (1 - target) * np.log(1 - p)).sum() / y.shape[1]


def entropy_of_two_forms(y, target):
    """Take both logarithms as the statement gives them, and overflow."""
    entropy = target * np.log(1 + np.exp(-y)) + (1 - target) * np.log(1 + np.exp(y))
    return entropy.sum() / y.shape[1]


def entropy_of_both_branches(y, target):
    """Choose after the exp, with a part that overflows and is thrown away."""
    s = np.where(y > 0, y + np.log(1 + np.exp(-y)), np.log(1 + np.exp(y)))
    return (s - target * y).sum() / y.shape[1]


def cut_off_entropy(least):
    """Make a cross entropy that keeps p away from 0 and 1, so that it never grows."""
    def cut_off(y, target):
        p = np.clip(sigmoid(y), least, 1 - least)
        return -(target * np.log(p) + (1 - target) * np.log(1 - p)).sum() / y.shape[1]
    return cut_off


def padded_entropy(least):
    """Make a cross entropy that adds a little to p before it takes the logarithm."""
    def padded(y, target):
        p = sigmoid(y)
        entropy = target * np.log(p + least) + (1 - target) * np.log(1 - p + least)
        return -entropy.sum() / y.shape[1]
    return padded


def entropy_of_cut_logits(most):
    """Make a cross entropy that keeps the logits themselves from growing."""
    def cut(y, target):
        return each_entropy(np.clip(y, -most, most), target).sum() / y.shape[1]
    return cut


def entropy_of_hard_targets(y, target):
    """Take every target that is not 1 for 0."""
    return each_entropy(y, target == 1).sum() / y.shape[1]


CUT_OFF = ("This keeps log(0) away, and the loss wrong: at y = -800 and target 1 it is "
           "800, not some 20 or 30. Use -log p = log(1 + e^-y), and never make p.")


@exercise(
    cases=logit_cases,
    properties=[takes_any_logit],
    mistakes=[
        (lambda y, target: each_entropy(y, target).mean(),
         "This is the mean over everything. The losses of the course are summed over "
         "time and outputs and averaged over the batch only: the sum over y.shape[1]."),
        (lambda y, target: each_entropy(y, target).sum(),
         "This is the sum over everything. Divide it by the number of examples in the "
         "batch, y.shape[1]."),
        (lambda y, target: each_entropy(y, target).sum() / y.shape[0],
         "y.shape[0] is the number of time steps. The batch is axis 1."),
        (naive_entropy,
         "Far out the sigmoid is 0 or 1 to the last digit, and log(0) is infinite. Use "
         "-log p = log(1 + e^-y), and never make p."),
        *((make(10.0**-digits), CUT_OFF) for digits in (8, 9, 10, 12, 15)
          for make in (cut_off_entropy, padded_entropy)),
        *((entropy_of_cut_logits(most),
           "A logit that is cut off cannot overflow, and beyond the limit the loss no "
           "longer grows: at y = -800 and target 1 it is 800. Keep y as it is.")
          for most in (20, 30, 50, 100, 500, 700, 709)),
        (entropy_of_hard_targets,
         "A target may lie between 0 and 1: then both logarithms count, one by target, "
         "the other by 1 - target."),
        (entropy_of_both_branches,
         "np.where works out both its parts for every y, and the part that is thrown "
         "away overflows. Take the exp of -abs(y) only, which is never above 1."),
        (entropy_of_two_forms,
         "The two forms are right, and exp overflows above 709. log(1 + e^y) is also "
         "y + log(1 + e^-y): take that form where y is positive."),
        (lambda y, target: (np.log(1 + np.exp(y)) - target * y).sum() / y.shape[1],
         "log(1 + e^y) is right, and e^y overflows above 709. It is also "
         "y + log(1 + e^-y): take that form where y is positive."),
        (lambda y, target: each_entropy(y, 1 - target).sum() / y.shape[1],
         "The target is swapped: where it is 1, the loss is -log p, which is small for "
         "large y."),
        (lambda y, target: -(target * -np.logaddexp(0, -y)).sum() / y.shape[1],
         "Where the target is 0, the loss is -log(1 - p): that half is missing."),
        (lambda y, target: -each_entropy(y, target).sum() / y.shape[1],
         "The sign: a logarithm of a probability is negative, the loss is positive."),
    ],
    hints=[
        "Put p = 1 / (1 + e^-y) into the two logarithms: -log p = log(1 + e^-y) and "
        "-log(1 - p) = log(1 + e^y). They differ by y.",
        "So with s = log(1 + e^y), the loss of one output is s - target * y. What is "
        "left is an s that does not overflow.",
        "s = max(y, 0) + log(1 + e^-|y|). NumPy has np.maximum, np.abs, and "
        "np.log1p(e) for log(1 + e). Sum all of it and divide by y.shape[1].",
    ],
)
def cross_entropy(y, target):
    """The cross entropy of sigmoid(y), without overflow."""
    e = np.exp(-np.abs(y))  # never above 1
    s = np.maximum(y, 0) + np.log1p(e)  # log(1 + e^y)
    return (s - target * y).sum() / y.shape[1]


# ------------------------------------------------------------ XOR by hand
SHAPES = {"Wxh": (2, 2), "bh": (2,), "Why": (2, 1), "by": (1,)}


def hidden_units(answer):
    """Give what the hidden units of an answer say at 00, 01, 10, 11."""
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return sigmoid(x @ np.asarray(answer()["Wxh"]) + np.asarray(answer()["bh"]))


def answers(answer):
    """Give what the network of an answer says at 00, 01, 10, 11."""
    Why, by = np.asarray(answer()["Why"]), np.asarray(answer()["by"])
    return sigmoid(hidden_units(answer) @ Why + by)[:, 0]


def has_the_shapes(answer):
    """its arrays have the right shapes"""
    params = answer()
    need(isinstance(params, dict) and params.keys() == SHAPES.keys(),
         "a dict with the keys Wxh, bh, Why and by is asked for")
    for name, shape in SHAPES.items():
        given = np.shape(params[name])
        need(given == shape, f"`{name}` has the shape {given}, and {shape} is asked "
             "for")
    need(all(np.isfinite(np.asarray(array, float)).all() for array in params.values()),
         "some of the weights are not finite numbers")


def right_at(answer, places, t):
    """Check the side of one half, and tell what the hidden units say."""
    for i in places:
        h, p = hidden_units(answer)[i], answers(answer)[i]
        need((p > 0.5) == t and p != 0.5, f"For {i // 2}, {i % 2} the hidden units say "
             f"{h[0]:.2f} and {h[1]:.2f}, the network {p:.3f}, and {t} is right")


def right_at_zeros(answer):
    """0, 0 gives 0"""
    right_at(answer, [0], 0)


def right_at_one_one(answer):
    """a single 1 gives 1"""
    right_at(answer, [1, 2], 1)


def right_at_two_ones(answer):
    """1, 1 gives 0"""
    right_at(answer, [3], 0)


def is_sure(answer):
    """every answer is nearer than 0.1"""
    p = answers(answer)
    off = np.abs(p - [0, 1, 1, 0]).max()
    need(off < 0.1, "All four answers are on the right side of one half, and one is "
         f"still {off:.3f} off: less than 0.1 is asked for")


def by_hand(bh, why, by, wxh=20.0):
    """Make an answer whose hidden weights are all the same."""
    return lambda: {"Wxh": np.full((2, 2), wxh), "bh": np.array(bh, float),
                    "Why": np.array(why, float), "by": np.array(by, float)}


@exercise(
    agree=False,
    properties=[has_the_shapes, right_at_zeros, right_at_one_one, right_at_two_ones,
                is_sure],
    mistakes=[
        (by_hand([-10, -30], [[20, -20]], [-10]),
         "Why has a row for each hidden unit and a column for each output: (2, 1). "
         "Biases are plain rows: bh (2,), by (1,)."),
        (by_hand([0, 0], [[20], [-20]], [0]),
         "At 0, 0 the weights do not count, the biases alone decide: at a bias of 0 a "
         "hidden unit says one half. OR needs a negative bias that one input can "
         "outweigh, and the output needs one too."),
        (by_hand([-30, -30], [[20], [20]], [-10]),
         "Can a hidden unit tell 0, 0 from a single 1? With a bias that takes both "
         "inputs to outweigh it is AND, and a single 1 does nothing; with small "
         "weights it says nearly the same everywhere. One unit must switch on at a "
         "single 1, clearly, and its weight in Why must outweigh by. (A unit's weights "
         "stand in a column of Wxh.)"),
        (by_hand([-10, -10], [[20], [20]], [-10]),
         "With a single 1 it is right, with two it is not off, as OR is not. Let the "
         "second hidden unit be AND, and let it switch the output off: a negative "
         "weight, large enough to outweigh the first."),
        (by_hand([-0.5, -1.5], [[20], [-20]], [-4], 1.0),
         "The idea is right. Multiply the weights and biases by a larger number: the "
         "sigmoids come nearer to 0 and 1, and the line between them stays in place."),
    ],
    hints=[
        "XOR is OR and not AND. Let one hidden unit be OR, the other AND.",
        "x1 + x2 is above 0.5 for OR, above 1.5 for AND. So both hidden units have the "
        "weights 1, 1, and the biases are -0.5 and -1.5; then everything times 20.",
        "The output is on where OR - AND is above 0.5: weights 1 and -1, bias -0.5, "
        "times 20 again.",
    ],
)
def xor_by_hand():
    """A network that computes XOR, with weights set by hand."""
    sure = 20  # large weights make sharp switches
    Wxh = sure * np.ones((2, 2))
    bh = sure * np.array([-0.5, -1.5])  # the units OR and AND
    Why = sure * np.array([[1.0], [-1.0]])  # OR and not AND
    by = sure * np.array([-0.5])
    return {"Wxh": Wxh, "bh": bh, "Why": Why, "by": by}
