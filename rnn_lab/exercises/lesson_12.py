"""Exercises of lesson 12: what a network that writes has noticed."""

import copy
import re

import numpy as np

from rnn_core import RNN

from .checking import exercise, need

# ------------------------------------------------------------------- quotation marks


def quoted_texts():
    """Texts to label, the easy one first."""
    return [('He said "no" twice.',), ('"Yes"',), ("No marks at all",),
            ('"One," she said, "and\ntwo." Then',),
            ('"Left open\n\nThen "closed" again.',),
            ('A "b\n\n\nc" d "e',), ("",)]


def a_stray_mark_harms_one_paragraph(answer):
    """a forgotten mark spoils its own paragraph only"""
    good = '\n\n"Where?" he asked.'
    right = np.asarray(answer("x" + good), float)[3:]
    after = np.asarray(answer('"' + good), float)[3:]
    need(np.array_equal(right, after), "a mark that is never closed changes the labels "
         "of the next paragraph: a blank line should close every quotation")


def quotes_with(opening=1, closing=0, reset="\n\n"):
    """Label quotations, with room for mistakes."""
    def answer(text):
        inside, labels = 0, []
        for i, symbol in enumerate(text):
            if symbol == '"':
                inside = 1 - inside
                labels.append(opening if inside else closing)
                continue
            if reset and text[: i + 1].endswith(reset):
                inside = 0
            labels.append(inside)
        return np.array(labels, int)
    return answer


def quotes_closed_early(text):
    """Close at the first line break of a blank line."""
    inside, labels = 0, []
    for i, symbol in enumerate(text):
        if symbol == '"':
            inside = 1 - inside
        elif text[i : i + 2] == "\n\n":
            inside = 0
        labels.append(inside)
    return np.array(labels, int)


def quotes_by_pattern(text):
    """Take the lesson's pattern, which pairs marks across blank lines."""
    labels = np.zeros(len(text), int)
    for spoken in re.finditer('"[^"]*"', text):
        labels[spoken.start() : spoken.end() - 1] = 1
    return labels


@exercise(
    cases=quoted_texts,
    properties=[a_stray_mark_harms_one_paragraph],
    mistakes=[
        (quotes_with(opening=0),
         "The opening mark itself counts as inside: once it is read, what comes next "
         "is spoken. Change `inside` first, then note it."),
        (quotes_with(closing=1),
         "The closing mark itself counts as outside: once it is read, the speaker is "
         "done."),
        (quotes_with(opening=0, closing=1),
         "You note the label before you look at the mark. A label says where we are "
         "*after* the character: change `inside` first, then note it."),
        (quotes_with(reset=None),
         "A blank line, two line breaks in a row, must close every quotation. Without "
         "that, one forgotten mark turns all labels after it around."),
        (quotes_with(reset="\n"),
         "A single line break only wraps the line, and the speaker goes on. Two in a "
         "row end the paragraph."),
        (quotes_closed_early,
         "You close at the first of the two line breaks. When it is read, nobody can "
         "know that a second one follows: close at the second."),
        (quotes_by_pattern,
         "This pattern pairs a mark with the next one wherever that is, a blank line "
         "later or not, and passes over one without a partner. Go through the text "
         "character by character."),
    ],
    hints=[
        "Go through the text once, with a variable that is 0 outside and 1 inside. A "
        "mark turns it around.",
        "Change the variable first and note it then, so that an opening mark gives 1 "
        "and a closing one 0.",
        'A blank line ends here if text[i - 1 : i + 1] is "\\n\\n": then set it to 0.',
    ],
)
def inside_quotes(text):
    """1 after each character inside a quotation, else 0."""
    inside, labels = 0, []
    for i, symbol in enumerate(text):
        if symbol == '"':
            inside = 1 - inside
        elif text[i - 1 : i + 1] == "\n\n":  # a blank line closes all
            inside = 0
        labels.append(inside)
    return np.array(labels, int)


# ------------------------------------------------------------------------------- AUC


def scores_and_labels():
    """Scores with yes-or-no labels, the easy ones first, then ties."""
    draws = np.random.RandomState(0)
    return [(np.array([0.1, 0.9, 0.4]), np.array([0, 1, 0])),
            (np.array([0.3, 0.2, 0.5, 0.4]), np.array([1, 0, 0, 1])),
            (np.array([-2.0, -3.0, -1.0, 5.0, 4.0]), np.array([1, 1, 1, 0, 0])),
            (np.array([1.0, 1.0, -1.0]), np.array([1, 0, 0])),
            (draws.randint(-3, 4, size=40) / 4, draws.randint(2, size=40)),
            (draws.standard_normal(30), draws.random_sample(30) < 0.2)]


