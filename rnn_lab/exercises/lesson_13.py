"""Exercises of lesson 13: sequences of numbers."""

import numpy as np

from rnn_core import RNN

from .checking import exercise, need


def normal(seed, *shapes, dtype=float):
    """Draw arrays of these shapes from the normal distribution."""
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


# ------------------------------------------------------------- blame at each one's end
def ending_cases():
    """Outputs, targets and lengths: one sequence first, then several, one and two out.
    """
    cases = [(np.array([1.0, 2.0, 4.0]).reshape(3, 1, 1), np.array([[5.0]]),
              np.array([2]))]
    for seed, (T, B, n, lengths) in enumerate([(4, 3, 1, [4, 4, 4]),
                                               (5, 3, 2, [2, 5, 1]),
                                               (6, 4, 3, [3, 1, 6, 3])]):
        y, target = normal(seed, (T, B, n), (B, n))
        cases.append((y, target, np.array(lengths)))
    y, target, lengths = cases[-1]
    return [*cases, (y.astype(np.float32), target.astype(np.float32), lengths)]


def derivative_of_the_loss(answer):
    """dy is the derivative of the loss, number by number"""
    for y, target, lengths in ending_cases()[:-1]:
        dy = np.asarray(answer(y.copy(), target.copy(), lengths.copy())[1])
        for place in np.ndindex(y.shape):
            nudge = np.zeros(y.shape)
            nudge[place] = 0.5  # of a parabola, central differences are exact
            above, below = (answer(near, target.copy(), lengths.copy())[0]
                            for near in (y + nudge, y - nudge))
            slope = above - below
            need(abs(slope - dy[place]) < 1e-9, f"dy[{', '.join(map(str, place))}] is "
                 f"{dy[place]:.4g}, and the loss changes there by {slope:.4g} for each "
                 "unit of y")


def blind_after_the_end(answer):
    """what the network says after a sequence's end does not count"""
    y, target, lengths = ending_cases()[2]
    loss, dy = answer(y.copy(), target.copy(), lengths.copy())
    for b, end in enumerate(lengths):
        y[end:, b] = 1e6
    loss_2, dy_2 = answer(y.copy(), target.copy(), lengths.copy())
    need(abs(loss - loss_2) < 1e-9, "the loss changes with outputs after the end")
    need(abs(np.asarray(dy) - dy_2) < 1e-9, "dy changes with outputs after the end")


def ending(place=lambda lengths, T: lengths - 1, scale=lambda B: B, loss_scale=None,
           sign=1, half=0.5):
    """Make a loss at the end with one fault, or with none."""
    def answer(y, target, lengths):
        T, B = y.shape[:2]
        ends = (place(lengths, T), np.arange(B))
        error = y[ends] - target
        dy = np.zeros_like(y)
        dy[ends] = sign * error / scale(B)
        return half * (error * error).sum() / (loss_scale or scale)(B), dy
    return answer


def mean_of_the_outputs(y, target, lengths):
    """Average over the outputs where they are summed: a mistake."""
    loss, dy = ending()(y, target, lengths)
    return loss / y.shape[2], dy


def mean_of_all(y, target, lengths):
    """Average over time and the outputs as well: a mistake."""
    loss, dy = ending()(y, target, lengths)
    return loss / y[:, 0].size, dy / y[:, 0].size


def blame_on_the_way(y, target, lengths):
    """Blame each step up to the end with the error of the end: a mistake."""
    loss, dy = ending()(y, target, lengths)
    ends = dy[lengths - 1, np.arange(len(lengths))]
    counts = np.arange(len(y))[:, None] < lengths
    return loss, np.where(counts[:, :, None], ends, dy)


def every_batch(y, target, lengths):
    """Take each end from all sequences: a mistake."""
    error = y[lengths - 1] - target
    return 0.5 * (error * error).sum() / len(lengths), error / len(lengths)


