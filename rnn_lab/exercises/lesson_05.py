"""Exercises of lesson 5: sums to learn from, and a test of all of them."""

import numpy as np

from rnn_core import RNN, Adam, binary_addition, sigmoid, sigmoid_cross_entropy, train

from .checking import exercise, need


def bits(numbers, n_bits):
    """Write whole numbers in bits, of shape (n_bits, B), the last ones dropped."""
    return np.asarray(numbers) >> np.arange(n_bits)[:, None] & 1


# ----------------------------------------------------------- a test of all the sums
def counting_adder(slope, size, memory=1.0):
    """Make an adder by hand: unit i says whether a column holds more than i ones.

    - slope: how sharply;  size: of the logits;  memory: of the carry, 1 or less
    """
    model = RNN(2, 3, 1, activation="sigmoid", rng=0)
    p = model.params
    p["Wxh"][:], p["bh"][:] = slope, slope * np.array([-0.5, -1.5, -2.5])
    p["Whh"][:] = 0
    p["Whh"][1] = slope * memory  # the carry is the unit that says "two or more"
    p["Why"][:, 0], p["by"][:] = [size, -size, size], -size / 2
    return model


def second_number_only():
    """Make a network that answers the second number in place of the sum."""
    model = counting_adder(20, 2, memory=0)
    model.params["Wxh"][0] = 0
    return model


def silent():
    """Make a network whose logits are all 0."""
    return counting_adder(0, 0)


def share_where(right_in, pairs=np.ones_like, low=lambda n: n, share=np.mean):
    """Make an answer with a rule of its own for one of its parts."""
    def answer(model, n_bits):
        n = low(2 ** (n_bits - 1))
        a, b = np.indices((n, n)).reshape(2, -1)
        kept = pairs(a - b).astype(bool)
        x, target = binary_addition(a[kept], b[kept], n_bits)
        y, _ = model.forward(x)
        return share(right_in(y, target))
    return answer


def all_bits(right):
    """Keep what is right in every column."""
    return right.all(axis=(0, 2))


def right_sums(y, target):
    """Tell which sums are right."""
    return all_bits((y > 0) == target)


@exercise(
    cases=lambda: [(counting_adder(20, 2, memory=0), 3), (counting_adder(20, 2), 5),
                   (second_number_only(), 4), (counting_adder(20, 0.6), 4),
                   (counting_adder(3.5, 4), 6), (silent(), 3)],
    mistakes=[
        (share_where(lambda y, target: (y > 0) == target),
         "This is the share of right bits. A sum is right if all of its bits are: use "
         ".all over the columns before the mean."),
        (share_where(lambda y, target: all_bits((y > 0.5) == target)),
         "y holds logits, not probabilities: it says 1 where the logit is above 0. "
         "Only sigmoid(y) would be compared with one half."),
        (share_where(lambda y, target: all_bits((sigmoid(y) > 0) == target)),
         "sigmoid(y) is above 0 everywhere. Compare it with one half, or y with 0."),
        (share_where(right_sums, pairs=lambda difference: difference <= 0),
         "Half of the pairs are left out: the network may do 3 + 5 and fail at 5 + 3, "
         "so test both orders."),
        (share_where(right_sums, low=lambda n: n - 1),
         "The largest number is left out: there are 2**(n_bits - 1) numbers, the "
         "last of them is 2**(n_bits - 1) - 1."),
        (share_where(right_sums, low=lambda n: 2 * n),
         "Take only numbers below 2**(n_bits - 1): larger ones have sums that do not "
         "fit into n_bits columns."),
        (lambda model, n_bits: share_where(right_sums)(model, n_bits + 1),
         "These are the numbers below 2**n_bits, with a column more for their sums. "
         "n_bits is the number of columns: take the numbers below 2**(n_bits - 1)."),
        (share_where(right_sums, share=np.all),
         "This tells whether every sum is right. Use .all(axis=(0, 2)) for each sum "
         "alone, and then the mean over the sums."),
        (share_where(right_sums, share=np.sum),
         "This counts the right sums. A share is the count divided by the number of "
         "pairs."),
        (share_where(right_sums, share=lambda right: 100 * right.mean()),
         "This is in percent. A share goes from 0 to 1."),
    ],
    hints=[
        "Make all pairs of numbers below 2**(n_bits - 1), give them to binary_addition "
        "as one batch, and run the network once.",
        "np.indices((n, n)).reshape(2, -1) gives all pairs: n * n first numbers, and "
        "as many second ones.",
        "((y > 0) == target) has the shape (n_bits, n * n, 1). Which axis must be True "
        "everywhere, and over which do you take the mean?",
    ],
)
def exhaustive_accuracy(model, n_bits):
    """The share of all sums that have every bit right."""
    n = 2 ** (n_bits - 1)  # numbers below n have sums that fit
    a, b = np.indices((n, n)).reshape(2, -1)  # every pair once
    x, target = binary_addition(a, b, n_bits)
    y, _ = model.forward(x)
    right = (y > 0) == target  # (n_bits, n * n, 1)
    return right.all(axis=(0, 2)).mean()


