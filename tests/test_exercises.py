"""Exercises: solutions pass, mistakes are named, faults are found, nothing breaks."""

import linecache
import re
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from mutations import EQUIVALENT, some_mutants, survivors
from rnn_lab import exercises
from rnn_lab.exercises import checking, guard
from rnn_lab.exercises.checking import EXERCISES, judge

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import refresh  # noqa: E402
import solutions  # noqa: E402

NAMES = list(EXERCISES)
MISTAKES = [(name, i) for name in NAMES for i in range(len(EXERCISES[name].mistakes))]
every_exercise = pytest.mark.parametrize("name", NAMES)


def module_of(name):
    """Name the module that holds an exercise: lesson_01."""
    return EXERCISES[name].solution.__module__.rpartition(".")[2]


# ------------------------------------------------------------- what an exercise holds
@every_exercise
def test_a_worked_solution_is_right(name):
    verdict = judge(name, EXERCISES[name].solution)
    assert verdict.state == "right", verdict.sentences


@every_exercise
def test_there_are_hints_and_named_mistakes(name):
    ex = EXERCISES[name]
    assert len(ex.mistakes) >= 3 and len(ex.hints) >= 2
    told = [hint for _, hint in ex.mistakes] + ex.hints
    assert all(hint.endswith((".", "?", ")")) and hint[0] != " " for hint in told)
    assert len(set(ex.hints)) == len(ex.hints)
    assert all(check.__doc__ for check in ex.properties)


@pytest.mark.parametrize("name, i", MISTAKES)
def test_a_known_mistake_gets_its_own_hint(name, i):
    mistake, hint = EXERCISES[name].mistakes[i]
    verdict = judge(name, mistake)
    assert verdict.state == "not yet" and hint in verdict.sentences, verdict.sentences


@every_exercise
def test_the_shown_solution_is_short_and_complete(name):
    source = EXERCISES[name].source
    assert source.startswith(f"def {name}(") and '"""' not in source
    lines = source.splitlines()
    assert len(lines) <= 22 and max(map(len, lines)) <= 79


@every_exercise
def test_random_faults_are_found(name, monkeypatch):
    monkeypatch.setattr(checking, "MOST_SECONDS", 2.0)  # some of them never end
    tried, left = survivors(name)
    assert tried >= 10
    known = EQUIVALENT.get(name, {})
    assert [line for line in left if line not in known] == []


def test_equivalent_mutants_have_a_reason_and_an_exercise():
    for name, lines in EQUIVALENT.items():
        written = [line for line, _ in some_mutants(name, 10_000)]
        for line, reason in lines.items():
            assert line in written and len(reason) > 5, (name, line)


# ------------------------------------------------------------------ in the notebooks
def stubs():
    """Find the exercises of every notebook: (notebook, name, cell)."""
    for path in sorted(refresh.NOTEBOOKS.glob("*.ipynb")):
        for cell in refresh.read(path).cells:
            if cell.cell_type == "code":
                _, name = solutions.solve(cell.source)
                if name:
                    yield path, name, cell


def test_every_exercise_stands_once_in_its_own_lesson():
    found = [(path.name[:2], name) for path, name, _ in stubs()]
    assert sorted(found) == sorted((module_of(name)[-2:], name) for name in NAMES)


def test_every_lesson_with_exercises_has_two_to_five():
    counts = {}
    for path, name, _ in stubs():
        counts.setdefault(path.name, []).append(name)
    assert {path.name[:2] for path in refresh.NOTEBOOKS.glob("0[0-6]*.ipynb")} <= {
        name[:2] for name in counts}
    assert all(2 <= len(names) <= 5 for names in counts.values()), counts
    first_part = [names for lesson, names in counts.items() if lesson < "07"]
    assert sum(map(len, first_part)) >= 22


def test_untouched_stubs_say_not_tried_yet():
    for path, name, cell in stubs():
        (output,) = cell.outputs
        for text in (output.data["text/plain"], output.data["text/html"]):
            assert f"{name}: not tried yet" in text, (path.name, name)


def test_a_solved_cell_holds_the_solution():
    source = 'def stable_sigmoid(z):\n    return ...\n\ncheck("stable_sigmoid", ' \
             "stable_sigmoid)"
    solved, name = solutions.solve(source)
    assert name == "stable_sigmoid" and "return ..." not in solved
    assert EXERCISES[name].source in solved and solved.endswith("stable_sigmoid)")
    assert solutions.solve("%time\n1") == ("%time\n1", "")
    wrong = 'check("stable_sigmoid", abs)'
    assert solutions.solve(wrong) == (wrong, "")