def error_alone(y, target, lengths):
    """Give the blame of the ends alone, without the zeros: a mistake."""
    error = y[lengths - 1, np.arange(len(lengths))] - target
    return 0.5 * (error * error).sum() / len(lengths), error / len(lengths)


def every_step(y, target, lengths):
    """Count every step up to the end: a mistake."""
    counts = np.arange(len(y))[:, None] < lengths
    error = np.where(counts[:, :, None], y - target, 0)
    return 0.5 * (error * error).sum() / len(lengths), error / len(lengths)


def blame_everywhere(y, target, lengths):
    """Blame every step, though the ends alone count: a mistake."""
    error = y[lengths - 1, np.arange(len(lengths))] - target
    return (0.5 * (error * error).sum() / len(lengths),
            (y - target).astype(y.dtype) / len(lengths))


def spoil_the_outputs(y, target, lengths):
    """Write the blame into y: a mistake."""
    loss, dy = ending()(y, target, lengths)
    y[:] = dy
    return loss, y


@exercise(
    cases=ending_cases,
    properties=[derivative_of_the_loss, blind_after_the_end],
    mistakes=[
        (ending(place=lambda lengths, T: np.full(len(lengths), T - 1)),
         "This takes the last step of all, y[-1]. A shorter sequence ends earlier: "
         "at step lengths[b] - 1."),
        (ending(place=lambda lengths, T: lengths),
         "Steps are counted from 0: a sequence of 2 steps ends at step 1, so at "
         "lengths - 1."),
        (ending(place=lambda lengths, T: np.minimum(lengths, T - 1)),
         "Steps are counted from 0: a sequence of 2 steps ends at step 1, so at "
         "lengths - 1."),
        (ending(place=lambda lengths, T: np.maximum(lengths - 2, 0)),
         "This is one step too early: the last step of a sequence is lengths[b] - 1."),
        (ending(scale=lambda B: 1),
         "The loss is the mean over the batch: divide it and dy by B."),
        (ending(loss_scale=lambda B: 1),
         "dy is that of the mean over the batch, and the loss is the sum: divide it by "
         "B as well."),
        (ending(scale=lambda B: 1, loss_scale=lambda B: B),
         "The loss is the mean over the batch, so its derivative dy is divided by B, "
         "too."),
        (ending(sign=-1),
         "The sign of dy: where y is too large, the loss grows with y. So it is "
         "y - target."),
        (ending(half=1.0),
         "Here the loss is *half* the squared distance. Then its derivative is the "
         "error itself."),
        (ending(half=1.0, sign=2),
         "The loss is *half* the squared distance. Then its derivative is the error "
         "itself, without a 2."),
        (mean_of_the_outputs,
         "This is the mean over the outputs, too. They are summed, and only the batch "
         "is averaged: divide by B."),
        (mean_of_all,
         "This divides by the steps as well. Half the squared error of each end is "
         "summed over the outputs, and divided by B alone."),
        (blame_on_the_way,
         "dy blames the steps before the end, too. What is said there costs nothing, "
         "so dy is 0 there."),
        (every_batch,
         "y[lengths - 1] takes these steps from *all* sequences. Pair each step with "
         "its own: y[lengths - 1, np.arange(B)]."),
        (error_alone,
         "dy must have the shape of y, (T, B, n_out): zeros, except at each end."),
        (every_step,
         "This counts all steps up to the end. Only the last one of each sequence "
         "counts."),
        (blame_everywhere,
         "dy is not 0 where nothing is asked. Begin with zeros, and fill in the ends."),
        (spoil_the_outputs,
         "y belongs to the caller. Make dy an array of its own: np.zeros_like(y)."),
    ],
    hints=[
        "In `last_step_loss` y[-1] stands for the last step of all sequences. Here "
        "each sequence b has its own: y[lengths[b] - 1, b].",
        "With two arrays of integers NumPy picks one place for each sequence: "
        "y[lengths - 1, np.arange(B)] has the shape (B, n_out).",
        "dy is np.zeros_like(y), with error / B put in at the same places.",
    ],
)
def loss_at_the_end(y, target, lengths):
    """Half the squared error at each sequence's own last step, and its gradient."""
    B = len(lengths)
    ends = (lengths - 1, np.arange(B))      # one place for each sequence
    error = y[ends] - target                # (B, n_out)
    dy = np.zeros_like(y)
    dy[ends] = error / B
    return 0.5 * (error * error).sum() / B, dy