# ------------------------------------------------------------------------ minibatches
def some_sums(n=11):
    """Make n different sums: x and target."""
    a = np.arange(n)
    return binary_addition(a, 5 * a % 16, 6)


def which(x):
    """Tell the first numbers of the sums in a batch, by which one knows them."""
    return (x[..., 0] * 2 ** np.arange(len(x))[:, None]).sum(axis=0).astype(int)


def batches_of(answer, size=4, rng=0, sums=None):
    """Call an answer: its batches as a list of pairs of arrays."""
    x, target = sums or some_sums()
    rng = np.random.default_rng(rng) if isinstance(rng, int) else rng
    return [(np.asarray(x), np.asarray(target))
            for x, target in answer(x, target, size, rng)]


def gives_pairs(answer):
    """the batches are (x, target) pairs"""
    x, target = some_sums()
    given = answer(x, target, 4, np.random.default_rng(0))
    need(all(len(batch) == 2 and np.ndim(batch[0]) == 3 for batch in given),
         "what you return is not a list of (x, target) pairs")


def has_the_shapes(answer):
    """each has the shapes (T, B, 2) and (T, B, 1)"""
    for x, target in batches_of(answer)[:2]:
        need(x.shape[::2] == (6, 2) and target.shape == (*x.shape[:2], 1),
             f"for 11 sums of 6 columns and size = 4: a batch has the shapes {x.shape} "
             f"and {target.shape}, and (6, 4, 2) and (6, 4, 1) are right")


