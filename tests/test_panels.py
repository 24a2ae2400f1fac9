"""The live panels without a browser: knobs, buttons, runs, and what they show.

The first tests run over every panel there is; what is special to one stands in
tests/panels. A page is played by the test: it turns knobs and presses buttons while a
loop runs, as the kernel's loop does. tests/browser has the real thing.
"""

import asyncio
import base64
import io
import json
import random
import re
import threading
import time
from functools import wraps
from itertools import count, pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from rnn_core import RNN, SGD, binary_addition, load, save, squared_error, train
from rnn_lab import panels
from rnn_lab.panels import base, drawing
from rnn_lab.panels.base import Knob, Panel, TrainingPanel

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
ALL = [getattr(panels, name) for name in panels.__all__]
TRAINING = [kind for kind in ALL if issubclass(kind, TrainingPanel)]
FULL = "as fast as it can"


class Dial(Panel):
    """One knob and one view."""

    KNOBS = (Knob("angle", "slider", 10, (0, 100, 1)),)
    n_drawn = 0

    def draw(self):
        self.n_drawn += 1
        return {"angle": f"<p>{self.settings['angle']}</p>"}

    def tell(self):
        return f"It is {self.settings['angle']} & no more."


class Toy(TrainingPanel):
    """A small task with long steps possible: it runs away at large learning rates."""

    KNOBS = (Knob("learning rate", "log slider", 0.001, (0.0001, 1000.0)),
             Knob("units", "slider", 2, (1, 8, 1), at_once=False))

    def begin(self, settings):
        self.model = RNN(2, settings["units"], 1, activation="relu", rng=0)
        self.optimizer = SGD(settings["learning rate"])
        x, target = binary_addition([1, 2], [2, 3], 4)
        return train(self.model, ((x, 100 * target) for _ in count()), squared_error,
                     self.optimizer)

    def tune(self, settings):
        self.optimizer.lr = settings["learning rate"]

    def draw(self):
        return {"step": f"<p>{self.progress and self.progress.step}</p>"}


class Loop(asyncio.SelectorEventLoop):
    """A loop in which to wait takes no time.

    Its clock counts the work that is done, whatever else the machine does, and skips
    the time that all sleep.
    """

    def __init__(self):
        super().__init__()
        self.skipped, select = 0.0, self._selector.select

        def skip(timeout):
            self.skipped += timeout or 0
            return select(timeout and 0)

        self._selector.select = skip

    def time(self):
        return time.process_time() + self.skipped


def in_a_loop(test):
    """Run an asynchronous test as the kernel runs a cell, by the clock of `Loop`."""
    @wraps(test)
    def run(*arguments, **named):
        with asyncio.Runner(loop_factory=Loop) as runner, pytest.MonkeyPatch.context() \
                as patch:
            patch.setattr(Panel, "clock", staticmethod(runner.get_loop().time))
            runner.run(asyncio.wait_for(test(*arguments, **named), 10**5))
    return run


async def until(true, seconds=20):
    """Wait until something is true."""
    end = asyncio.get_running_loop().time() + seconds
    while not true():
        assert asyncio.get_running_loop().time() < end, "waited in vain"
        await asyncio.sleep(0.005)


async def at_rest(panel):
    """Wait until a panel has nothing to do."""
    await until(lambda: not panel._serving and not panel.running)


async def paused(panel):
    panel.pause()
    await at_rest(panel)


def ends(panel, knob):
    """Give the two ends of a knob as they are now: one knob may narrow another."""
    if knob.kind in ("slider", "number"):
        return panel.knobs[knob.label].min, panel.knobs[knob.label].max
    return (knob.span[0], knob.span[-1]) if knob.span else ("", knob.value)


def check_shown(panel):
    """Check that a panel is well and what it shows is well-formed and small."""
    assert "at a loss" not in panel.sentence, panel.sentence
    for part in ElementTree.fromstring(panel._canvas.value).iter():
        for name, value in part.items():  # a sentence may speak of nan, no place may
            assert name == "aria-label" or not re.search(r"\b(nan|inf)\b", value)
    for view in panel.views.values():
        for points in re.findall(r'points="([^"]*)"', view):
            assert len(points.split()) <= drawing.MOST_POINTS
        if "<svg" in view:
            assert re.search(r'role="img" aria-label="[^"]{20,}"', view)
    assert 'role="status" aria-live="polite"' in panel._status.value


