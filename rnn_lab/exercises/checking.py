"""How an exercise is checked: by properties, and by the mistake that explains it.

An exercise is its worked solution, a function, under a decorator that holds the rest:
calls to try, properties that every right answer has, known mistakes with a hint each,
and hints that say a little more each time. An answer is a function as well. It is right
if it agrees with the solution in every call and has every property, however it is
written. A wrong answer that behaves as a known mistake does gets the mistake's hint.
"""

import difflib
import inspect
import textwrap
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import guard

EXERCISES = {}  # name: Exercise, in the order of the lessons
MOST_SECONDS, MOST_PRINTED = 10.0, 20_000


class Wrong(Exception):
    """What a property raises: a sentence that tells the reader what is wrong."""


class Untouched(Exception):
    """What an answer that is still the stub raises."""


def need(condition, sentence: str) -> None:
    """Raise Wrong with the sentence unless the condition holds everywhere."""
    if not np.all(condition):
        raise Wrong(sentence)


@dataclass
class Exercise:
    """One exercise; `exercise` tells what each part is."""

    name: str
    solution: Callable
    cases: Callable
    properties: list
    mistakes: list
    hints: list
    agree: bool
    close: float

    @property
    def arguments(self) -> list:
        """The names of the arguments."""
        return list(inspect.signature(self.solution).parameters)

    @property
    def source(self) -> str:
        """The code of the solution, without the decorator and the docstring."""
        lines = textwrap.dedent(inspect.getsource(self.solution)).splitlines()
        start = next(i for i, line in enumerate(lines) if line.startswith("def "))
        source = "\n".join(lines[start:])
        if self.solution.__doc__:
            head, _, rest = source.partition('"""')
            source = head.rstrip() + rest.partition('"""')[2]
        return source


def exercise(*, hints, mistakes, cases=lambda: [()], properties=(), agree=True,
             close=1e-9):
    """Register the decorated function as the worked solution of a new exercise.

    - hints: sentences, each telling a little more than the one before
    - mistakes: (wrong answer, hint) pairs; the hint names what went wrong
    - cases: makes the calls to try, a list of tuples of arguments, the same each time
    - properties: functions that take the answer and raise Wrong (see `need`) where it
      lacks the property; the docstring says what holds: "no input overflows"
    - agree: whether a right answer gives what the solution gives; False where many
      answers are right, and the properties decide
    - close: largest error against the solution, relative to the largest number
    """
    def register(solution):
        name, old = solution.__name__, EXERCISES.get(solution.__name__)
        if old and old.solution.__module__ != solution.__module__:
            raise ValueError(f"there are two exercises {name!r}: rename one")
        EXERCISES[name] = Exercise(name, solution, cases, list(properties),
                                   list(mistakes), list(hints), agree, close)
        return solution
    return register


@dataclass
class Verdict:
    """What there is to say on an answer: its state, and sentences."""

    name: str
    state: str  # "right", "not yet" or "not tried yet"
    sentences: list


# ------------------------------------------------------------------ results compared
def plain(value):
    """Turn a result into arrays, texts, None, and tuples and dicts of these.

    Numbers, and lists and tuples of numbers, count as arrays, networks as the dict of
    their parameters.
    """
    if hasattr(value, "params"):
        value = dict(value.params)
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        try:
            array = np.asarray(value)
        except ValueError:  # parts of different shapes
            array = np.asarray(None)
        return array if is_numeric(array) else tuple(plain(part) for part in value)
    if isinstance(value, int | float | complex | np.generic):
        return np.asarray(value)
    return value


def is_numeric(array) -> bool:
    """Tell whether something is an array of numbers."""
    return isinstance(array, np.ndarray) and array.dtype.kind in "biufc"


def parts(value):
    """Take an array apart along its first axis."""
    if isinstance(value, np.ndarray) and value.ndim:
        return tuple(map(np.asarray, value))
    return value


def difference(given, right, close, what="your result") -> str:
    """Tell in words how a result differs from the right one; "" if it does not."""
    if isinstance(right, dict):
        if not isinstance(given, dict):
            return f"{what} is {kind(given)}, and a dict is asked for"
        if given.keys() != right.keys():
            return (f"{what} has the keys {', '.join(map(str, given))}, and "
                    f"{', '.join(map(str, right))} are asked for")
        found = [difference(given[key], right[key], close, f"{what}[{key!r}]")
                 for key in right]
        return next(filter(None, found), "")
    if isinstance(right, tuple):
        given = parts(given)
        if not isinstance(given, tuple):
            return f"{what} is {kind(given)}, and {len(right)} things are asked for"
        if len(given) != len(right):
            return f"{what} holds {len(given)} things, and {len(right)} are asked for"
        found = [difference(*pair, close, f"part {i} of {what}")
                 for i, pair in enumerate(zip(given, right, strict=True), 1)]
        return next(filter(None, found), "")
    if is_numeric(right):
        return difference_of_arrays(given, right, close, what)
    if type(given) is not type(right) or given != right:
        return f"{what} is {tell(given)}, and {tell(right)} is right"
    return ""