# ------------------------------------------------------ scaled by what was trained on
def scaling_cases():
    """Numbers to scale and numbers known: one feature first, then features that differ.
    """
    known = np.array([10.0, 20.0, 30.0, 40.0]).reshape(4, 1, 1)
    cases = [(known.copy(), known), (np.array([[[25.0]], [[65.0]]]), known)]
    for seed, (T, B, n) in enumerate([(3, 2, 2), (5, 4, 3)]):
        x, known = normal(seed, (T, B, n), (T + 2, B + 1, n))
        size = 10.0 ** np.arange(n)
        cases.append((7 + 3 * x * size, size * (5 + known)))
    x, known = cases[-1]
    flat = known.copy()
    flat[:, :, 1] = 4.0
    alike = tuple(normal(2, (3, 2, 2), (4, 2, 2)))  # as many sequences in both
    return [*cases, (x, flat), alike,
            (x.astype(np.float32), known.astype(np.float32))]


def known_numbers_become_standard(answer):
    """the known numbers get mean 0 and standard deviation 1 in each feature"""
    for _, known in scaling_cases()[:4]:
        scaled = np.asarray(answer(known.copy(), known.copy()))
        need(abs(scaled.mean(axis=(0, 1))) < 1e-9,
             "the known numbers, scaled, do not have mean 0 in each feature")
        need(abs(scaled.std(axis=(0, 1)) - 1) < 1e-9,
             "the known numbers, scaled, do not have standard deviation 1 in each "
             "feature")


def one_rule_for_all(answer):
    """what becomes of a number does not depend on the other numbers of x"""
    x, known = scaling_cases()[3]
    whole, part = answer(x.copy(), known.copy()), answer(x[1:2, :2].copy(), known)
    need(abs(np.asarray(whole)[1:2, :2] - part) < 1e-9,
         "a part of x is scaled otherwise than the same part within x")


def scaled_by(axis=(0, 1), from_x=False, size=None, shift=True, guard=True, back=False,
              keep=True):
    """Make a scaling with one fault, or with none."""
    def answer(x, known):
        basis = x if from_x else known
        mean = basis.mean(axis=axis, keepdims=axis is not None) if shift else 0
        mean = np.broadcast_to(mean, (*np.shape(mean)[:1], 1, x.shape[2]))[:1]
        found = size(basis) if size else basis.std(axis=axis, keepdims=axis is not None)
        found = np.broadcast_to(found, (*np.shape(found)[:1], 1, x.shape[2]))[:1]
        found = np.where(found > 0, found, 1) if guard else found
        result = x * found + mean if back else (x - mean) / found
        return result if keep else result.astype(float)
    return answer


def along_time(x, known):
    """Leave the batch axis in: a mistake."""
    return (x - known.mean(axis=0)) / known.std(axis=0)


def divisor(size, guard):
    """What to divide by, with or without a guard against 0."""
    return np.where(size > 0, size, 1) if guard else size


def two_bases(guard):
    """Take the mean of x and the size of what is known: a mistake."""
    return lambda x, known: ((x - x.mean(axis=(0, 1)))
                             / divisor(known.std(axis=(0, 1)), guard))


def one_truth(x, known):
    """Ask whether a whole array is true: a mistake."""
    return (x - known.mean(axis=(0, 1))) / (known.std(axis=(0, 1)) or 1)