# ------------------------------------------------------------------- every panel
@pytest.mark.parametrize("kind", ALL)
def test_every_knob_at_both_its_ends(kind):
    panel = kind()
    for knob in panel.KNOBS:
        for end in ends(panel, knob):
            panel.knobs[knob.label].value = end
            assert panel.settings[knob.label] == pytest.approx(end)
            if kind in TRAINING:
                panel.reset()
                panel.step()
                assert panel.progress.step == 1
            check_shown(panel)
        panel.knobs[knob.label].value = knob.value


@pytest.mark.parametrize("kind", ALL)
def test_two_hundred_random_actions(kind, monkeypatch):
    monkeypatch.setattr(base, "SLICE", 0.004)  # to be done sooner

    @in_a_loop
    async def act():
        chance, panel, took = random.Random(0), kind(), [0.0]
        turn = panel._turn

        def timed(hurry=False):
            began = time.process_time()
            wait = turn(hurry)
            took.append(time.process_time() - began)
            return wait

        panel._turn = timed
        for _ in range(200):
            if kind in TRAINING and chance.random() < 0.5:
                getattr(panel, chance.choice(["start", "pause", "step", "reset"]))()
            else:
                knob = chance.choice(panel.KNOBS)
                panel.knobs[knob.label].value = chance.choice(
                    knob.span if knob.kind in ("stops", "choice")
                    else ends(panel, knob))
            for _ in range(chance.randrange(12)):
                await asyncio.sleep(0)
            check_shown(panel)
        if kind in TRAINING:
            await paused(panel)
        print(f"{kind.__name__} works {1000 * max(took):.0f} ms at most in one go")
        assert max(took) < 0.4
    act()


@pytest.mark.parametrize("kind", ALL)
def test_controls_have_labels_and_fit_their_kind(kind):
    panel = kind()
    for knob in panel.KNOBS:
        widget = panel.knobs[knob.label]
        assert widget.description == knob.label
        assert widget.value == pytest.approx(knob.value) if knob.kind in (
            "slider", "log slider") else widget.value == knob.value
    assert base.NAMES in [getattr(part, "value", "") for part in panel.box.children]


@pytest.mark.parametrize("kind", ALL)
def test_it_shows_itself_as_widget_picture_and_text(kind):
    shown = [kind()._repr_mimebundle_() for _ in range(2)]
    assert {*shown[0]} == {"text/plain", "image/png",
                           "application/vnd.jupyter.widget-view+json"}
    for same in ("text/plain", "image/png"):
        assert shown[0][same] == shown[1][same]
    with Image.open(io.BytesIO(base64.b64decode(shown[0]["image/png"]))) as picture:
        assert picture.width > 500 and len(picture.convert("RGB").getcolors(10**6)) > 9


@pytest.mark.parametrize("kind", TRAINING)
def test_a_model_can_be_saved_and_reset_leaves_it_alone(kind, tmp_path):
    panel = kind()
    panel.step()
    model, was = panel.model, {k: a.copy() for k, a in panel.model.params.items()}
    panel.reset()
    panel.step()
    assert panel.model is not model and panel.earlier == [model]
    stored = load(save(tmp_path / "net", model)).model.params
    for name in was:
        assert (model.params[name] == was[name]).all()
        assert (stored[name] == was[name]).all()


@pytest.mark.parametrize("kind", ALL)
def test_a_lesson_shows_it_with_a_still_picture(kind):
    """Stored are text and picture alone: nbval and pages need no more."""
    found = []
    for path in NOTEBOOKS.glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code" and f"{kind.__name__}(" in "".join(
                    cell["source"]):
                found += [[*output.get("data", {})] for output in cell["outputs"]]
    assert [["image/png", "text/plain"]] == [sorted(kinds) for kinds in found]


def test_the_picture_is_no_figure_of_pyplot():
    import matplotlib.pyplot as plt
    plt.close("all")
    panels.SwitchPanel()._repr_mimebundle_()
    assert plt.get_fignums() == []


# -------------------------------------------------------------------------- knobs
def test_a_text_knob():
    knob = Knob("passage", "text", "so it goes")
    assert knob.widget().value == "so it goes"
    passage = Knob("passage", "passage", "so it\ngoes", at_once=False).widget()
    assert passage.value == "so it\ngoes" and not passage.continuous_update


def test_without_a_loop_a_knob_acts_at_once():
    panel = Dial()
    panel.knobs["angle"].value = 7
    assert panel.views == {"angle": "<p>7</p>"} and "<p>7</p>" in panel._canvas.value
    assert panel.sentence == "It is 7 & no more."
    assert "It is 7 &amp; no more." in panel._status.value