def difference_of_arrays(given, right, close, what) -> str:
    """Tell how an array differs from the right one; "" if it does not."""
    if not is_numeric(given):
        wanted = "an array of numbers" if right.ndim else "a number"
        return f"{what} is {kind(given)}, and {wanted} is asked for"
    if given.shape != right.shape:
        wanted = f"the shape {right.shape}" if right.ndim else "a single number"
        return f"{what} has the shape {given.shape}, and {wanted} is right"
    size = np.abs(right[np.isfinite(right)]).max(initial=1e-3)
    if right.dtype in (np.float32, np.complex64):
        close = max(close, 1e-5)
    with np.errstate(all="ignore"):
        same = np.abs(given.astype(complex) - right) <= close * size
    same |= (given == right) | (np.isnan(given) & np.isnan(right))
    if same.all():
        return ""
    place = tuple(map(int, np.argwhere(~same)[0]))
    if right.size > 6 or tell(given) == tell(right):  # the first wrong number alone
        what += f"[{', '.join(map(str, place))}]" if place else ""
        given, right = given[place], right[place]
    digits = 6 if tell(given) != tell(right) else 12
    return f"{what} is {tell(given, digits)}, and {tell(right, digits)} is right"


def kind(value) -> str:
    """Name what a value is."""
    if value is None:
        return "None (does every path end in `return`?)"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.ndim else "a number"
    if callable(value):
        return "a function"
    if isinstance(value, tuple):  # which may have been a list
        return f"a list or tuple of {len(value)}"
    name = type(value).__name__
    vowel = name[0] in "aeiou" or name in ("RNN", "LSTM")
    return f"{'an' if vowel else 'a'} {name}"


def tell(value, digits=6) -> str:
    """Write a value short enough for a sentence, the same on every machine."""
    if isinstance(value, np.ndarray | np.generic):
        value = np.asarray(value)
        if value.size > 12 or not is_numeric(value):
            return f"an array of shape {value.shape}"
        if value.ndim == 0:
            value = value.item()
        else:
            text = np.array2string(value, precision=4, separator=", ")
            return " ".join(text.split())
    if isinstance(value, float | complex):
        return f"{value:.{digits}g}"
    if callable(value):
        return getattr(value, "__name__", "a function")
    if isinstance(value, dict):
        return f"a dict of {', '.join(map(str, value))}"
    text = repr(value)
    return text if len(text) <= 60 and " at 0x" not in text else kind(value)


# ------------------------------------------------------------------ answers examined
def anywhere(test, value) -> bool:
    """Tell whether a test holds for a result or for a part of it."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple):
        return any(anywhere(test, part) for part in value)
    return bool(test(value))


def is_stub(value) -> bool:
    """Tell whether a value is the `...` of a stub."""
    return value is ...


def is_nan(value) -> bool:
    """Tell whether a value holds something that is not a number."""
    return is_numeric(value) and np.isnan(value).any()


def behave(ex, answer, i: int):
    """Call an answer with case number i: its result and its arguments afterwards."""
    arguments = ex.cases()[i]
    result = answer(*arguments)
    return plain(result), plain(tuple(arguments)), getattr(result, "dtype", None)


def examine_case(ex, answer, i: int) -> None:
    """Raise Wrong or Untouched unless an answer does as the solution in one case."""
    case = ex.cases()[i]
    names = [f"{name} = {tell(value)}"
             for name, value in zip(ex.arguments, case, strict=False)]
    where = f"for {', '.join(names)}: " if names else ""
    try:
        result, after, dtype = behave(ex, answer, i)
    except Exception as error:
        error.add_note(where)  # for the reader to see which call it was
        raise
    if anywhere(is_stub, result):
        raise Untouched
    need(result is not None, f"{where}your function gives None: end it in `return`")
    if not ex.agree:
        return
    right, before, right_dtype = behave(ex, ex.solution, i)
    found = difference(result, right, ex.close)
    if found and anywhere(is_nan, result) and not anywhere(is_nan, right):
        found = "your result holds nan, which is not a number"
    need(not found, where + found)
    for name, now, then in zip(ex.arguments, after, before, strict=False):
        need(not difference(now, then, 0.0), f"{where}your function changes {name}, "
             "which belongs to its caller: work on a copy")
    need(dtype is None or right_dtype != np.float32 or dtype == right_dtype,
         f"{where}float32 comes in and {dtype} comes out: keep the precision")


def examine(ex, answer):
    """Find what is wrong with an answer: (where it showed, an error), or None."""
    checks = [(examine_case, ex, answer, i) for i in range(len(ex.cases()))]
    checks += [(has_property, answer) for has_property in ex.properties]
    for place, (check, *arguments) in enumerate(checks):
        try:
            check(*arguments)
        except Exception as error:
            return place, error
    return None


def same_behaviour(ex, answer, other) -> bool:
    """Tell whether two answers do the same in every case."""
    for i in range(len(ex.cases())):
        acts = []
        for function in (answer, other):
            try:
                acts.append(behave(ex, function, i))
            except Exception as error:
                acts.append(((type(error).__name__,), (), None))
        (result, after, dtype), (result_2, after_2, dtype_2) = acts
        arrays = dtype is not None and dtype_2 is not None
        if (difference(result, result_2, 1e-7) or difference(after, after_2, 1e-7)
                or arrays and np.float32 in (dtype, dtype_2) and dtype != dtype_2):
            return False
    return True


def known_mistake(ex, answer, place: int) -> str | None:
    """Find the hint of the known mistake that shows in the same place, if one does."""
    with warnings.catch_warnings(action="ignore"):  # they are the mistakes' own
        for mistake, hint in ex.mistakes:
            found = examine(ex, mistake)
            if found and found[0] == place and (
                    not ex.agree or same_behaviour(ex, answer, mistake)):
                return hint
    return None


def first_line(error: BaseException) -> str:
    """Give the first line of an error's message, not too long."""
    text = str(error).strip().partition("\n")[0]
    return text if len(text) <= 160 else text[:157] + "..."


