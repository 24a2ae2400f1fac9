"""Exercises of lesson 3: bits, the recurrent step, and a network that counts."""

import itertools

import numpy as np

from rnn_core import RNN, bits_to_int

from .checking import exercise, need


# ------------------------------------------------------------------ bits and numbers
def reads_back(answer):
    """read back, every number below 256 is itself again"""
    for n in range(256):
        bits = [int(bit) for bit in answer(n, 9)]
        need(bits_to_int(bits) == n, f"for n = {n} your bits are {bits}, and read back "
             f"they make {bits_to_int(bits)}")


def bits_the_most_first(n, n_bits):
    return [n // 2**t % 2 for t in reversed(range(n_bits))]


def bits_without_zeros(n, n_bits):
    return [int(bit) for bit in reversed(f"{n:b}")]


def bits_one_too_late(n, n_bits):
    return [n // 2**t % 2 for t in range(1, n_bits + 1)]


def bits_without_remainder(n, n_bits):
    return [n // 2**t for t in range(n_bits)]


def bits_with_fractions(n, n_bits):
    return [n / 2**t % 2 for t in range(n_bits)]


def bits_until_nothing_is_left(n, n_bits):
    bits = []
    while n > 0:
        bits.append(n % 2)
        n = n // 2
    return bits


@exercise(
    cases=lambda: [(1, 3), (11, 6), (2, 2), (0, 5), (1, 1), (200, 8), (2**40 + 5, 41)],
    properties=[reads_back],
    mistakes=[
        (bits_the_most_first,
         "Your first bit is the one worth most. Here the bit worth 1 comes first."),
        *((mistake, "There must be n_bits bits, also where the last ones are 0.")
          for mistake in (bits_without_zeros, bits_until_nothing_is_left,
                          lambda n, n_bits: [int(bit) for bit in f"{n:b}"])),
        *((mistake, "Your bits are characters. Make numbers of them: int(bit).")
          for mistake in (lambda n, n_bits: f"{n:0{n_bits}b}"[::-1],
                          lambda n, n_bits: [*f"{n:0{n_bits}b}"[::-1]],
                          lambda n, n_bits: [*f"{n:0{n_bits}b}"],
                          lambda n, n_bits: [*f"{n:b}"[::-1]])),
        (bits_with_fractions,
         "A bit is 0 or 1, and `/` gives fractions. Use the whole division, `//`."),
        (bits_one_too_late,
         "Your first bit is the one worth 2: the bit worth 1 is lost."),
        (bits_without_remainder,
         "n // 2**t moves the bit you want to the last place. Take the remainder by 2 "
         "to be rid of the bits above it."),
    ],
    hints=[
        "The first bit tells whether n is odd: n % 2. And the others are the bits of "
        "which number?",
        "Of n // 2. So, n_bits times: keep n % 2, then go on with n // 2.",
    ],
)
def to_bits(n, n_bits):
    """The bits of n, least significant first."""
    bits = []
    for _ in range(n_bits):
        bits.append(n % 2)  # the bit worth 1
        n = n // 2          # the other bits, each moved one place down
    return bits


def zero_first_doubles(answer):
    """one 0 more at the start doubles the number"""
    bits = [1, 1, 0, 1]
    need(int(answer([0, *bits])) == 2 * int(answer(bits)),
         "a 0 put before the bits 1, 1, 0, 1 should double the number: each bit moves "
         "to a place worth twice as much")


def value_the_most_first(bits):
    value = 0
    for bit in bits:
        value = 2 * value + bit
    return value


@exercise(
    cases=lambda: [([1, 0, 0],), ([0, 1, 1, 0, 1],), ([0],), ([1],),
                   (np.array([0.0, 0.0, 1.0, 1.0, 0.0]),), ([1, 0] * 15,)],
    properties=[zero_first_doubles],
    mistakes=[
        (value_the_most_first,
         "You read the first bit as the one worth most. Here it is worth 1."),
        (lambda bits: sum(bit * 2**t for t, bit in enumerate(bits, 1)),
         "Your first bit is worth 2: begin with 2**0, which is 1."),
        (lambda bits: sum(bits), "You count the ones. The bit number t is worth 2**t."),
        (lambda bits: sum(bit * 2 * t for t, bit in enumerate(bits)),
         "The bit number t is worth 2 to the power t, 2**t, not 2 times t."),
        (lambda bits: sum(bit * t**2 for t, bit in enumerate(bits)),
         "The bit number t is worth 2 to the power t, 2**t. t**2 is t times t."),
        (lambda bits: sum(bit * 2**bit for bit in bits),
         "`for t in bits` gives the bits themselves. enumerate(bits) gives their "
         "numbers, too."),
    ],
    hints=[
        "The bits are worth 1, 2, 4, 8 and so on. Add up what those that are 1 are "
        "worth.",
        "The bit number t, counted from 0, adds bit * 2**t. enumerate(bits) gives the "
        "pairs of t and bit.",
    ],
)
def from_bits(bits):
    """The number that has these bits, least significant first."""
    n = 0
    for t, bit in enumerate(bits):
        n += bit * 2**t  # the bit number t is worth 2**t
    return n


# ------------------------------------------------------------------ the recurrent step
def some_params(n_in, n_hidden, seed=0):
    """Make weights of an RNN in which no two numbers are equal."""
    rng = np.random.default_rng(seed)
    shapes = {"Wxh": (n_in, n_hidden), "Whh": (n_hidden, n_hidden), "bh": (n_hidden,),
              "Why": (n_hidden, 1), "by": (1,)}
    return {name: rng.normal(0, 0.6, shape) for name, shape in shapes.items()}


def some_numbers(*shape, seed=1):
    """Make inputs or states, from -1 to 1."""
    return np.random.default_rng(seed).uniform(-1, 1, shape)


def step_cases():
    one = {"Wxh": np.array([[0.5], [-1.0]]), "Whh": np.array([[2.0]]),
           "bh": np.array([0.25]), "Why": np.array([[1.0]]), "by": np.array([0.0])}
    return [(np.array([[1.0, 1.0]]), np.array([[0.5]]), one),
            (some_numbers(4, 2), some_numbers(4, 3, seed=2), some_params(2, 3)),
            (some_numbers(3, 3), some_numbers(3, 3, seed=2), some_params(3, 3, 3)),
            (some_numbers(2, 5), some_numbers(2, 2, seed=2), some_params(5, 2))]


def sums_stay_apart(answer):
    """every row of the batch is by itself"""
    x, h, params = step_cases()[1]
    order = [2, 0, 3, 1]
    new = np.asarray(answer(x, h, params))
    need(np.allclose(answer(x[order], h[order], params), new[order]),
         "with the rows of x and h in another order, your new states are other numbers:"
         " no row may look at another one")


def step_with(rule):
    """Make a step out of a rule that takes x, h, Wxh, Whh, bh."""
    return lambda x, h, params: rule(x, h, params["Wxh"], params["Whh"], params["bh"])


@exercise(
    cases=step_cases,
    properties=[sums_stay_apart],
    mistakes=[
        (step_with(lambda x, h, Wxh, Whh, bh: np.tanh(x @ Wxh + h @ Whh.T + bh)),
         "Whh is the wrong way round. Both its sides are as long, so no error tells "
         "you. States are rows: h @ Whh."),
        (step_with(lambda x, h, Wxh, Whh, bh: np.tanh(x @ Wxh + bh)),
         "The old state h takes no part: this network has no memory. Add h @ Whh."),
        (step_with(lambda x, h, Wxh, Whh, bh: np.tanh(x @ Wxh + h @ Whh)),
         "The bias bh is missing."),
        (step_with(lambda x, h, Wxh, Whh, bh: x @ Wxh + h @ Whh + bh),
         "np.tanh is missing around the sum."),
        (step_with(lambda x, h, Wxh, Whh, bh:
                   1 / (1 + np.exp(-(x @ Wxh + h @ Whh + bh)))),
         "This is the step with the sigmoid. Here the activation is np.tanh."),
        *((step_with(rule),
           "The state goes into np.tanh too: one tanh around the whole sum.")
          for rule in (lambda x, h, Wxh, Whh, bh: np.tanh(x @ Wxh + bh) + h @ Whh,
                       lambda x, h, Wxh, Whh, bh: np.tanh(x @ Wxh) + h @ Whh + bh)),
        (step_with(lambda x, h, Wxh, Whh, bh: h + np.tanh(x @ Wxh + h @ Whh + bh)),
         "The new state takes the place of the old one: do not add h to it."),
        (step_with(lambda x, h, Wxh, Whh, bh: np.tanh(Wxh @ x + Whh @ h + bh)),
         "In this course states and inputs are rows, and weights stand on the right: "
         "x @ Wxh."),
        (step_with(lambda x, h, Wxh, Whh, bh: np.tanh(x * Wxh + h * Whh + bh)),
         "`*` multiplies entry by entry. A matrix product is `@`."),
        (lambda x, h, params: rnn_step(x, h, params) @ params["Why"] + params["by"],
         "You give the outputs. Here only the new states are asked for: leave Why and "
         "by out."),
    ],
    hints=[
        "Three terms go into the activation: one from x, one from h, and the bias.",
        "The shapes: x (B, n_in) times Wxh (n_in, n_hidden) gives (B, n_hidden), and so"
        " does h times Whh. NumPy adds bh to every row.",
        "np.tanh(x @ Wxh + ... + bh), where ... is what the old state gives.",
    ],
)
def rnn_step(x, h, params):
    """One recurrent step for a batch."""
    from_input = x @ params["Wxh"]   # (B, n_hidden)
    from_memory = h @ params["Whh"]  # (B, n_hidden)
    return np.tanh(from_input + from_memory + params["bh"])


# ------------------------------------------------------------------- all steps
def unroll_cases():
    one = {"Wxh": np.array([[1.0]]), "Whh": np.array([[0.5]]), "bh": np.array([0.0]),
           "Why": np.array([[1.0]]), "by": np.array([0.0])}
    return [(np.array([[[1.0]], [[0.0]], [[0.0]]]), np.array([[0.25]]), one),
            (some_numbers(5, 2, 3), some_numbers(2, 4, seed=2), some_params(3, 4)),
            (some_numbers(3, 3, 3), some_numbers(3, 3, seed=2), some_params(3, 3, 3)),
            (some_numbers(1, 4, 2), some_numbers(4, 3, seed=2), some_params(2, 3)),
            (some_numbers(4, 2, 2), some_numbers(2, 5, seed=2), some_params(2, 5))]


def does_as_rnn_core(answer):
    """the states are those of RNN.forward in rnn_core"""
    x, h, params = some_numbers(12, 3, 2), some_numbers(3, 5, seed=2), some_params(2, 5)
    model = RNN(2, 5, 1)
    for name, value in params.items():
        model.params[name][:] = value
    need(np.allclose(answer(x, h, params), model.forward(x, h)[1].h),
         "for 12 steps and 3 sums your states are not those of RNN.forward")


def can_go_on(answer):
    """two halves of a sequence, the second from where the first ended, make the whole
    """
    x, h, params = unroll_cases()[1]
    whole, first = np.asarray(answer(x, h, params)), answer(x[:2], h, params)
    second = answer(x[2:], first[-1], params)
    need(np.allclose(whole, np.concatenate([first, second[1:]])),
         "run to the middle and then on from the state reached there, your function "
         "gives other states than in one go")


def unroll_with(rule, start=lambda h: h.copy(), first=0):
    """Make a wrong unrolling: rule(x, states so far, t, Wxh, Whh, bh)."""
    def unroll(x, h, params):
        W = params["Wxh"], params["Whh"], params["bh"]
        states = [start(h)]
        for t in range(len(x)):
            states.append(rule(x, states, t, *W))
        return np.array(states[first:])
    return unroll


def good(x, states, t, Wxh, Whh, bh):
    return np.tanh(x[t] @ Wxh + states[-1] @ Whh + bh)


def unroll_in_one_array(x, h, params):
    states, h = [h.copy()], h.copy()
    for x_t in x:
        h[:] = np.tanh(x_t @ params["Wxh"] + h @ params["Whh"] + params["bh"])
        states.append(h)
    return np.array(states)


def unroll_in_the_callers_array(x, h, params):
    states = [h]
    for x_t in x:
        h[:] = np.tanh(x_t @ params["Wxh"] + h @ params["Whh"] + params["bh"])
        states.append(h)
    return np.array(states)


def unroll_and_add(x, h, params):
    states = [h]
    for x_t in x:
        h += np.tanh(x_t @ params["Wxh"] + h @ params["Whh"] + params["bh"])
        states.append(h)
    return np.array(states)


def unroll_without_the_first_input(x, h, params):
    states = np.zeros((len(x) + 1, *h.shape))
    states[0] = h
    for t in range(1, len(x)):
        states[t] = np.tanh(x[t] @ params["Wxh"] + states[t - 1] @ params["Whh"]
                            + params["bh"])
    return states


def unroll_last_only(x, h, params):
    for x_t in x:
        h = np.tanh(x_t @ params["Wxh"] + h @ params["Whh"] + params["bh"])
    return h


@exercise(
    cases=unroll_cases,
    properties=[does_as_rnn_core, can_go_on],
    mistakes=[
        (unroll_with(good, first=1),
         "Your states begin after the first step. The start state comes first: "
         "T steps leave T + 1 states."),
        (lambda x, h, params: unroll(x, h, params)[:-1],
         "The last state is missing: T steps leave T + 1 states. Keep each new state "
         "after its step."),
        (unroll_and_add,
         "`h += ...` adds to the old state, in the caller's own array. The new state "
         "takes its place: `h = ...`."),
        (unroll_last_only,
         "You give only the last state. Keep every one of them, T + 1 in all."),
        (unroll_with(good, start=np.zeros_like),
         "The start state is lost: you begin with zeros, and h was given."),
        (unroll_with(lambda x, states, t, Wxh, Whh, bh:
                     np.tanh(x[t] @ Wxh + states[0] @ Whh + bh)),
         "Every step begins anew from the start state. It must begin from the state "
         "that the step before it left."),
        (unroll_with(lambda x, states, t, Wxh, Whh, bh: np.tanh(x[t] @ Wxh + bh)),
         "The states know nothing of each other: h @ Whh is missing."),
        (unroll_with(lambda x, states, t, Wxh, Whh, bh:
                     np.tanh(x[t] @ Wxh + states[-1] @ Whh)),
         "The bias bh is missing."),
        (unroll_with(lambda x, states, t, Wxh, Whh, bh:
                     np.tanh(x[t] @ Wxh + states[-1] @ Whh.T + bh)),
         "Whh is the wrong way round: states are rows, h @ Whh."),
        (unroll_with(lambda x, states, t, Wxh, Whh, bh: good(
            x, states, len(x) - 1 - t, Wxh, Whh, bh)),
         "You read the columns from the last to the first."),
        (unroll_with(lambda x, states, t, Wxh, Whh, bh:
                     1 / (1 + np.exp(-(x[t] @ Wxh + states[-1] @ Whh + bh)))),
         "These are steps with the sigmoid. Here the activation is np.tanh."),
        (unroll_without_the_first_input,
         "The first input x[0] is never read. State t + 1 is made from x[t] and from "
         "state t, for t from 0 to T - 1."),
        (unroll_in_one_array,
         "All states but the first are the same: one array is overwritten again and "
         "again, and your list holds it T times. Make a new array in each step, or "
         "copy."),
        (unroll_in_the_callers_array,
         "All your states are the same array, the h that was given, overwritten in each"
         " step. Make a new array in each step, or copy."),
    ],
    hints=[
        "Begin a list with the start state. Each step takes the last state of the list "
        "and x[t], and appends a new state.",
        "Or make room first, np.empty((T + 1, B, n_hidden)), put h into place 0, and "
        "let step t read place t and write place t + 1.",
        "for x_t in x: states.append(np.tanh(x_t @ Wxh + states[-1] @ Whh + bh)), and "
        "at the end np.array(states).",
    ],
)
def unroll(x, h, params):
    """All hidden states, the start state first."""
    Wxh, Whh, bh = params["Wxh"], params["Whh"], params["bh"]
    states = [h]
    for x_t in x:  # one time step after the other
        states.append(np.tanh(x_t @ Wxh + states[-1] @ Whh + bh))
    return np.array(states)


# ------------------------------------------------------------------ odd or even
def need_of(answer, condition, sentence):
    """As need, with a word on the activation where it may be the cause."""
    if answer().activation == "tanh":
        sentence += (". Mind that your units are tanh, from -1 to 1: `RNN` takes it "
                     'unless told `activation="sigmoid"`')
    need(condition, sentence)


def odd_said(answer, strings):
    """Run the network over strings of bits, (T, B): whether it says odd, (T, B)."""
    model = answer()
    y = model.forward(np.asarray(strings, float)[..., None])
    y = y[0] if isinstance(y, tuple) else y
    return np.asarray(y)[..., 0] > 0


def in_text(strings):
    return "".join(str(int(bit)) for bit in strings)


def is_a_network(answer):
    """it is an RNN"""
    need(isinstance(answer(), RNN), "return the network itself: an RNN")


def takes_bits(answer):
    """it takes one bit a step and gives one number"""
    model = answer()
    need((model.n_in, model.n_out) == (1, 1), "it takes one bit a step and gives one "
         f"number, RNN(1, n, 1); yours has n_in = {model.n_in}, n_out = {model.n_out}")
    for name, W in model.params.items():
        need(np.asarray(W).dtype.kind == "f", f"`{name}` has become an array of whole "
             f"numbers. Write into the one that is there: model.params[{name!r}][:] = "
             "and so on")


def zero_is_even(answer):
    """no ones at all are even"""
    need_of(answer, not odd_said(answer, [[0], [0], [0]]).any(),
            "after the bits 0, 0, 0 the output must not be above 0: no ones are even")


def one_is_odd(answer):
    """a single one is odd"""
    need_of(answer, odd_said(answer, [[1]]).all(),
            "after the bit 1 the output must be above 0: one is odd")


def remembers(answer):
    """it keeps in mind what it has counted"""
    need_of(answer, odd_said(answer, [[1], [0]]).all(),
            "after the bits 1, 0 the output must still be above 0: the 1 is forgotten")


def two_are_even(answer):
    """two ones are even"""
    need_of(answer, not odd_said(answer, [[1], [1]])[1].any(),
            "after the bits 1, 1 the output must not be above 0: two ones are even")


def remembers_for_ten(answer):
    """it does so for ten bits"""
    said = odd_said(answer, [[1], *[[0]] * 9])[:, 0]
    need_of(answer, said.all(),
            f"the bit 1 is forgotten after {int((~said).argmax())} zeros")


def right_up_to_ten(answer):
    """right at every step of all strings of ten bits"""
    strings = np.array([*itertools.product((0, 1), repeat=10)]).T
    wrong = odd_said(answer, strings) != strings.cumsum(axis=0) % 2
    if wrong.any():
        t = int(wrong.any(axis=1).argmax())
        i = int(wrong[t].argmax())
        bits = in_text(strings[: t + 1, i])
        need_of(answer, False, f"it is wrong after the bits {bits}")


def right_for_long(answer):
    """right at every step of strings of 1,000 bits"""
    strings = np.random.RandomState(0).randint(2, size=(1000, 22))
    strings[:, 0], strings[:, 1] = 1, 0
    strings[0, 1] = 1  # a single one, long ago
    wrong = odd_said(answer, strings) != strings.cumsum(axis=0) % 2
    if wrong.any():
        need_of(answer, False, "right for short strings, it goes wrong after some "
                f"{int(wrong.any(axis=1).argmax()) + 1} bits of a long one")


def network_of(Wxh, Whh, bh, Why, by):
    """Make a parity network with other weights."""
    def parity_network():
        model = RNN(1, len(bh), 1, activation="sigmoid")
        weights = {"Wxh": Wxh, "Whh": Whh, "bh": bh, "Why": Why, "by": by}
        for name, value in weights.items():
            model.params[name][:] = value
        return model
    return parity_network


def fading_network(factor):
    """Make a parity network that counts rightly, with weights that are too small."""
    return network_of([[factor] * 2], [[factor] * 2, [-factor] * 2],
                      [-factor / 2, -1.5 * factor], [[1], [-1]], -0.5)


@exercise(
    properties=[is_a_network, takes_bits, zero_is_even, one_is_odd, remembers,
                two_are_even, remembers_for_ten, right_up_to_ten, right_for_long],
    mistakes=[
        (lambda: network_of([[20, 20]], [[20, 20], [-20, -20]], [-10, -30],
                            [[1], [-1]], -0.5)().params,
         "You return the weights: end in `return model`."),
        (network_of([[20, 20]], [[20, 20], [-20, -20]], [0, 0], [[1], [1]], 0),
         "Did you set all five arrays, the biases too? A sigmoid of 0 is one half, so "
         "without biases units are half on where there is nothing to count."),
        (network_of([[20, 20]], [[20, 20], [-20, -20]], [-10, -30], [[1], [-1]], -1.5),
         "The output never gets above 0. What do your units say after one 1, and what "
         "does by take off?"),
        (network_of([[20, 20]], [[0, 0], [0, 0]], [-10, -30], [[1], [-1]], -0.5),
         "Whh brings the old state back into the units. Whether the count was odd is "
         "to be read off the old state as the output does it."),
        (network_of([[20]], [[20]], [-10], [[1]], -0.5),
         "Once on, it stays on. Another unit must see that there are two, one from the "
         "memory and one from the input, and take the first one off. (If yours does: "
         "row i of Whh is what unit i sends, and column j what unit j gets.)"),
        (network_of([[20, 20]], [[20, 20], [0, 0]], [-10, -30], [[1], [-1]], -0.5),
         "It is right while there are few ones. After two of them, both units are on "
         "and the count is even: so the second unit must count as minus one in Whh."),
        (fading_network(3.6),
         "The memory fades. Make the weights of the hidden units larger, all by the "
         "same factor."),
        (fading_network(4.3),
         "Short strings are right and long ones are not: the memory fades. Make the "
         "weights of the hidden units larger, all by the same factor."),
    ],
    hints=[
        "The adder counts a + b + carry. Here there are only two to count: the new bit,"
        " and 1 if the count so far is odd. Together they are 0, 1 or 2: odd for 1.",
        "Two units: one for 'at least 1', one for 'at least 2'. Odd is the first minus "
        "the second. The same difference of the old state is what Whh must bring back.",
        "With the sigmoid and a factor of 20: Wxh is 20 for both units, bh is -10 and "
        "-30, the rows of Whh are [20, 20] and [-20, -20]. Now the output.",
    ],
    agree=False,
)
def parity_network():
    """A network whose output is above 0 where the ones so far are odd."""
    model = RNN(1, 2, 1, activation="sigmoid")
    W, factor = model.params, 20
    # n = the new bit + (1 if odd so far); the units say n >= 1 and n >= 2
    W["Wxh"][:] = factor
    W["Whh"][:] = [[factor, factor], [-factor, -factor]]
    W["bh"][:] = [-0.5 * factor, -1.5 * factor]
    W["Why"][:] = [[1], [-1]]  # odd: n >= 1 but not n >= 2
    W["by"][:] = -0.5
    return model