@in_a_loop
async def test_a_knob_that_is_dragged_draws_twenty_times_a_second_and_says_one():
    panel = Dial()
    spoken, before = [], panel.n_drawn
    panel._status.observe(lambda _: spoken.append(panel.sentence), "value")
    for angle in range(100):  # one second
        panel.knobs["angle"].value = angle
        await asyncio.sleep(0.01)
    await until(lambda: not panel._serving)
    assert 18 <= panel.n_drawn - before <= 22
    assert len(spoken) <= 3 and spoken[-1] == "It is 99 & no more."
    assert panel.views == {"angle": "<p>99</p>"}


@in_a_loop
async def test_a_sentence_that_waits_draws_nothing_again():
    panel = Dial()
    before = panel.n_drawn
    panel.knobs["angle"].value = 1
    await until(lambda: panel.sentence == "It is 1 & no more.")
    assert panel.n_drawn == before + 1


# --------------------------------------------------------------------------- runs
@in_a_loop
async def test_start_trains_and_pause_stops():
    panel = Toy()
    panel.start()
    await until(lambda: panel.progress and panel.progress.step > 300)
    await until(lambda: "Training." in panel._status.value, seconds=0.3)
    await paused(panel)
    rests_at, weights = panel.progress.step, panel.model.params.flat.copy()
    await asyncio.sleep(5)
    assert panel.progress.step == rests_at
    assert (panel.model.params.flat == weights).all()
    assert f"step {rests_at:,} of 10,000" in panel._bar.value
    assert panel.sentence.startswith("Paused.")
    panel.start()
    await until(lambda: panel.progress.step > rests_at)
    await paused(panel)


@in_a_loop
async def test_others_have_eight_turns_after_every_slice():
    panel, ends = Toy(), []
    panel.STEPS = panel._goal = 10**9  # it has no time to reach it
    train_on = panel._train
    panel._train = lambda pause: (train_on(pause), ends.append(panel.clock()))[0]
    panel.start()
    turns, at = [], [panel.clock()]
    while len(ends) < 20:
        assert panel.running or not ends
        n_slices = len(ends)
        await asyncio.sleep(0)
        at.append(panel.clock())
        turns.append(len(ends) > n_slices)
    await paused(panel)
    slices = [i for i, worked in enumerate(turns) if worked]
    assert min(b - a for a, b in pairwise(slices)) >= 8
    assert np.median([at[i + 1] - at[i] for i in slices]) < 1.5 * base.SLICE


@in_a_loop
async def test_buttons_may_be_pressed_in_another_thread():
    panel = Toy()
    buttons = {b.description: b for b in panel.box.children[4].children[:4]}

    def press(name):
        thread = threading.Thread(target=buttons[name].click)
        thread.start()
        thread.join()

    press("Start")
    assert panel.progress is None  # it only noted what is wanted
    await until(lambda: panel.progress)
    press("Pause")
    await at_rest(panel)
    before = panel.progress.step
    press("Step")
    await until(lambda: panel.progress.step == before + 1)
    press("Reset")
    await until(lambda: panel.progress is None)
    assert panel.sentence == "Ready: press Start."


@pytest.mark.parametrize("speed", [FULL, "100 steps a second"])
def test_it_redraws_at_most_five_times_a_second(speed):
    @in_a_loop
    async def act():
        panel, times, spoken = Toy(), [], []
        panel._canvas.observe(lambda _: times.append(panel.clock()), "value")
        panel._status.observe(lambda _: spoken.append(panel.clock()), "value")
        panel.news = lambda: f"Step {panel.progress and panel.progress.step}."
        panel.STEPS = 10**6
        panel.reset()
        panel.knobs["speed"].value = speed
        panel.start()
        await asyncio.sleep(1.6)
        await paused(panel)
        # Besides those that a hand asked for, at both ends, in good order:
        assert 6 <= len(times) <= 12
        assert all(b - a > 0.199 for a, b in pairwise(times[2:-1]))
        assert len(spoken) >= 3
        assert all(b - a > 0.999 for a, b in pairwise(spoken[2:-1]))
    act()


@in_a_loop
async def test_the_speed_can_be_chosen():
    panel, done = Toy(), 0
    for speed, n_wanted in (("1,000 steps a second", 4000), ("10 steps a second", 40)):
        panel.knobs["speed"].value = speed
        panel.start()
        await asyncio.sleep(4)
        await paused(panel)
        n_steps, done = panel.progress.step - done, panel.progress.step
        assert 0.97 * n_wanted <= n_steps <= 1.01 * n_wanted + 1