def turns_around(answer):
    """scores times -1 give 1 less the share"""
    for scores, labels in scores_and_labels():
        need(np.isclose(answer(-scores, labels), 1 - answer(scores, labels)),
             "with all scores times -1, the result should be 1 less what it was")


def minds_the_order_alone(answer):
    """only the order of the scores counts"""
    scores, labels = scores_and_labels()[4]
    need(np.isclose(answer(np.exp(scores), labels), answer(scores, labels)),
         "np.exp changes the scores and not their order, so the result should stay")


def auc_with(pairs):
    """Average something over all pairs of a yes and a no."""
    def answer(scores, labels):
        labels = np.asarray(labels) == 1
        yes, no = scores[labels], scores[~labels]
        return pairs(yes[:, None] + 0 * no, no + 0 * yes[:, None])
    return answer


def share_above(yes, no):
    """The share of pairs, ties as one half."""
    return (yes > no).mean() + (yes == no).mean() / 2


def auc_by_ranks(scores, labels):
    """The share from ranks, as if no two scores were equal."""
    yes = np.asarray(labels) == 1
    n_yes, n_no = yes.sum(), (~yes).sum()
    ranks = np.argsort(np.argsort(scores)) + 1.0
    return (ranks[yes].sum() - n_yes * (n_yes + 1) / 2) / (n_yes * n_no)


@exercise(
    cases=scores_and_labels,
    properties=[turns_around, minds_the_order_alone],
    mistakes=[
        (auc_with(lambda yes, no: (yes > no).mean()),
         "A pair of equal scores counts one half. (Rounded numbers give many such "
         "pairs.)"),
        (auc_with(lambda yes, no: (yes >= no).mean()),
         "A pair of equal scores counts one half, not a whole."),
        (auc_with(lambda yes, no: share_above(no, yes)),
         "You count the pairs in which the *no* has the higher score."),
        (auc_with(lambda yes, no: max(share_above(yes, no), share_above(no, yes))),
         "Do not turn it around when it is below one half. That a unit goes against "
         "the property is news, and the choice of the sign belongs to the fitting."),
        (auc_with(lambda yes, no: (yes > no).sum() + (yes == no).sum() / 2),
         "That is the number of pairs. Divide by how many pairs there are."),
        (auc_with(lambda yes, no: share_above(yes, no) * yes.size
                  / sum(yes.shape) ** 2),
         "You divide by the number of all pairs of positions. Only pairs of a yes and "
         "a no count: there are (number of yes) times (number of no)."),
        (auc_by_ranks,
         "Ranks give equal scores different numbers, and so decide for one of the two. "
         "A pair of equal scores counts one half."),
        (lambda scores, labels: share_above(scores[labels][:, None], scores[~labels]),
         "Labels that are 0 and 1 pick places 0 and 1 when they stand between "
         "brackets. `labels == 1` turns them into bools, which select."),
        (lambda scores, labels: (scores[labels] > scores[~labels]).mean(),
         "Labels that are 0 and 1 pick places 0 and 1 when they stand between "
         "brackets: take `labels == 1`. And compare every yes with every no."),
        (lambda scores, labels: ((scores > 0) == labels).mean(),
         "That is the share of positions read rightly with a border at 0. Compare "
         "scores with each other, a yes with a no, and no border is needed."),
        (auc_with(lambda yes, no: (yes - no).mean()),
         "That is how far apart the means are. Only the order counts: for each pair, "
         "is the yes above the no?"),
    ],
    hints=[
        "Split the scores in two: those where the label is 1, and those where it is 0.",
        "Two loops over both, or `yes[:, None] > no`, compare every yes with every no. "
        "That is an array of shape (number of yes, number of no).",
        "The mean of that array is the share. Add half the share of equal pairs.",
    ],
)
def auc(scores, labels):
    """The share of pairs in which the yes scores above the no."""
    yes, no = scores[labels == 1], scores[labels == 0]
    above = yes[:, None] > no  # every yes with every no
    equal = yes[:, None] == no
    return above.mean() + equal.mean() / 2


# -------------------------------------------------------------------------- blanking


def blanking_cases():
    """Short texts of tokens to blank."""
    ids = np.array([5, 3, 8, 6, 2, 7, 4])
    return [(ids.copy(), 3, 0, 1), (ids.copy(), 3, 2, 1), (ids.copy(), 4, 1, 0),
            (ids.copy(), 7, 5, 9), (ids.copy(), 1, 0, 1), (ids[:5].copy(), 2, 1, 8)]


