"""Exercises of lesson 0: a first one to learn the system, and the letters."""

import numpy as np

from rnn_core import RNN

from .checking import exercise, need


def fits_into_one_column_more(answer):
    """the sum fits into n_bits + 1 columns, and not into n_bits"""
    for n_bits in (2, 5, 16):
        total = answer(n_bits)
        need(2**n_bits <= total < 2 ** (n_bits + 1),
             f"for n_bits = {n_bits}: {total} does not need {n_bits + 1} columns")


@exercise(
    cases=lambda: [(3,), (1,), (7,), (20,)],
    properties=[fits_into_one_column_more],
    mistakes=[
        (lambda n_bits: 2 * 2**n_bits,
         "The largest number of n_bits bits is not 2**n_bits: with 3 bits we reach "
         "111, which is 7."),
        (lambda n_bits: 2**n_bits - 1,
         "This is the largest single number. The question is for the sum of two."),
        (lambda n_bits: 2 ** (n_bits + 1) - 1,
         "This is the largest number of n_bits + 1 bits. Two numbers of n_bits bits do "
         "not get as far: 7 + 7 is 14."),
        (lambda n_bits: 2 * ((2 ^ n_bits) - 1),
         "In Python a power is 2**n_bits. The sign ^ compares two numbers bit by bit."),
        (lambda n_bits: 2 * (2 ** (n_bits - 1) - 1),
         "This is right for numbers of one bit fewer: with n_bits bits we reach "
         "2**n_bits - 1."),
    ],
    hints=[
        "Which is the largest number that you can write with 3 bits? And with 4?",
        "With n_bits bits the largest number is 2**n_bits - 1. Add it to itself.",
    ],
)
def largest_sum(n_bits):
    """The largest sum of two numbers of n_bits bits each."""
    largest = 2**n_bits - 1  # all bits are 1
    return largest + largest


def the_core_holds_as_many(answer):
    """a network of rnn_core holds as many"""
    for sizes in ((1, 1, 1), (4, 9, 2)):
        n_right = sum(W.size for W in RNN(*sizes).params.values())
        need(answer(*sizes) == n_right, f"RNN{sizes} of rnn_core holds {n_right} "
             f"numbers, and you count {answer(*sizes)}")


@exercise(
    cases=lambda: [(2, 16, 1), (5, 3, 7), (53, 100, 53)],
    properties=[the_core_holds_as_many],
    mistakes=[
        (lambda n_in, n_hidden, n_out: n_hidden * (n_in + n_hidden + n_out),
         "These are the three matrices. The biases bh and by are learnt as well."),
        (lambda n_in, n_hidden, n_out:
         n_hidden * (n_in + n_hidden + n_out) + n_hidden,
         "The bias of the output, by, is missing."),
        (lambda n_in, n_hidden, n_out: n_hidden * (n_in + n_hidden + n_out) + n_out,
         "The bias of the hidden units, bh, is missing."),
        (lambda n_in, n_hidden, n_out:
         n_hidden * (n_in + n_hidden + n_out) + 2 * n_hidden + n_out,
         "You count two biases for the hidden units. Here there is one, bh."),
        (lambda n_in, n_hidden, n_out:
         n_hidden * (n_in + n_hidden + n_out) + 2 * n_hidden,
         "by has one number for each output, so n_out of them."),
        (lambda n_in, n_hidden, n_out: n_hidden * (n_in + n_hidden + n_out) + 2,
         "A bias is not one number: bh has one for each hidden unit, by one for each "
         "output."),
        (lambda n_in, n_hidden, n_out: n_hidden * (n_in + n_out) + n_hidden + n_out,
         "Whh, from the hidden units to themselves, is missing."),
        (lambda n_in, n_hidden, n_out: n_hidden * (n_in + 2 + n_out) + n_hidden + n_out,
         "Whh has n_hidden rows of n_hidden numbers: n_hidden * n_hidden, not twice."),
        (lambda n_in, n_hidden, n_out: n_in + 5 * n_hidden + 2 * n_out,
         "An array of shape (a, b) holds a * b numbers, not a + b."),
    ],
    hints=[
        "Five arrays: Wxh, Whh, Why, bh and by. The table has their shapes.",
        "The three matrices hold n_in * n_hidden, n_hidden * n_hidden and n_hidden * "
        "n_out numbers. Each bias has one number for each unit that it belongs to.",
    ],
)
def count_numbers(n_in, n_hidden, n_out):
    """How many numbers the three weight matrices and the two biases hold."""
    weights = n_in * n_hidden + n_hidden * n_hidden + n_hidden * n_out
    biases = n_hidden + n_out
    return weights + biases