@in_a_loop
async def test_the_end_of_the_bar_and_beyond():
    panel = Toy()
    panel.STEPS = 50
    panel.reset()
    panel.start()
    await until(lambda: panel.progress and not panel.running)
    assert panel.progress.step == 50
    await at_rest(panel)
    assert panel.sentence == "50 steps are done. Start goes on."
    panel.start()
    await until(lambda: panel.progress.step == 100 and not panel.running)
    await at_rest(panel)
    assert "step 100 of 100" in panel._bar.value


@pytest.mark.parametrize("page_is_open", [True, False])
def test_a_run_that_no_page_shows_rests_by_itself(page_is_open):
    @in_a_loop
    async def act():
        panel, asked = Toy(), []
        panel.STEPS = 10**6
        panel.reset()
        panel.knobs["speed"].value = "10 steps a second"

        def play(change):  # as the page does, when it is told to
            asked.append(panel.clock())
            if page_is_open and change.new:
                panel._pulse.value += 1

        panel._pulse.observe(play, "playing")
        panel.start()
        begin = panel.clock()
        await asyncio.sleep(0.9 * base.WATCHED)
        assert panel.running and asked
        if page_is_open:
            await asyncio.sleep(2 * base.WATCHED)
            assert panel.running
            await paused(panel)
        else:
            await until(lambda: not panel.running)
            await at_rest(panel)
            assert panel.clock() - begin == pytest.approx(base.WATCHED, abs=1)
            assert panel.sentence.startswith("Nobody has watched")
            rests_at = panel.progress.step
            panel.start()
            await until(lambda: panel.progress.step > rests_at)
            await paused(panel)
    act()


@in_a_loop
async def test_time_that_another_cell_took_does_not_count():
    panel = Toy()
    panel.start()
    await until(lambda: panel.progress)
    asyncio.get_running_loop().skipped += 10 * base.WATCHED
    step = panel.progress.step
    await until(lambda: panel.progress.step > step)
    assert panel.running
    await paused(panel)


# ------------------------------------------------------------- cells and their runs
class Shell:
    """Stands for the kernel's shell: it knows which cell runs."""

    def __init__(self, monkeypatch):
        monkeypatch.setattr(base, "get_ipython", lambda: self)
        monkeypatch.setattr(base, "_made", {})
        self.runs = count()

    def run(self, cell, code="Toy()"):
        metadata = {} if cell is None else {"cellId": cell}
        self.parent = {"header": {"msg_id": f"run {next(self.runs)}"},
                       "metadata": metadata, "content": {"code": code}}

    def get_parent(self):
        return self.parent


@pytest.mark.parametrize("cell, other", [("a", "b"), (None, None)])
def test_running_the_cell_again_stops_its_run_and_no_other(monkeypatch, cell, other):
    @in_a_loop
    async def act():
        shell = Shell(monkeypatch)
        shell.run(cell, "one = Toy()")
        first = Toy()
        shell.run(other, "two = Toy()")
        second, third = Toy(), Toy()  # two in one cell
        for panel in (first, second, third):
            panel.start()
        await until(lambda: first.progress and second.progress and third.progress)
        shell.run(cell, "one = Toy()")
        again = Toy()
        await at_rest(first)
        assert second.running and third.running and not again.running
        assert again.earlier == [first.model]
        again.start()
        await until(lambda: again.progress)
        shell.run(other, "two = Toy()")
        assert Toy().earlier == [second.model, third.model]
        await at_rest(second)
        await at_rest(third)
        assert again.running
        await paused(again)
    act()


@in_a_loop
async def test_a_cell_whose_text_was_edited_is_still_that_cell():
    with pytest.MonkeyPatch.context() as patch:
        shell = Shell(patch)
        shell.run("a", "Toy()")
        first = Toy()
        first.start()
        await until(lambda: first.progress)
        shell.run("a", "Dial()  # another panel, too")
        Dial()
        assert not first.running
        await at_rest(first)


# --------------------------------------------------------------- what goes wrong
@in_a_loop
async def test_divergence_says_what_to_try_and_reset_works():
    panel = Toy()
    panel.knobs["learning rate"].value = 1000
    panel.start()
    await until(lambda: "ran away" in panel.sentence)
    await at_rest(panel)
    assert "Try a learning rate below 1000" in panel.sentence
    assert "Then press Reset." in panel.sentence
    panel.start()  # it cannot go on from there
    await at_rest(panel)
    assert "ran away" in panel.sentence
    panel.knobs["learning rate"].value = 0.001
    panel.reset()
    panel.step()
    await until(lambda: panel.progress and panel.progress.step == 1)
    await at_rest(panel)
    assert panel.sentence == "Paused." and np.isfinite(panel.progress.loss)