def blanked_with(column, rows=lambda n, length: n - length + 1):
    """Blank a column of all windows."""
    def answer(ids, length, back, token):
        windows = np.array([ids[i : i + length] for i in range(rows(len(ids), length))])
        if len(windows):
            windows[:, column(length, back)] = token
        return windows
    return answer


def blanked_in_place(ids, length, back, token):
    """Write into the text itself."""
    windows = []
    for i in range(len(ids) - length + 1):
        window = ids[i : i + length]
        window[length - 1 - back] = token
        windows.append(window.copy())
    return np.array(windows)


def blanked_once(ids, length, back, token):
    """Replace one character of the text, not one of each window."""
    ids = ids.copy()
    ids[len(ids) - 1 - back] = token
    return np.array([ids[i : i + length] for i in range(len(ids) - length + 1)])


@exercise(
    cases=blanking_cases,
    mistakes=[
        (blanked_with(lambda length, back: back),
         "You count from the front. `back` counts from the last character of the "
         "window, which is 0 back."),
        (blanked_with(lambda length, back: -back),
         "That is one off: the last character, 0 back, stands at length - 1, or -1. "
         "With `-back`, 0 back would be the first one."),
        (blanked_with(lambda length, back: length - 1 - back,
                      lambda n, length: n - length),
         "One window is missing: n characters have n - length + 1 windows. Count them "
         "for n = 3 and length = 3."),
        (blanked_with(lambda length, back: length - 2 - back),
         "That is one too far to the front: the last character, 0 back, stands at "
         "length - 1, not at length - 2."),
        (lambda ids, length, back, token: blanked_with(
            lambda length, back: length - 1 - back)(ids, length, back, token)[::length],
         "Windows overlap: each begins one character after the one before it."),
        (blanked_in_place,
         "A slice of an array is a view, so you write into the text itself, and the "
         "next windows hold the token as well. Copy first."),
        (blanked_with(lambda length, back: slice(length - 1 - back, None)),
         "Only one character of each window is replaced. What came after it stays."),
        (blanked_once,
         "You replace one character of the text. Each window has its own last "
         "character, so cut the windows first and replace then."),
    ],
    hints=[
        "First all windows, one a row: the row i is ids[i : i + length].",
        "n characters have n - length + 1 windows. np.array([...]) of the slices makes "
        "a new array, so the text stays as it was.",
        "0 back is column length - 1. So `back` back is column length - 1 - back.",
    ],
)
def blanked(ids, length, back, token):
    """All windows of a text, each with one character replaced."""
    windows = np.array([ids[i : i + length]
                        for i in range(len(ids) - length + 1)])  # a copy
    windows[:, length - 1 - back] = token  # 0 back is the last one
    return windows


# -------------------------------------------------------------------- a frozen unit


def some_writer(seed=0):
    """A small network with biases, of tokens."""
    model, draws = RNN(6, 5, 6, rng=seed), np.random.RandomState(seed)
    for name in ("bh", "by"):
        model.params[name][:] = draws.standard_normal(model.params[name].shape) / 2
    return model


def run_frozen(model, x, unit, value):
    """The definition: the states and outputs with a unit held at a value."""
    p, h = model.params, np.zeros((x.shape[1], model.n_hidden))
    states = []
    for x_t in x:
        h = np.tanh(p["Wxh"][x_t] + h @ p["Whh"] + p["bh"])
        h[:, unit] = value
        states.append(h)
    return np.array(states), np.array(states) @ p["Why"] + p["by"]


def frozen_runs(answer, T):
    """Give (what the answer's networks do, what is right, the unit)."""
    x = np.random.RandomState(1).randint(6, size=(T, 4))
    for unit, value in ((1, 0.7), (4, -0.3), (0, 0.0)):
        model = some_writer(unit)
        y, trace = answer(model, unit, value).forward(x)
        yield (trace.h[1:], y), run_frozen(model, x, unit, value), unit, value


def is_a_network(answer):
    """it gives a network of the same sizes"""
    twin = answer(some_writer(), 1, 0.7)
    need(hasattr(twin, "forward"), "the result is no network: it has no `forward`")
    need(twin.forward(np.zeros((1, 1), int))[1].h.shape == (2, 1, 5),
         "the result has another number of units: keep the unit, and freeze it")


def keeps_the_given_one(answer):
    """the network that it is given stays as it was"""
    model, before = some_writer(), some_writer()
    twin = answer(model, 1, 0.7)
    need(twin is not model, "the result is the same network, not a copy")
    for name, W in before.params.items():
        need(np.array_equal(model.params[name], W),
             f"your function changes {name} of the network that it is given")


