"""The mechanism of the live panels: knobs, views, and training that can be paused.

A run shares one processor with your cells and with the buttons: it works for a
fiftieth of a second, gives way to whatever waits, and works on. So a button answers
at once, and other cells run as usual. (Work in a thread, or in the function that a
button calls, would make Pause wait until training is over.)

Whatever a button or a knob calls only notes what is wanted, since it may come from
another thread. All work is done by `_serve`, which the kernel's own loop runs.
"""

import asyncio
import base64
import html
import io
import math
import time
from collections.abc import Iterator
from typing import NamedTuple

import ipywidgets as widgets
from IPython import get_ipython
from matplotlib.figure import Figure

from .drawing import BLUE, INK, Curve

SLICE = 0.03  # seconds of work before others have their turn
WATCHED = 120  # seconds that a run goes on when no page shows it
SPEEDS = {"as fast as it can": 0.0, "1,000 steps a second": 1 / 1000,
          "100 steps a second": 1 / 100, "10 steps a second": 1 / 10}
COLUMNS = "repeat(auto-fit, minmax(min(20em, 100%), 1fr))"  # side by side, if they fit
# What widgets leave out for screen readers. A slider's handle and its number get the
# name of its label, and the place of the sentence becomes one that is followed.
NAMES = """<img src="data:," alt="" hidden onerror="
const name = (times) => {
  const panel = this.closest('.rnn-panel');
  panel?.querySelectorAll('.widget-slider').forEach((slider) => slider
    .querySelectorAll('[role=slider], [contenteditable]').forEach((part) =>
      part.setAttribute('aria-label', slider.querySelector('label').textContent)));
  panel?.querySelector('.rnn-told > .widget-html-content')
    ?.setAttribute('aria-live', 'polite');
  if (times) setTimeout(name, 500, times - 1);
};
name(20);
">"""
_made = {}  # cell: (its last run, the panels that this run made)


class Knob(NamedTuple):
    """A control in words; `label` is also its name in the code.

    - kind and span: "slider" (low, high, step), "log slider" (low, high),
      "stops", a slider over the values in span, "choice" of the values in span,
      "number", a whole one to type (low, high), "text" or "passage", of several
      lines, with an empty span
    - at_once: whether it acts at once, or from the next Reset on
    """

    label: str
    kind: str
    value: object
    span: tuple = ()
    at_once: bool = True

    def widget(self) -> widgets.Widget:
        """Make the control."""
        look = {"description": self.label, "value": self.value,
                "style": {"description_width": "7.5em"},
                "layout": widgets.Layout(width="auto", margin="2px 0")}
        if self.kind == "slider":
            whole = all(isinstance(part, int) for part in self.span)
            kind = widgets.IntSlider if whole else widgets.FloatSlider
            low, high, step = self.span
            return kind(min=low, max=high, step=step, **look)
        if self.kind == "log slider":
            low, high = (math.log10(end) for end in self.span)
            return widgets.FloatLogSlider(min=low, max=high, step=0.05,
                                          readout_format=".3g", **look)
        if self.kind == "stops":
            stops = [(f"{stop:,}".replace("-", "\u2212"), stop) for stop in self.span]
            return widgets.SelectionSlider(options=stops, **look)
        if self.kind == "choice":
            return widgets.Dropdown(options=list(self.span), **look)
        if self.kind == "number":
            return widgets.BoundedIntText(min=self.span[0], max=self.span[1], **look)
        if self.kind == "passage":
            return widgets.Textarea(continuous_update=self.at_once, rows=3, **look)
        return widgets.Text(continuous_update=False, **look)