def numbers(*shape):
    """Make an array that holds 1 to 9, 0, 1 and so on: easy to read in a message."""
    return np.arange(1.0, np.prod(shape) + 1).reshape(shape) % 10


def some_steps(T, B, n_in, n_hidden):
    """Make the arguments of `mix` for T time steps of B series."""
    return (numbers(T, B, n_in), numbers(T + 1, B, n_hidden), numbers(n_in, n_hidden),
            numbers(n_hidden, n_hidden), numbers(n_hidden))


def the_batch_stays_in_order(answer):
    """each series of the batch goes its own way"""
    x, h, *weights = some_steps(3, 4, 2, 5)
    order = [2, 0, 3, 1]
    need(np.allclose(answer(x[:, order], h[:, order], *weights),
                     np.asarray(answer(x, h, *weights))[:, order]),
         "when the series of the batch change places, their results must do the same")


def states_of_its_own(x, h, Wxh, Whh, bh):
    made = [h[0]]
    for x_t in x:
        made.append(x_t @ Wxh + made[-1] @ Whh + bh)
    return np.array(made[1:])


@exercise(
    cases=lambda: [some_steps(2, 3, 4, 5), some_steps(2, 2, 2, 2),
                   some_steps(6, 1, 1, 3), some_steps(1, 5, 3, 1)],
    properties=[the_batch_stays_in_order],
    mistakes=[
        (lambda x, h, Wxh, Whh, bh: x @ Wxh + h[:-1] @ Whh, "The bias bh is missing."),
        (lambda x, h, Wxh, Whh, bh: x @ Wxh + h[1:] @ Whh + bh,
         "Wrong time: h[1:] are the states after each step, and at time t the network "
         "has h[t], the one before."),
        (lambda x, h, Wxh, Whh, bh: x @ Wxh + h[0] @ Whh + bh,
         "You take the start state for every time step. At time t it is h[t]."),
        (lambda x, h, Wxh, Whh, bh: x @ Wxh + h @ Whh + bh,
         "There is one state more than there are inputs: the last one, h[T], goes into "
         "no step here."),
        (lambda x, h, Wxh, Whh, bh: x @ Wxh + h[:-1] @ Whh.T + bh,
         "Whh is square, so Whh.T runs as well, but it is wrong: h @ Whh, without .T."),
        (lambda x, h, Wxh, Whh, bh: x @ Wxh.T + h[:-1] @ Whh + bh,
         "Wxh has n_in rows and n_hidden columns, which is what x @ Wxh needs: "
         "without .T."),
        (lambda x, h, Wxh, Whh, bh: Wxh @ x + Whh @ h[:-1] + bh,
         "Our vectors are rows, so they stand on the left: x @ Wxh, h @ Whh."),
        (lambda x, h, Wxh, Whh, bh: Wxh @ x + Whh @ h + bh,
         "Our vectors are rows, so they stand on the left: x @ Wxh, h @ Whh. And of "
         "the T + 1 states one goes into no step."),
        (lambda x, h, Wxh, Whh, bh: x * Wxh + h[:-1] * Whh + bh,
         "x * W multiplies number by number. The matrix product is x @ W."),
        (lambda x, h, Wxh, Whh, bh: np.tanh(x @ Wxh + h[:-1] @ Whh + bh),
         "Only what goes into f is asked for, without f."),
        (lambda x, h, Wxh, Whh, bh: x[-1] @ Wxh + h[-2] @ Whh + bh,
         "This is the last time step alone. Keep all of them."),
        (lambda x, h, Wxh, Whh, bh: x[0] @ Wxh + h[0] @ Whh + bh,
         "This is the first time step alone. Does a `return` end your loop too early?"),
        (states_of_its_own,
         "You feed your result of one step into the next. The states are given: at "
         "time t take h[t]."),
    ],
    hints=[
        "NumPy's @ works on the last two axes, and repeats itself along those before. "
        "So you need no loop over the time.",
        "There are T inputs and T + 1 states. At time t we need h[t], from t = 0 to "
        "T - 1: all states but the last.",
        "x @ Wxh has the shape (T, B, n_hidden). h[:-1] @ Whh has the same.",
    ],
)
def mix(x, h, Wxh, Whh, bh):
    """What goes into f at every time step."""
    return x @ Wxh + h[:-1] @ Whh + bh  # all but the last state go into a step