# ---------------------------------------------------------------- nothing ever breaks
class Strange:
    """An answer's result that raises at every touch."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __eq__(self, other):
        raise RuntimeError("equal?")


def with_arguments(name, result):
    """Make an answer that gives the same result for any arguments."""
    return lambda *arguments: result


def raises(*arguments):
    raise ValueError("first line\nsecond line")


def leaves(*arguments):
    raise SystemExit


def prints(*arguments):
    while True:
        print("and on")


def calls_itself(*arguments):
    return calls_itself(*arguments)


def spoils(*arguments):
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            argument[...] = 7
        elif isinstance(argument, dict | list):
            argument.clear()
    return 7


RESULTS = [None, 3, "text", [], (), {}, {"a": 1}, np.nan, np.zeros((0, 3)), Strange(),
           np.zeros((7, 5, 3, 2)), [[1, 2], [3]], np.array(["a"]), object(), 1j, True,
           [None], {"Wxh": None}, range(3), (1, "a"), np.float32(np.inf), lambda x: x]


@every_exercise
def test_no_answer_breaks_a_check(name):
    for result in RESULTS:
        verdict = judge(name, with_arguments(name, result))
        assert verdict.state == "not yet" and verdict.sentences, result
    for answer in (raises, leaves, prints, calls_itself, spoils, print, int, len, id):
        assert judge(name, answer).state == "not yet", answer
    for answer in (None, 3, "text", [1], np.ones(3), Strange(), NotImplemented):
        assert judge(name, answer).state == "not yet"
    for answer in (..., with_arguments(name, ...), with_arguments(name, (1, ...)),
                   with_arguments(name, {"Wxh": ...})):
        assert judge(name, answer).state == "not tried yet"


def cell(code, name="<ipython-input-1>"):
    """Run code as a notebook's cell and give its names."""
    linecache.cache[name] = len(code), None, code.splitlines(True), name
    names = {"np": np}
    exec(compile(code, name, "exec"), names)
    return names


def said(answer, name="stable_sigmoid"):
    """Give all that is said on an answer, in one text."""
    return " ".join(judge(name, answer).sentences)


def test_an_error_is_told_with_the_readers_own_line():
    code = "def helper(z):\n    return z.nothing\n\ndef f(z):\n    return helper(z)\n"
    text = said(cell(code)["f"])
    assert "AttributeError in line 2, `return z.nothing`: " in text
    text = said(cell("def f(z):\n    return np.ones(3) @ np.ones(4)\n")["f"])
    assert "ValueError in line 2, `return np.ones(3) @ np.ones(4)`" in text
    first = EXERCISES["stable_sigmoid"].cases()[0][0]
    assert text.startswith(f"For z = {checking.tell(first)}: your code raises")


def test_what_an_answer_prints_is_shown_in_part():
    def chatters(z):
        print("\n".join(f"line {i}" for i in range(9)))

    sentences = judge("stable_sigmoid", chatters).sentences
    assert sentences[-7:-1] == ["It prints:", *(f"line {i}" for i in range(5))]
    assert "(and more: 4)" in sentences[-1]
    assert "never ends" in said(prints)


def test_an_endless_loop_ends(monkeypatch):
    monkeypatch.setattr(checking, "MOST_SECONDS", 0.2)

    def waits(z):
        while True:
            pass

    def waits_stubbornly(z):
        while True:
            try:
                z = z + 1
            except Exception:
                pass

    assert "0.2 seconds" in said(waits) and "0.2 seconds" in said(waits_stubbornly)


def test_the_time_limit_leaves_nothing_behind(capfd):
    def stubborn():
        while True:
            try:
                time.sleep(0.001)
            except:  # noqa: E722
                if time.monotonic() > end:
                    raise

    before, ends = threading.active_count(), []
    for seconds in np.linspace(0.001, 0.09, 20):  # some end in time, some just so
        end = time.monotonic() + 0.05
        for work in lambda: time.sleep(0.05) or "done", stubborn:
            try:
                ends.append(guard.within(seconds, work))
            except guard.Stopped:
                ends.append("stopped")
            for _ in range(20_000):
                pass  # a late exception would be raised here
    assert {*ends} == {"done", "stopped"}
    assert threading.active_count() == before
    assert capfd.readouterr() == ("", "")


def test_the_readers_settings_hold_within_the_time_limit():
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        guard.within(1, lambda: np.ones(1) / 0)


def test_the_readers_own_stop_is_heard():
    def interrupted(z):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge("stable_sigmoid", interrupted)


def test_the_interrupt_button_stops_an_endless_answer():
    def endless(z):
        while True:
            pass

    before, timer = threading.active_count(), threading.Timer(0.3, signal.raise_signal,
                                                              [signal.SIGINT])
    # As in a kernel; whoever starts the tests may have turned the signal off.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            judge("stable_sigmoid", endless)
    finally:
        signal.signal(signal.SIGINT, handler)
    time.sleep(0.5)
    assert threading.active_count() == before


def test_wrong_calls_get_a_kind_line():
    assert "stable_sigmoid" in judge("stabel_sigmoid", abs).sentences[0]
    assert judge(3, abs).state == judge(None, abs).state == "not yet"
    assert "takes w, b; it is called with z" in said(lambda w, b: w)
    assert 'check("stable_sigmoid", stable_sigmoid)' in said(3)
    assert "None: end it in `return`" in said(lambda z: None)
    assert "has the shape (2,)" in said(lambda z: np.ones(2))
    assert "nan, which is not a number" in said(lambda z: z * np.nan)
    assert "changes z" in said(in_place)
    assert "keep the precision" in said(in_double)
    assert "Python warns: " in said(lambda z: np.exp(z + 1e9))