class Panel:
    """Knobs above views that follow them.

    A panel of its own says in `KNOBS` what it has, in `draw` and `tell` what it shows,
    and in `still` what is seen where no kernel runs. It shows itself as the last line
    of a cell. `knobs` holds the controls, {label: widget}, `views` what was drawn.
    """

    KNOBS: tuple[Knob, ...] = ()
    REDRAWS = HAND = 20  # a second, at most; of HAND when a hand asks for them
    clock = staticmethod(time.monotonic)

    def __init__(self):
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:  # plain Python: all is done at once
            self._loop = None
        self._serving, self._stale, self._urgent = False, True, False
        self._touched_at = self.clock()
        self._drawn_at = self._said_at = -math.inf
        self.sentence = self._news = ""  # what is said, and what is to be said
        self.knobs = {knob.label: knob.widget() for knob in self.KNOBS}
        self.views, self._canvas, self._status = {}, page(), page()
        self._status.add_class("rnn-told")
        for knob in self.KNOBS:
            self.knobs[knob.label].observe(
                lambda change, knob=knob: self.turned(knob), "value")
        self.box = widgets.VBox([*self.parts(), page(NAMES)], layout=widgets.Layout(
            max_width="60em", padding="4px 12px 8px 4px", overflow="hidden"))
        self.box.add_class("rnn-panel")
        for older in _older(self):
            self.follow(older)
        self._turn(hurry=True)

    @property
    def settings(self) -> dict:
        """What the knobs say now: {label: value}."""
        return {label: knob.value for label, knob in self.knobs.items()}

    # What a panel of its own may say otherwise.
    def parts(self) -> list[widgets.Widget]:
        """List what stands below one another in the panel."""
        return [grid(self.knobs.values()), self._status, self._canvas]

    def draw(self) -> dict[str, str]:
        """Draw the latest state, for views side by side: {name: HTML}."""
        raise NotImplementedError

    def tell(self) -> str:
        """Say how things stand, in a few sentences; called after `draw`."""
        return ""

    def still(self, fig: Figure) -> None:
        """Draw what is seen without a kernel, the same on every call."""
        raise NotImplementedError

    def turned(self, knob: Knob) -> None:
        """Note that a knob was turned."""
        self._stale = True
        self._ask()

    def fail(self) -> None:
        """Stop all work after an error."""

    def follow(self, older: "Panel") -> None:
        """Take over from a panel that an earlier run of the same cell has made."""
        older.retire()

    def retire(self) -> None:
        """Come to rest: another panel takes over."""

    # The machinery.
    def _ask(self) -> None:
        """Have what is wanted done soon; any thread may call this."""
        self._touched_at = self.clock()
        if self._loop is not None and self._loop.is_running():
            asyncio.run_coroutine_threadsafe(self._serve(), self._loop)
        else:
            self._turn(hurry=True)

    async def _serve(self) -> None:
        """Take turns with the rest of the kernel until nothing more is wanted."""
        if self._serving:
            return
        self._serving = True
        try:
            while (wait := self._turn()) is not None:
                for _ in range(8):  # a message takes some five rounds of the loop
                    await asyncio.sleep(0)
                await asyncio.sleep(min(wait, 0.05))
        finally:
            self._serving = False

    def _turn(self, hurry=False) -> float | None:
        """Do a slice of what is wanted; what goes wrong is shown in the panel.

        - hurry: whether to show it now, however soon after the last time
        Returns the seconds to wait for the next turn, or None if all is done.
        """
        try:
            return self.work(hurry)
        except Exception as error:  # it would vanish in the loop without a word
            self._stale = False
            self.fail()
            self._say(f"The panel is at a loss: {type(error).__name__}: {error}")
            return None

    def work(self, hurry: bool) -> float | None:
        """Show what is new, if it is time; the contract is that of `_turn`."""
        now = self.clock()
        if self._stale:
            pace = self.HAND if self._urgent else self.REDRAWS
            wait = self._drawn_at + 1 / pace - now
            if wait > 0 and not hurry:
                return wait
            hurry, self._urgent = hurry or self._urgent, False
            self._redraw()
        if self._news != self.sentence:
            wait = self._said_at + 1 - now  # or a screen reader could not follow
            if wait > 0 and not hurry:
                return wait
            self._say(self._news)
        return None

    def _redraw(self) -> None:
        self._stale = False
        self.views = self.draw()
        self._canvas.value = (  # in one piece: each message has its price
            f'<div style="display: grid; gap: 2px 20px; grid-template-columns: '
            f'{COLUMNS}">{"".join(self.views.values())}</div>')
        self._news, self._drawn_at = self.tell(), self.clock()

    def _say(self, sentence: str) -> None:
        """Show a sentence below the knobs, where a screen reader follows it."""
        self.sentence = self._news = sentence
        self._said_at = self.clock()
        words = html.escape(sentence, quote=False)
        self._status.value = (
            '<div role="status" aria-live="polite" style="min-height: 2.8em; '
            f'line-height: 1.4; padding: 4px 0; color: {INK}">{words}</div>')

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        """Show the live panel, or a picture of it where there is no kernel."""
        fig = Figure(figsize=(7.4, 4.2), dpi=100)
        self.still(fig)
        picture = io.BytesIO()
        fig.savefig(picture, format="png", metadata={"Software": None})
        name = type(self).__name__
        return {
            "text/plain": f"{name}: run this cell in Jupyter to turn its knobs",
            "image/png": base64.b64encode(picture.getvalue()).decode(),
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2, "version_minor": 0, "model_id": self.box.model_id},
        }