def no_brackets(guard):
    """Leave out the brackets: a mistake."""
    return lambda x, known: x - (known.mean(axis=(0, 1))
                                 / divisor(known.std(axis=(0, 1)), guard))


def from_the_least(guard):
    """Bring the numbers to between 0 and 1: a mistake."""
    return lambda x, known: ((x - known.min(axis=(0, 1)))
                             / divisor(np.ptp(known, axis=(0, 1)), guard))


def in_place(x, known):
    """Change the caller's numbers: a mistake."""
    x -= known.mean(axis=(0, 1))
    size = known.std(axis=(0, 1))
    x /= np.where(size > 0, size, 1)
    return x


def by_sequence(x, known):
    """Take mean and size for each sequence by itself: a mistake."""
    size = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(size > 0, size, 1)


@exercise(
    cases=scaling_cases,
    properties=[known_numbers_become_standard, one_rule_for_all],
    mistakes=[
        (scaled_by(from_x=True),
         "Mean and size must come from `known` alone. Here they come from x, so the "
         "network would see each x on a ruler of its own."),
        *[(mistake(guard), text) for guard in (True, False) for mistake, text in (
            (two_bases,
             "The mean comes from x here. Both come from `known`, so that one ruler "
             "serves for all."),
            (no_brackets,
             "Division goes before subtraction: put x - mean in brackets."),
            (from_the_least,
             "This brings the least number to 0 and the largest to 1. Here mean and "
             "standard deviation are asked for."))],
        (one_truth,
         "`or` cannot choose number by number in an array: np.where(size > 0, size, 1) "
         "can."),
        (by_sequence,
         "Mean and size come from `known`, over time and batch together: one ruler for "
         "every sequence."),
        (scaled_by(axis=None),
         "Each feature has its own mean and size: take them over axes 0 and 1, time "
         "and batch, and not over the features."),
        (scaled_by(shift=False), "The mean is not taken away."),
        (scaled_by(size=lambda known: known.var(axis=(0, 1), keepdims=True)),
         "This divides by the variance. The standard deviation is its root."),
        (scaled_by(size=lambda known: np.ptp(known, axis=(0, 1))[None, None]),
         "This divides by the distance from the least to the largest number. Here the "
         "standard deviation is asked for."),
        (scaled_by(size=lambda known: known.std(axis=(0, 1), ddof=1, keepdims=True)),
         "This divides the squares by n - 1. Here the known numbers are all there is: "
         "std without ddof."),
        (scaled_by(guard=False),
         "A feature that never changes in `known` has standard deviation 0. Divide it "
         "by 1 instead."),
        (scaled_by(size=lambda known: np.maximum(
            known.std(axis=(0, 1), keepdims=True), 1e-8), guard=False),
         "Where the standard deviation is 0, this divides by next to nothing. Put 1 "
         "there."),
        (scaled_by(size=lambda known: known.std(axis=(0, 1), keepdims=True) + 1e-8,
                   guard=False),
         "A small number added to every standard deviation changes all of them a "
         "little, and where it is 0, divides by next to nothing. Put 1 there, and "
         "leave the others."),
        (along_time,
         "axis=0 is time alone. One mean for each feature is over time and batch: "
         "axis=(0, 1)."),
        (scaled_by(back=True),
         "This is the way back, from scaled to unscaled: take the mean away, then "
         "divide."),
        (in_place, "x -= ... changes the numbers of the caller. Give a new array."),
        (scaled_by(keep=False), "float32 comes in and float64 comes out."),
    ],
    hints=[
        "One mean and one standard deviation for each feature, over time and batch: "
        "known.mean(axis=(0, 1)) has the shape (n_in,).",
        "Where the standard deviation is 0, divide by 1: np.where(size > 0, size, 1).",
    ],
)
def scale_like(x, known):
    """x by the mean and standard deviation of what is known."""
    mean = known.mean(axis=(0, 1))    # (n_in,): one for each feature
    size = known.std(axis=(0, 1))
    return (x - mean) / np.where(size > 0, size, 1)