def in_words(error: Exception) -> str:
    """Write an error as a sentence for the reader."""
    text = str(error)
    if not isinstance(error, Wrong):
        line = guard.reader_line(error)
        where = f" {line}" if line else ""
        text = (f"{''.join(getattr(error, '__notes__', []))}your code raises "
                f"{type(error).__name__}{where}: {first_line(error)}")
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


def weigh(ex, answer) -> tuple[str, list]:
    """Judge an answer: its state, and sentences about it."""
    try:
        inspect.signature(answer).bind(*ex.cases()[0])
    except TypeError:
        given = ", ".join(inspect.signature(answer).parameters) or "nothing"
        wanted = ", ".join(ex.arguments) or "nothing"
        return "not yet", [f"Your function takes {given}; it is called with {wanted}."]
    except ValueError:
        pass  # a function that was not written in Python tells no signature
    found = examine(ex, answer)
    if found is None:
        claims = [check.__doc__.split("\n")[0].rstrip(".") for check in ex.properties]
        if ex.agree:
            claims.insert(0, f"as it should be in {len(ex.cases())} cases")
        return "right", [in_words(Wrong("; ".join(claims)))]
    place, error = found
    if isinstance(error, Untouched) or "ellipsis" in str(error):
        return "not tried yet", [f'Fill in the `...`; hint("{ex.name}") helps.']
    hint = known_mistake(ex, answer, place) or f'hint("{ex.name}") helps.'
    return "not yet", [in_words(error), hint]


def judge(name: str, answer) -> Verdict:
    """Judge an answer to an exercise, whatever the answer is or does."""
    if not isinstance(name, str) or name not in EXERCISES:
        near = difflib.get_close_matches(str(name), EXERCISES, 3, 0.4)
        names = ", ".join(near or EXERCISES)
        return Verdict(tell(name), "not yet", [
            f"There is no such exercise; there are {names}."])
    ex = EXERCISES[name]
    if answer is ...:
        return Verdict(name, "not tried yet", [f'hint("{name}") helps.'])
    if not callable(answer):
        return Verdict(name, "not yet", [
            f"check takes your function, not {kind(answer)}. Write "
            f'check("{name}", {name})'])
    page, caught = guard.Page(MOST_PRINTED), []
    try:
        with guard.quiet(page) as caught:
            state, sentences = guard.within(MOST_SECONDS, lambda: weigh(ex, answer))
    except guard.Stopped as stop:
        why = first_line(stop) or (f"It runs for more than {MOST_SECONDS:g} seconds: "
                                   "look for a loop that never ends.")
        state, sentences = "not yet", [why]
    except (Exception, SystemExit, GeneratorExit) as error:
        state, sentences = "not yet", [f"Your code ends in {type(error).__name__}."]
    if state == "not yet" and caught:
        sentences.append(f"Python warns: {first_line(caught[0].message)}")
    return Verdict(name, state, sentences + printed(page.getvalue()))


def printed(text: str) -> list:
    """Give the first lines of what an answer printed."""
    lines = [line[:75] for line in text.splitlines() if line.strip()]
    more = [f"(and more: {len(lines) - 5})"] if len(lines) > 5 else []
    return ["It prints:", *lines[:5], *more] if lines else []