class TrainingPanel(Panel):
    """A panel that trains: Start, Pause, Step and Reset, and a bar of the steps.

    A panel of its own says in `begin` how to make the model and train it. `model` is
    the network as it stands and can be used at any time. Reset, or another run of the
    cell, makes a new one and puts a trained one into the list `earlier`. `progress` is
    what the last step gave, or None before the first; `losses` is a `Curve`.
    In plain Python, where no loop runs, `step` works, and `start` tells that.
    """

    REDRAWS = 5
    STEPS = 10_000  # how far Start goes
    SPEED = "as fast as it can"

    def __init__(self):
        self.KNOBS = (*self.KNOBS, Knob("speed", "choice", self.SPEED, (*SPEEDS,)))
        self.running, self.model, self.progress, self.earlier = False, None, None, []
        self._n_asked, self._wants_reset = 0, True
        self._bar = page()
        # Told to play, a page that shows the panel counts this up: it is still there.
        self._pulse = widgets.Play(max=10**9, interval=10**6,
                                   layout=widgets.Layout(display="none"))
        self._pulse.observe(self._answered, "value")
        super().__init__()

    @property
    def step_now(self) -> int:
        """The steps made since the last Reset."""
        return self.progress.step if self.progress else 0

    # What a panel of its own says.
    def begin(self, settings: dict) -> Iterator:
        """Make `model` anew, and give an iterator over the `Progress` of training."""
        raise NotImplementedError

    def tune(self, settings: dict) -> None:
        """Pass on what the knobs that act at once say; called before any work."""

    def news(self) -> str:
        """Say how it goes, or what to try if it goes badly, in a sentence."""
        return ""

    # What the buttons do. All of them may come from another thread.
    def start(self) -> None:
        """Train until `pause`, or for `STEPS` steps, or until the page is closed."""
        if self._loop is None or not self._loop.is_running():
            self._rest("Only a notebook can train on its own. Here use step().")
            self._turn(hurry=True)
            return
        if self.step_now >= self._goal:
            self._goal += self.STEPS
        self._want(running=True)

    def pause(self) -> None:
        """Rest; `start` goes on."""
        self._n_asked = 0
        self._want(running=False)

    def step(self) -> None:
        """Make one step and rest."""
        self._n_asked += 1
        self._want(running=False)

    def reset(self) -> None:
        """Begin anew with what the knobs say, and rest."""
        self._n_asked, self._wants_reset = 0, True
        self._want(running=False)

    def _want(self, running: bool) -> None:
        if running or self._n_asked:
            self.trouble = ""
        self.running, self._urgent, self._stale = running, True, True
        self._ask()

    def _answered(self, change) -> None:
        self._touched_at = self.clock()

    # What the machinery of `Panel` asks for.
    def parts(self) -> list[widgets.Widget]:
        groups = []
        for heading, at_once in (("From the next Reset on", False), ("At once", True)):
            knobs = [self.knobs[k.label] for k in self.KNOBS if k.at_once == at_once]
            groups += [caption(heading), grid(knobs)] if knobs else []
        buttons = [
            button("Start", "play", "Train until Pause", self.start),
            button("Pause", "pause", "Rest; Start goes on", self.pause),
            button("Step", "step-forward", "Make one step and rest", self.step),
            button("Reset", "undo", "Begin anew with what the knobs say; a trained "
                   "network goes to the list .earlier of the panel", self.reset)]
        row = widgets.Layout(flex_flow="row wrap", align_items="center",
                             margin="8px 0 0 0")
        return [*groups, widgets.Box([*buttons, self._bar, self._pulse], layout=row),
                self._status, self._canvas]

    def turned(self, knob: Knob) -> None:
        if not knob.at_once and self.progress is None:
            self._wants_reset = True  # nothing is lost
        super().turned(knob)

    def fail(self) -> None:
        self.running, self._n_asked = False, 0
        self._wants_reset = self._training is None  # try again when a knob is turned

    def follow(self, older: Panel) -> None:
        super().follow(older)
        if isinstance(older, TrainingPanel):
            self.earlier += older.earlier + [older.model] * bool(older.progress)

    def retire(self) -> None:
        self.pause()

    def work(self, hurry: bool) -> float | None:
        settings, rest = self.settings, 0.0
        if self._wants_reset:
            self._begin(settings)  # work enough for one turn
            self.tune(settings)
            return super().work(hurry) or 0.0
        self.tune(settings)
        if self._n_asked:
            self._n_asked -= 1
            self._advance()
            self._urgent = True
        elif self.running:
            rest = self._train(SPEEDS[settings["speed"]])
        wait = super().work(hurry)
        return rest if self.running or self._n_asked or self._wants_reset else wait

    def _begin(self, settings: dict) -> None:
        if self.progress:
            self.earlier.append(self.model)
        self._wants_reset, self._training, self.progress = False, None, None
        self.losses, self.trouble = Curve(), ""
        self._made_with, self._goal = settings, self.STEPS
        self._end = "There is nothing more to learn from. Press Reset."
        self._next_at = self._turn_at = self.clock()
        self._training = self.begin(settings)
        self._urgent = self._stale = True

    def _train(self, pause: float) -> float:
        """Make the steps of one slice, with a pause after each; give the time to rest.
        """
        now = self.clock()
        if now - self._turn_at > 1:  # another cell had the processor, or it was paused
            self._touched_at += now - self._turn_at
        self._turn_at = now
        silence = now - self._touched_at
        self._pulse.playing = silence > WATCHED / 2 and silence % 10 < 5
        if silence > WATCHED:
            self._rest("Nobody has watched for a while, so it rests. Start goes on.")
        clock, advance, end = self.clock, self._advance, now + SLICE
        due = max(self._next_at, now - SLICE)  # what was missed is not made up for
        while self.running and due <= clock() < end:
            due += pause
            advance()
        self._next_at = due
        return max(due - clock(), 0.0)

    def _advance(self) -> None:
        """Make one step of training, and note what comes of it."""
        try:
            self.progress = progress = next(self._training)
        except FloatingPointError as error:
            self._end = f"Training ran away: {error}. Then press Reset."
            self._rest(self._end)
        except StopIteration:  # there are no more steps, after an error for one
            self._rest(self._end)
        else:
            self.losses.add(progress.step, progress.loss)
            self._stale = True
            if progress.step >= self._goal:
                self._rest(f"{self._goal:,} steps are done. Start goes on.")

    def _rest(self, why: str) -> None:
        self.running, self.trouble = False, why
        self._urgent = self._stale = True

    def tell(self) -> str:
        settings = self.settings
        changed = [knob.label for knob in self.KNOBS if not knob.at_once
                   and settings[knob.label] != self._made_with[knob.label]]
        if self.trouble:
            state = self.trouble
        elif self.running:
            state = "Training."
        else:
            state = "Paused." if self.progress else "Ready: press Start."
        waits = f"Reset to use the new {' and '.join(changed)}." if changed else ""
        return " ".join(filter(None, [state, waits, self.news()]))

    def _redraw(self) -> None:
        self._bar.value = (
            f'<div style="line-height: 1.4; padding: 4px; color: {INK}">'
            f'<progress aria-label="steps of training" max="{self._goal}" '
            f'value="{self.step_now}" style="width: 11em; accent-color: {BLUE}">'
            f"</progress> step {self.step_now:,} of {self._goal:,}</div>")
        super()._redraw()