# --------------------------------------------------------- a network that adds numbers
def answers(network, *numbers):
    """What a network says after it has read these numbers."""
    x = np.array(numbers, float).reshape(-1, 1, 1)
    return float(network.forward(x)[0][-1, 0, 0])


def is_a_network(answer):
    """it is an RNN with 1 input and 1 output"""
    network = answer()
    need(isinstance(network, RNN),
         "the result is no RNN: make one, set its weights, return it")
    need((network.n_in, network.n_out) == (1, 1),
         f"it has {network.n_in} inputs and {network.n_out} outputs: 1 and 1 are asked "
         "for")


def has_relu_units(answer):
    """its units are ReLUs"""
    network = answer()
    need(network.activation == "relu",
         f"its activation is {network.activation!r}, and \"relu\" is asked for")


def adds_up(answer, *numbers):
    """Raise Wrong unless the network adds these numbers up."""
    said, right = answers(answer(), *numbers), sum(numbers)
    written = " + ".join(f"{n:g}" if n >= 0 else f"({n:g})" for n in numbers)
    need(abs(said - right) < 1e-6,
         f"{written} is {right:g}, and the network says {said:.4g}")


def says_one_number(answer):
    """it gives a single positive number back"""
    said = answers(answer(), 5.0)
    need(abs(said - 5) < 1e-6, f"after the one number 5 the network says {said:.4g}")


def remembers(answer):
    """it does not forget the number before"""
    said = answers(answer(), 2.0, 3.0)
    need(abs(said - 3) > 1e-6, "2 + 3 is 5, and the network says 3, the last number")


def adds_two(answer):
    """it adds two positive numbers up"""
    adds_up(answer, 2.0, 3.0)


def holds(answer):
    """it adds fifty positive numbers up"""
    said = answers(answer(), *np.arange(1.0, 51.0))
    need(abs(said - 1275) < 1e-6, f"1 + 2 + ... + 50 is 1275, and the network says "
         f"{said:.6g}")


def goes_down(answer):
    """it adds negative numbers up as well"""
    adds_up(answer, 3.0, -1.0)


def says_less_than_nothing(answer):
    """a total below 0 is not called 0"""
    said = answers(answer(), -3.0)
    need(abs(said) > 1e-6, "after the one number -3 the network says 0")


def knows_the_sign(answer):
    """a total below 0 has the right sign and size"""
    said = answers(answer(), -3.0)
    need(abs(said + 3) < 1e-6, f"after the one number -3 the network says {said:.4g}")


def comes_back(answer):
    """it crosses 0 both ways, in a hundred numbers of both signs"""
    adds_up(answer, 2.0, -5.0, 4.0)
    numbers = np.round(10 * normal(0, 100)[0])
    said, right = answers(answer(), *numbers), numbers.sum()
    need(abs(said - right) < 1e-6, "of a hundred numbers of both signs the sum is "
         f"{right:g}, and the network says {said:.4g}")


def of_any_size(answer):
    """it adds numbers of any size"""
    for numbers in ((-1e15,), (-2e15, 5e15, -4e15)):
        said, right = answers(answer(), *numbers), sum(numbers)
        need(abs(said - right) < 1e-5 * abs(right),
             f"after {' and '.join(f'{n:.0e}' for n in numbers)} the total is "
             f"{right:.0e}, and the network says {said:.4g}")


def adder_with(Wxh, Whh, Why, **changes):
    """Make a function that gives a network with these weights."""
    def answer():
        network = RNN(1, len(Whh), 1, **{"activation": "relu", **changes})
        for name, W in (("Wxh", Wxh), ("Whh", Whh), ("Why", Why)):
            network.params[name][:] = W
        return network
    return answer