def in_place(z):
    """Give the sigmoid of z, and spoil z."""
    result = EXERCISES["stable_sigmoid"].solution(z)
    z += 1
    return result


def in_double(z):
    """Give the sigmoid of z, in float64 always."""
    return EXERCISES["stable_sigmoid"].solution(np.asarray(z, np.float64))


def test_a_known_mistake_is_found_in_a_list_as_well():
    mistake, hint = EXERCISES["stable_sigmoid"].mistakes[0]
    sentences = judge("stable_sigmoid", lambda z: np.asarray(mistake(z)).tolist())
    assert hint in sentences.sentences


def test_lists_and_tuples_count_as_arrays():
    def with_lists(z):
        return np.vectorize(EXERCISES["stable_sigmoid"].solution)(z).tolist()

    assert judge("stable_sigmoid", with_lists).state == "right"
    assert checking.plain([(1, 2), [3, 4]]).shape == (2, 2)
    right = checking.plain((np.ones(1), 2.0))
    assert checking.difference(checking.plain([[1], 2]), right, 1e-9) == ""


@pytest.mark.parametrize("given, right, words", [
    ({"a": 1}, {"a": 1, "b": 2}, "has the keys a, and a, b"),
    (3, {"a": 1}, "is a number, and a dict"),
    ((1, 2), (1, "a"), "part 2"),
    ((1,), (1, "a"), "holds 1 things, and 2"),
    (None, (1, "a"), "is None"),
    ("a", "b", "is 'a', and 'b' is right"),
    ([1.0, 2.0], 1.0, "shape (2,), and a single number"),
    (np.ones((3, 3)), np.eye(3), "your result[0, 1] is 1, and 0 is right"),
    (np.ones(2) + 1e-8, np.ones(2), "[0] is 1.00000001, and 1 is right"),
    ({"W": np.ones(2)}, {"W": np.ones(3)}, "your result['W'] has the shape (2,)"),
])
def test_a_difference_is_told_in_words(given, right, words):
    text = checking.difference(checking.plain(given), checking.plain(right), 1e-9)
    assert words in text


def test_numbers_are_compared_relative_to_the_largest():
    right = np.array([1e6, 1.0])
    assert checking.difference(right + 1e-4, right, 1e-9) == ""
    assert checking.difference(right + 1e-2, right, 1e-9) != ""
    single = np.array([1.0, 2.0], np.float32)
    assert checking.difference(single * (1 + 1e-6), single, 1e-9) == ""
    huge = np.array([np.inf, np.nan])
    assert checking.difference(huge, huge, 1e-9) == ""
    assert checking.difference(-huge, huge, 1e-9) != ""


# ------------------------------------------------------------------------ the display
@pytest.fixture
def shown(monkeypatch):
    """Collect what would be displayed."""
    notes = []
    monkeypatch.setattr(exercises, "display", notes.append)
    monkeypatch.setattr(exercises, "_told", {})
    return notes


def test_check_shows_one_note_in_text_and_html(shown):
    exercises.check("stable_sigmoid", lambda z: "<b>")
    (note,) = shown
    assert repr(note).startswith("✗ stable_sigmoid: not yet\n  For z = 0: ")
    page = note._repr_html_()
    words = re.sub(r"<[^>]*>", " ", page)
    assert "not yet" in words and "✗" in words and 'role="status"' in page
    assert "<b>stable_sigmoid" in page and page.count("<b>") == 1
    assert not re.search(r"(?:[;\" ]color|background)", page)  # the page's own ink
    exercises.check("stable_sigmoid", EXERCISES["stable_sigmoid"].solution)
    assert repr(shown[1]).startswith("✓ stable_sigmoid: right")


def test_hints_tell_more_each_time(shown):
    hints = EXERCISES["stable_sigmoid"].hints
    for _ in range(len(hints) + 1):
        exercises.hint("stable_sigmoid")
    for note, text in zip(shown, [*hints, hints[-1]], strict=True):
        assert text in repr(note)
    assert "1 of" in repr(shown[0]) and "last hint" not in repr(shown[0])
    assert 'solution("stable_sigmoid")' in repr(shown[-1])


def test_unknown_names_get_a_kind_line_everywhere(shown):
    for ask in (exercises.hint, exercises.solution):
        for name in ("sigmiod", 3, None):
            ask(name)
    assert all("no such exercise" in repr(note) for note in shown) and len(shown) == 6


def test_solution_prints_the_code(shown, capsys):
    exercises.solution("stable_sigmoid")
    assert capsys.readouterr().out == EXERCISES["stable_sigmoid"].source + "\n"


def test_two_lessons_cannot_share_a_name():
    def stable_sigmoid(z):
        return z

    with pytest.raises(ValueError, match="two exercises 'stable_sigmoid'"):
        checking.exercise(hints=[], mistakes=[])(stable_sigmoid)