def page(value="") -> widgets.HTML:
    """Make a place for text and pictures."""
    return widgets.HTML(value, layout=widgets.Layout(
        width="auto", min_width="0", margin="0"))


def caption(words: str) -> widgets.HTML:
    """Make a heading for a group of knobs."""
    return page(f'<div style="line-height: 1.6; color: {INK}; font-weight: 600">'
                f"{words}</div>")


def button(name: str, icon: str, tip: str, act) -> widgets.Button:
    """Make a button that calls `act`."""
    made = widgets.Button(description=name, icon=icon, tooltip=tip,
                          layout=widgets.Layout(width="6.5em"))
    made.on_click(lambda _: act())
    return made


def grid(children) -> widgets.GridBox:
    """Set things side by side, two or as many as there is room for."""
    return widgets.GridBox(list(children), layout=widgets.Layout(
        grid_template_columns=COLUMNS, grid_gap="2px 20px"))


def _older(panel: Panel) -> list[Panel]:
    """List the panels that the last run of this cell has made, before this one."""
    parent = getattr(get_ipython(), "get_parent", dict)() or {}
    run = parent.get("header", {}).get("msg_id")
    # Not every front end names the cell; then its code has to stand for it.
    cell = (parent.get("metadata", {}).get("cellId")
            or parent.get("content", {}).get("code"))
    if cell is None:
        return []
    last_run, made = _made.get(cell, (run, []))
    if last_run == run:  # the same cell makes several
        _made[cell] = run, [*made, panel]
        return []
    _made[cell] = run, [panel]
    return made