def lifted():
    """Lift the total by a large bias, and count the steps: a mistake."""
    network = adder_with([[1.0, 0.0]], np.eye(2), [[1.0], [-1.0]])()
    network.params["bh"][:] = 1e6
    return network


PAIR = [[1.0, -1.0], [-1.0, 1.0]]


@exercise(
    properties=[is_a_network, has_relu_units, says_one_number, remembers,
                adds_two, holds, goes_down, says_less_than_nothing, knows_the_sign,
                comes_back, of_any_size],
    agree=False,
    mistakes=[
        (adder_with([[1.0, -1.0]], PAIR, [[1.0], [-1.0]], activation="tanh"),
         "A tanh cannot hold a total: it ends at 1. Ask for activation=\"relu\"."),
        (lambda: RNN(1, 2, 1, activation="relu", rng=0),
         "After one number the output is that number, times Wxh, through ReLU, times "
         "Why. Set all of each matrix, in place: network.params[\"Wxh\"][:] = ... "
         "What is not set stays random."),
        (adder_with([[1.0, -1.0]], np.zeros((2, 2)), [[1.0], [-1.0]]),
         "It says the last number alone: Whh is what carries the total on to the next "
         "step."),
        (adder_with([[1.0]], [[1.01]], [[1.0]]),
         "The total must come back to the next step exactly as it is, times 1."),
        (adder_with([[1.0, -1.0]], [[1.0, 1.0], [-1.0, -1.0]], [[1.0], [-1.0]]),
         "Two numbers are right, and more are not: the units hand on the wrong parts. "
         "Whh[i, j] leads from unit i to unit j: +1 to itself, -1 to the other."),
        (adder_with([[1.0, -1.0]], np.eye(2), [[1.0], [-1.0]]),
         "Each unit must know of the other. When -1 comes after 3, the second unit "
         "must stay 0, since the first still holds 2: so Whh needs -1 in both "
         "corners."),
        (adder_with([[1.0]], [[1.0]], [[1.0]]),
         "This unit is right as long as the total is 0 or more. A ReLU cannot hold a "
         "negative one. Let a second unit hold minus the total."),
        (lifted,
         "A bias that lifts the total above 0 helps only as far as it reaches: a "
         "total further below 0 fails. Let a second unit hold minus the total."),
        (adder_with([[1.0, -1.0]], PAIR, [[1.0], [1.0]]),
         "This gives the total without its sign. The second unit holds minus the "
         "total, so it counts -1 in Why."),
    ],
    hints=[
        "For totals of 0 or more one unit is enough: h = relu(x + h). Which weights "
        "are that? And what happens when the total falls below 0?",
        "Take two units. One holds relu(total), the other relu(-total). Then the total "
        "is the first minus the second, whichever of them is 0.",
        "The new total is x + p - q, for the units p and q. So p becomes "
        "relu(x + p - q), and q becomes relu(-x - p + q). Whh[i, j] leads from unit i "
        "to unit j.",
    ],
)
def adding_network():
    """A ReLU network that adds up any numbers, however many, of either sign."""
    network = RNN(1, 2, 1, activation="relu")     # biases start at 0
    W = network.params
    W["Wxh"][:] = [[1, -1]]                       # p = relu( x + p - q)
    W["Whh"][:] = [[1, -1], [-1, 1]]              # q = relu(-x - p + q)
    W["Why"][:] = [[1], [-1]]                     # the total is p - q
    return network


# ------------------------------------------------------------------- windows of a wave
def series_cases():
    """Series and window lengths: round numbers first."""
    cases = [(10 * np.arange(6.0), 2), (np.arange(4.0), 3), (np.arange(5.0), 1)]
    for seed, (n, window) in enumerate([(12, 5), (9, 2)]):
        cases.append((normal(seed, (n,))[0], window))
    return [*cases, (normal(7, (8,), dtype=np.float32)[0], 3)]