def leaves_none_out(answer):
    """the last batch holds what is left over"""
    for size in (4, 3, 11, 20):
        sizes = [x.shape[1] for x, _ in batches_of(answer, size)]
        right = [size] * (11 // size) + [11 % size] * (11 % size > 0)
        need(sizes == right, f"for 11 sums and size = {size}: the batches hold {sizes} "
             f"sums, and {right} is right")


def has_each_once(answer):
    """each sum is in one batch"""
    seen = np.concatenate([which(x) for x, _ in batches_of(answer)])
    need(len({*seen.tolist()}) == 11, "some sums are in the batches more than once, "
         "and others not at all")


def keeps_them_together(answer):
    """each sum keeps its target"""
    whole = some_sums()[1]
    for x, target in batches_of(answer):
        need(target == whole[:, which(x)], "a sum has the target of another sum")


def shuffles(answer):
    """the order is a drawn one"""
    orders = [np.concatenate([which(x) for x, _ in batches_of(answer, rng=seed)])
              for seed in range(3)]
    need(not all((np.diff(order) == 1).all() for order in orders),
         "the sums come in the order in which they were given")


def draws_from_rng(answer):
    """rng decides the order"""
    def order(rng):
        return np.concatenate([which(x) for x, _ in batches_of(answer, rng=rng)])
    need(order(1) == order(1), "the same seed gives another order the second time")
    rng = np.random.default_rng(1)
    need((order(rng) != order(rng)).any() and (order(2) != order(3)).any(),
         "the order is the same every time")


def leaves_the_sums_alone(answer):
    """x and target stay as they were"""
    x, target = some_sums()
    batches_of(answer, sums=(x, target))
    need((x == some_sums()[0]).all() and (target == some_sums()[1]).all(),
         "your function changes x or target, which belong to its caller")


def cut(x, target, size, last=None):
    """Cut sums into batches, in the order in which they are."""
    return [(x[:, i : i + size], target[:, i : i + size])
            for i in range(0, last or x.shape[1], size)]


def one_batch(x, target, size, rng):
    """The mistake of giving a single batch."""
    order = rng.permutation(x.shape[1])[:size]
    return x[:, order], target[:, order]


def batches_in_time(x, target, size, rng):
    """The mistake of cutting along the first axis."""
    order = rng.permutation(len(x))
    return [(x[order[i : i + size]], target[order[i : i + size]])
            for i in range(0, len(x), size)]


def batches_without_rest(x, target, size, rng):
    """The mistake of dropping the last batch."""
    order = rng.permutation(x.shape[1])
    return cut(x[:, order], target[:, order], size, len(order) // size * size or -1)


def batches_with_repeats(x, target, size, rng):
    """The mistake of drawing each sum anew."""
    order = rng.integers(x.shape[1], size=x.shape[1])
    return cut(x[:, order], target[:, order], size)


def batches_shuffled_twice(x, target, size, rng):
    """The mistake of an order for x and another one for target."""
    n = x.shape[1]
    return cut(x[:, rng.permutation(n)], target[:, rng.permutation(n)], size)


def batches_as_given(x, target, size, rng):
    """The mistake of not shuffling."""
    return cut(x, target, size)


def batches_with_own_seed(x, target, size, rng):
    """The mistake of a generator of one's own."""
    order = np.random.default_rng(0).permutation(x.shape[1])
    return cut(x[:, order], target[:, order], size)


def batches_in_place(x, target, size, rng):
    """The mistake of shuffling the caller's arrays."""
    order = rng.permutation(x.shape[1])
    x[:], target[:] = x[:, order], target[:, order]
    return cut(x.copy(), target.copy(), size)


@exercise(
    cases=lambda: [(*some_sums(), 4, np.random.default_rng(0))],
    properties=[gives_pairs, has_the_shapes, leaves_none_out, has_each_once,
                keeps_them_together, shuffles, draws_from_rng, leaves_the_sums_alone],
    agree=False,
    mistakes=[
        (one_batch,
         "Return one list of (x, target) pairs, one pair for each batch: not a single "
         "batch, and not the x of all batches beside their targets."),
        (batches_in_time,
         "Time comes first, the batch second: a batch is x[:, places] and target[:, "
         "places]. x[places] would cut every sum into pieces."),
        (batches_without_rest,
         "The number of sums need not be a multiple of size: the last batch holds what "
         "is left. x[:, start:start + size] takes care of that."),
        (batches_with_repeats,
         "Draws with rng.integers repeat some sums and miss others: "
         "rng.permutation(n) gives each number below n once."),
        (batches_shuffled_twice,
         "x and target must be shuffled by the same order: draw it once, use it for "
         "both."),
        (batches_as_given,
         "Shuffle the sums: in the given order neighbours are alike, and each batch "
         "would pull in a direction of its own."),
        (batches_with_own_seed,
         "Draw the order from the rng that comes in: not from one that you make, which "
         "repeats itself, nor from np.random, which no seed of ours controls."),
        (batches_in_place,
         "Leave x and target as they are: x[:, order] is a shuffled copy."),
    ],
    hints=[
        "Draw one order of the sums, then cut it into pieces of size.",
        "order = rng.permutation(x.shape[1]) is the order; range(0, n, size) gives the "
        "place where each piece starts.",
        "With places = order[start:start + size], one batch is x[:, places] and "
        "target[:, places].",
    ],
)
def minibatches(x, target, size, rng):
    """All sums once, in batches, in an order that rng draws."""
    order = rng.permutation(x.shape[1])  # one order for both arrays
    batches = []
    for start in range(0, len(order), size):
        places = order[start:start + size]  # the last piece may be shorter
        batches.append((x[:, places], target[:, places]))
    return batches


# -------------------------------------------------------- other tasks, the same network
def learns(n_in, batch, test, bias, most):
    """Tell whether a network of 16 units learns a task, in one of three beginnings."""
    x_test, target_test = test
    for seed in range(3):
        rng = np.random.default_rng(seed)
        model = RNN(n_in, 16, 1, activation="sigmoid", bias=bias, rng=rng)
        batches = (batch(rng) for _ in range(most))
        steps = train(model, batches, sigmoid_cross_entropy, Adam(0.1, 0.9, 0.99))
        for progress in steps:
            if progress.step % 25 == 0:
                y, _ = model.forward(x_test)
                if ((y > 0) == target_test).all():
                    return True
    return False


def can_be_learnt(answer):
    """a network of 16 units learns from your examples to subtract all 5-bit numbers"""
    def batch(rng):
        b, a = np.sort(rng.integers(32, size=(2, 64)), axis=0)
        return answer(a, b, 5)

    b, a = np.triu_indices(32)  # every pair with b <= a
    need(learns(2, batch, answer(a, b, 5), bias=False, most=500),
         "a network that trains on your examples does not learn to subtract")


def differences(x=lambda a, b: (a, b), target=lambda a, b: a - b, form=np.asarray):
    """Make an answer with a rule of its own for one of its parts."""
    def answer(a, b, n_bits):
        columns = [bits(numbers, n_bits) for numbers in x(a, b)]
        result = bits(target(a, b), n_bits)
        return form(np.stack(columns, axis=-1)), form(result[..., None])
    return answer


def by_addition(a, b, n_bits):
    """The mistake of taking x from a sum that need not fit."""
    x, _ = binary_addition(a, b, n_bits)
    return x, bits(a - b, n_bits)[..., None]


@exercise(
    cases=lambda: [(np.array([5, 6]), np.array([3, 6]), 4),
                   (np.array([12, 9, 8]), np.array([5, 0, 7]), 6),
                   (np.array([200, 255, 128, 77]), np.array([100, 254, 1, 77]), 8)],
    properties=[can_be_learnt],
    mistakes=[
        (differences(target=lambda a, b: b - a),
         "This is b - a. Asked for is a - b, which is never below 0 here."),
        (lambda a, b, n_bits: binary_addition(a, b, n_bits),
         "The target is the sum: it must be the difference a - b."),
        (differences(target=lambda a, b: a ^ b),
         "Each column alone, without what is borrowed from the next: subtract the "
         "numbers first, and write the result in bits then."),
        (lambda a, b, n_bits: (differences()(a, b, n_bits)[0],
                               (bits(a, n_bits) - bits(b, n_bits))[..., None]),
         "This is the difference of the bits, column by column, and a bit is never -1. "
         "Subtract the numbers first, and write the result in bits then."),
        (lambda a, b, n_bits: binary_addition(a - b, b, n_bits),
         "These are the examples of the sum (a - b) + b. Asked for are a and b as "
         "inputs, and a - b as target: put the parts in other places."),
        (differences(x=lambda a, b: (b, a)),
         "The two inputs have changed places: first the bits of a, then those of b."),
        (differences(form=lambda part: part[::-1]),
         "The most significant bit comes first here. Start with the least significant: "
         "one borrows from the column that comes next."),
        (differences(form=lambda part: part.swapaxes(0, 1)),
         "Time comes first, then the batch: x is (n_bits, B, 2)."),
        (lambda a, b, n_bits: (differences()(a, b, n_bits)[0], bits(a - b, n_bits)),
         "The target needs a last axis of length 1, as the output has: target[..., "
         "None]."),
        (by_addition,
         "binary_addition(a, b, n_bits) wants a + b to fit into n_bits, which it need "
         "not. Is there a sum that always fits, with a as its result?"),
    ],
    hints=[
        "Whoever subtracts can add: if d = a - b, then d + b = a. And that sum always "
        "fits.",
        "binary_addition(a - b, b, n_bits) gives the bits of a - b and of b as inputs, "
        "and the bits of a as target. All you need is there, in other places.",
        "The bits of a - b are x[..., :1], those of b x[..., 1:]. np.concatenate([..., "
        "...], axis=-1) puts two parts side by side.",
    ],
)
def subtraction(a, b, n_bits):
    """Examples a - b: (a - b) + b = a is a sum that always fits."""
    x, bits_of_a = binary_addition(a - b, b, n_bits)
    target, bits_of_b = x[..., :1], x[..., 1:]
    return np.concatenate([bits_of_a, bits_of_b], axis=-1), target


def three_can_be_learnt(answer):
    """a network of 16 units learns from your examples to add any three 3-bit numbers"""
    def batch(rng):
        return answer(*rng.integers(64, size=(3, 64)), 6)

    test = answer(*np.indices((8, 8, 8)).reshape(3, -1), 3)
    need(learns(3, batch, test, bias=True, most=800),
         "a network that trains on your examples does not learn to add three numbers")


def triples(more=2, inputs=lambda a, b, c: (a, b, c), target=lambda a, b, c: a + b + c,
            form=np.asarray):
    """Make an answer with a rule of its own for one of its parts."""
    def answer(a, b, c, n_bits):
        columns = [bits(n, n_bits + more) for n in inputs(a, b, c)]
        result = bits(target(a, b, c), n_bits + more)
        return form(np.stack(columns, axis=-1)), form(result[..., None])
    return answer


def columns_for_these(a, b, c, n_bits):
    """The mistake of as many columns as the sums at hand need."""
    more = int(max(a + b + c)).bit_length() - n_bits
    return triples(more)(a, b, c, n_bits)


@exercise(
    cases=lambda: [(np.array([1, 2]), np.array([2, 3]), np.array([3, 1]), 2),
                   (np.array([7, 0, 5]), np.array([7, 4, 3]), np.array([7, 6, 1]), 3),
                   (np.array([255]), np.array([254]), np.array([129]), 8)],
    properties=[three_can_be_learnt],
    mistakes=[
        (triples(more=0),
         "The sum is cut off: in n_bits columns there is room for one number, not for "
         "the sum of three."),
        (triples(more=1),
         "One column more is enough for two numbers. How large can the sum of three "
         "be, compared with 2**(n_bits + 1)?"),
        (triples(more=3),
         "A column too many: the sum of three numbers below 2**n_bits is below "
         "4 * 2**n_bits."),
        (columns_for_these,
         "These columns are enough for the sums at hand. T follows from n_bits alone, "
         "so that it is enough for the largest sum there could be."),
        (triples(inputs=lambda a, b, c: (a, b, a + b)),
         "The third input is a + b here. It must be c."),
        (triples(target=lambda a, b, c: a ^ b ^ c),
         "Each column alone, without the carry: add the numbers first, and write the "
         "sum in bits then."),
        (triples(inputs=lambda a, b, c: (a, b, a + b, c)),
         "x has four inputs: the second addition repeats a + b. Keep three, the bits "
         "of a, b and c."),
        (triples(form=lambda part: part[::-1]),
         "The most significant bit comes first here. Start with the least significant: "
         "the carry goes to the column that comes next."),
        (triples(inputs=lambda a, b, c: (a, b)),
         "The third number is missing in x: three inputs a column."),
        (triples(inputs=lambda a, b, c: (a, b + c)),
         "x has two inputs, and one of them is b + c. Keep three, the bits of a, b and "
         "c: the network shall do the adding."),
        (triples(target=lambda a, b, c: a + b),
         "The third number is missing in the target."),
    ],
    hints=[
        "Three numbers below 2**n_bits have a sum below 3 * 2**n_bits. How many "
        "columns more than n_bits does that need?",
        "Add twice: binary_addition(a, b, columns), and then binary_addition(a + b, c, "
        "columns). Which parts of the two results do you need?",
        "From the first take x, the bits of a and b; from the second the target, and "
        "x[..., 1:], the bits of c. np.concatenate([...], axis=-1) joins inputs.",
    ],
)
def three_numbers(a, b, c, n_bits):
    """Examples a + b + c, made from two additions."""
    n_columns = n_bits + 2  # 3 * 2**n_bits is below 2**(n_bits + 2)
    x, _ = binary_addition(a, b, n_columns)
    x_last, target = binary_addition(a + b, c, n_columns)
    return np.concatenate([x, x_last[..., 1:]], axis=-1), target