def hears_no_character(answer):
    """the frozen unit hears no character"""
    h = answer(some_writer(), 1, 0.7).forward(np.arange(6)[None])[1].h[1]
    need(np.allclose(h[:, 1], h[0, 1]), "after one character, what the unit says "
         "still depends on which character it was")


def hears_no_unit(answer):
    """and no unit of the step before"""
    for (h, _), _, unit, _ in frozen_runs(answer, 5):
        need(np.allclose(h[..., unit], h[0, 0, unit]),
             f"unit {unit} says {h[0, 0, unit]:.3g} after the first character and "
             f"{h[1, 0, unit]:.3g} after the second: it still hears the other units")


def says_the_value(answer):
    """it says the value, where its bias was 0"""
    model = some_writer()
    model.params["bh"][:] = 0
    says = answer(model, 1, 0.7).forward(np.zeros((1, 1), int))[1].h[1, 0, 1]
    need(np.isclose(says, 0.7), f"frozen at 0.7, the unit says {says:.3g}")


def says_it_with_any_bias(answer):
    """and whatever its bias was"""
    for (h, _), _, unit, value in frozen_runs(answer, 2):
        need(np.allclose(h[..., unit], value),
             f"frozen at {value}, a unit whose bias was not 0 says {h[0, 0, unit]:.3g}")


def the_others_go_on(answer):
    """all the others hear that value, and nothing else has changed"""
    for (h, y), (h_right, y_right), _, _ in frozen_runs(answer, 5):
        need(np.allclose(h, h_right) and np.allclose(y, y_right),
             "the unit says its value, but other units or the outputs do not do what "
             "they would do on hearing it")


def freeze(model, unit, value, copied=copy.deepcopy, parts=("Wxh", "Whh"), rows=False,
           bias=np.arctanh, add=False, silent=False):
    """Freeze a unit, with room for mistakes."""
    twin = copied(model)
    p = twin.params
    for name in parts:
        if rows and name == "Whh":
            p[name][unit] = 0
        else:
            p[name][:, unit] = 0
    p["bh"][unit] = bias(value) + (p["bh"][unit] if add else 0)
    if silent:
        p["Whh"][unit] = p["Why"][unit] = 0
    return twin


HEARD = ("What unit j hears from the others stands in column j of Whh. Row j is what "
         "it says to them, and that stays.")


@exercise(
    agree=False,
    cases=lambda: [(some_writer(), 1, 0.7)],
    properties=[is_a_network, keeps_the_given_one, hears_no_character, hears_no_unit,
                says_the_value, says_it_with_any_bias, the_others_go_on],
    mistakes=[
        (lambda model, unit, value: freeze(model, unit, value).params,
         "Give the whole network, not its parameters alone."),
        (lambda model, unit, value: freeze(model, unit, value, copy.copy),
         "Change a full copy, made by `copy.deepcopy(model)`. (`copy.copy` makes a new "
         "network around the same arrays.)"),
        (lambda model, unit, value: freeze(model, unit, value, bias=lambda v: v),
         "The bias goes through tanh before the unit says it. Which bias gives "
         "tanh(bias) = value? (np.arctanh undoes np.tanh.)"),
        (lambda model, unit, value: freeze(model, unit, value, add=True),
         "The old bias is still there. Replace it: with nothing else to hear, the bias "
         "alone makes what the unit says."),
        (lambda model, unit, value: freeze(model, unit, value, parts=("Whh",)),
         "Column `unit` of Wxh must be 0 as well: each character has a row there, and "
         "its entry `unit` is what the unit hears."),
        (lambda model, unit, value: freeze(model, unit, value, parts=("Wxh",)),
         HEARD),
        (lambda model, unit, value: freeze(model, unit, value, rows=True), HEARD),
        (lambda model, unit, value: freeze(model, unit, value, silent=True),
         "You have also cut what the unit says. The others are to hear its value."),
    ],
    hints=[
        "A unit says tanh(what it hears + its bias). Let it hear nothing, and its bias "
        "alone decides.",
        "In x @ Wxh and h @ Whh, what unit j hears stands in column j. Set these two "
        "columns of a copy (copy.deepcopy) to 0.",
        "tanh(bias) must be `value`, so the bias is np.arctanh(value).",
    ],
)
def freeze_unit(model, unit, value):
    """A copy of the network in which a unit always says the same."""
    twin = copy.deepcopy(model)
    p = twin.params
    p["Wxh"][:, unit] = 0  # it hears no character
    p["Whh"][:, unit] = 0  # and no other unit
    p["bh"][unit] = np.arctanh(value)
    return twin