def columns_are_the_series(answer):
    """each window with its target is a piece of the series, as it stands"""
    for series, window in series_cases():
        x, target = (np.asarray(part) for part in answer(series.copy(), window))
        for i in range(len(series) - window):
            piece = [*x[:, i, 0], target[i, 0]]
            need(np.array_equal(piece, series[i : i + window + 1]),
                 f"window {i} with its target is not the piece of the series that "
                 f"begins at {i}")


def cut(first=0, late=0, less=0, step=1, turn=False, batch_first=False, flat=False):
    """Make a cutter with one fault, or with none."""
    def answer(series, window):
        n = len(series) - window - less
        starts = range(first, n, step)
        x = np.array([series[i : i + window] for i in starts])
        target = np.array([series[min(i + window + late, len(series) - 1)]
                           for i in starts])
        x = x[:, ::-1] if turn else x
        x = x[:, :, None] if batch_first else x.T[:, :, None]
        return x, target if flat else target[:, None]
    return answer


def no_last_axis(series, window):
    """Leave out the axis of the features: a mistake."""
    x, target = cut()(series, window)
    return x[:, :, 0], target


def reshaped(series, window):
    """Reshape where a transposition is needed: a mistake."""
    x, target = cut(batch_first=True)(series, window)
    return x.reshape(window, -1, 1), target


def one_more(series, window):
    """Keep the last window, which has no target: a mistake."""
    pieces = [series[i : i + window] for i in range(len(series) - window + 1)]
    return np.stack(pieces, axis=1)[:, :, None], series[window:, None]


def next_of_each(series, window):
    """Give a target for every step of the window: a mistake."""
    x, _ = cut()(series, window)
    return x, cut()(series[1:], window)[0] if len(series) > window + 1 else x


@exercise(
    cases=series_cases,
    properties=[columns_are_the_series],
    mistakes=[
        (cut(batch_first=True),
         "This is (n - window, window, 1). Time comes first in this course: "
         "(window, n - window, 1)."),
        (reshaped,
         "The shape is right, and the numbers are in the wrong places: reshape does "
         "not turn a matrix round. Use .T, or stack along axis 1."),
        (cut(late=-1),
         "The target is the window's own last number. The network would learn to "
         "repeat it. It is the one after: series[i + window]."),
        (cut(late=1), "The target is one step too late: it is series[i + window]."),
        (lambda series, window: cut(late=-window)(series, window),
         "The target is the window's own first number. It is the one after its end: "
         "series[i + window]."),
        (cut(less=1, late=1),
         "A window is missing, and each target is one step too late: the first one is "
         "series[window]."),
        (cut(less=1),
         "One window is missing: the last target is the last number of the series."),
        (cut(first=1), "The first window begins at 0."),
        (one_more,
         "The last window has no number after it: there are n - window windows, not "
         "one more."),
        (lambda series, window: cut(step=window)(series, window),
         "The windows lie side by side. Here each begins one step after the one "
         "before."),
        (cut(turn=True), "The windows run backwards: the oldest number comes first."),
        (cut(flat=True),
         "The target has the shape (n - window,). Give it its axis of features: "
         "(n - window, 1). Else y - target would become a square."),
        (no_last_axis, "The axis of the features is missing in x: (window, N, 1)."),
        (next_of_each,
         "One target for each window, the number after its end: (n - window, 1)."),
    ],
    hints=[
        "Window i is series[i : i + window], and its target series[i + window]. How "
        "many i are there, so that a target is left?",
        "A list of the n - window windows, stacked along axis 1, has time first: "
        "np.stack(list, axis=1). The axis of features comes by [:, :, None].",
    ],
)
def sliding_windows(series, window):
    """Every window of a series, and the number that follows each."""
    n_windows = len(series) - window
    x = np.stack([series[i : i + window] for i in range(n_windows)], axis=1)
    return x[:, :, None], series[window:, None]    # (window, N, 1) and (N, 1)