@in_a_loop
async def test_an_error_in_a_run_is_shown_and_reset_works():
    panel = Toy()
    panel.draw = lambda: 1 / 0
    panel.start()
    await until(lambda: "ZeroDivisionError" in panel.sentence)
    await at_rest(panel)
    del panel.draw
    panel.reset()
    await until(lambda: panel.sentence == "Ready: press Start.")


def test_an_error_at_the_beginning_is_shown_until_a_knob_mends_it():
    class Odd(Toy):
        def begin(self, settings):
            if settings["units"] == 2:
                raise ValueError("two is odd")
            return super().begin(settings)

    panel = Odd()
    assert panel.sentence == "The panel is at a loss: ValueError: two is odd"
    panel.step()
    assert panel.sentence == "The panel is at a loss: ValueError: two is odd"
    panel.knobs["units"].value = 3
    panel.step()
    assert panel.sentence == "Paused."


def test_plain_python_steps_and_says_that_it_cannot_run():
    panel = Toy()
    panel.start()
    assert panel.sentence == "Only a notebook can train on its own. Here use step()."
    panel.step()
    panel.step()
    assert panel.progress.step == 2 and "step 2 of" in panel._bar.value
    panel.reset()
    assert panel.progress is None and panel.sentence == "Ready: press Start."


def test_knobs_that_wait_for_a_reset_say_so():
    panel = Toy()
    panel.step()
    panel.knobs["learning rate"].value = 0.01
    panel.knobs["units"].value = 4
    panel.step()
    assert panel.optimizer.lr == pytest.approx(0.01) and panel.model.n_hidden == 2
    assert panel.sentence == "Paused. Reset to use the new units."
    panel.reset()
    assert panel.model.n_hidden == 4 and panel.sentence == "Ready: press Start."
    panel.knobs["units"].value = 5  # nothing is lost before the first step
    assert panel.model.n_hidden == 5 and len(panel.earlier) == 1


# ------------------------------------------------------------------------ charts
def test_a_curve_keeps_few_points_and_its_mean():
    curve = drawing.Curve()
    for step in range(1, 10_001):
        curve.add(step, step)
        assert len(curve.x) < drawing.MOST_POINTS
    assert len(curve.x) >= drawing.MOST_POINTS // 2 - 1
    assert curve.x[-1] > 9900 and all(np.diff(curve.x) == curve.stretch)
    np.testing.assert_allclose(curve.y, np.array(curve.x) - (curve.stretch - 1) / 2)


def test_charts_leave_gaps_thin_out_and_cut_off():
    x = np.arange(1000.0)
    y = np.where((x > 300) & (x < 600), np.nan, x)
    drawn = drawing.chart("A & B", "A line < with a gap", [("a", x, y, "red", "")],
                          x=(0, 999), y=(0, 100))
    ElementTree.fromstring(drawn)
    runs = re.findall(r'points="([^"]*)"', drawn)
    assert len(runs) == 2 and sum(len(run.split()) for run in runs) <= 300


def test_a_chart_with_powers_of_ten():
    line = "", [0, 1, 2], [0, 1e-5, 1e5], "red", ""
    drawn = drawing.chart("Title", "A line with a gap", [line],
                          x=(0, 2), y=(-5, 5), dots=[(1, 1.0, "red")], log=True)
    names = re.findall(r'text-anchor="end" style="">([^<]*)<', drawn)
    assert names == ["10⁻⁴", "10⁻²", "1", "10²", "10⁴"]
    assert 'points="146.0,138.0 292.0,0.0"' in drawn  # a 0 has no place there
    assert 'cx="146" cy="69"' in drawn


@pytest.mark.parametrize("low, high", [(0, 1), (0, 10), (-6, 6), (0, 123456), (0, 1e-9),
                                       (-1e9, 1e9)])
def test_ticks_are_round_and_inside(low, high):
    places = drawing.ticks(low, high)
    assert 3 <= len(places) <= 7 and low <= places[0] and places[-1] <= high * 1.0001
    assert {re.sub("[0e+-]|[.]", "", f"{abs(b - a):.3e}")[0] for a, b in
            pairwise(places)} <= {*"125"}


@pytest.mark.parametrize("value, written", [
    (0.25, "0.25"), (-0.0, "0"), (-2.5, "\u22122.5"), (999.4, "999"), (999.6, "1,000"),
    (-12345, "\u221212,345"), (2e9, "2 × 10⁹"), (5.97e-8, "5.97 × 10⁻⁸"),
    (float("nan"), "nan")])
def test_numbers_are_short(value, written):
    assert drawing.number(value) == written
