"""The live panels in JupyterLab, in a real browser, with real kernels.

`make test-browser` installs what this needs and names this file to pytest, which
would not find it by itself. KERNEL_VERSIONS="6.31.0 7.0.1" runs the first part with
these versions of ipykernel, too. The pictures land in a folder that is printed;
PICTURES names another. On a machine that has much else to do, SLACK=3 allows three
times the time.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from lab import CHROMIUM, ROOT, Page, lab, write
from playwright.sync_api import sync_playwright

from rnn_lab import panels
from rnn_lab.panels.base import TrainingPanel

PICTURES = Path(os.environ.get("PICTURES") or tempfile.mkdtemp(prefix="panels-"))
ALL = panels.__all__
TRAINING = [name for name in ALL if issubclass(getattr(panels, name), TrainingPanel)]
CELLS = [
    "import ipykernel, time\nfrom rnn_lab.panels import *\n"
    "import rnn_lab.panels.base as base\nadders = []",
    "panel = AdderPanel()\nadders.append(panel)\npanel",
    "second = AdderPanel()\nsecond",
    "panel.progress.step, second.progress and second.progress.step",
]
ADDER, SECOND, STEPS = 1, 2, 3
VERSIONS = ["installed", *os.environ.get("KERNEL_VERSIONS", "").split()]
SLACK = float(os.environ.get("SLACK", 1))
FREEZE = 500 * SLACK  # milliseconds that neither page nor kernel may stand still


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()
    print("pictures in", PICTURES)


def serve(tmp_path_factory, version="installed"):
    folder, extra = tmp_path_factory.mktemp("lab"), ""
    if version != "installed":
        extra = str(tmp_path_factory.mktemp("ipykernel"))
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps",
                        "--disable-pip-version-check", "--target", extra,
                        f"ipykernel=={version}"], check=True)
    write(folder / "panels.ipynb", CELLS)
    write(folder / "all.ipynb", [CELLS[0], *(f"a_panel = {name}()\na_panel"
                                             for name in ALL)])
    return lab(folder, extra)


# --------------------------------------------------- with each version of the kernel
@pytest.fixture(scope="module", params=VERSIONS)
def versions_address(request, tmp_path_factory):
    with serve(tmp_path_factory, request.param) as address:
        yield address, request.param


@pytest.fixture(scope="module")
def versions_page(browser, versions_address):
    address, version = versions_address
    opened = Page(browser, address)
    opened.run(0)
    assert version in ("installed", opened.ask("ipykernel.__version__").strip("'"))
    opened.run(SECOND)
    yield opened
    opened.close()


@pytest.fixture
def page(versions_page):
    """A page with two panels, the first one made anew."""
    versions_page.run(ADDER)
    versions_page.cell(ADDER).get_by_text("Ready: press Start.").wait_for()
    return versions_page


# From the click to the word on the screen, measured in the page itself.
ANSWER = """([cell, button, word]) => new Promise((found) => {
  const box = document.querySelector(`[data-windowed-list-index='${cell}']`)
  const told = () => box.querySelector('[role=status]').innerText.startsWith(word)
  const begin = performance.now()
  const look = () => told() || performance.now() - begin > 9000
    ? found(performance.now() - begin) : requestAnimationFrame(look)
  ;[...box.querySelectorAll('button')].find(b => b.innerText.trim() == button).click()
  look()
})"""


def test_pause_answers_at_once_and_training_stands_still(page):
    panel = page.cell(ADDER)
    panel.get_by_label("speed").select_option("as fast as it can")
    waits = []
    for _ in range(7):
        page.press(ADDER, "Start")
        panel.get_by_text("Training.").wait_for()
        page.wait(0.15)
        waits.append(page.page.evaluate(ANSWER, [ADDER, "Pause", "Paused."]))
        rests_at = page.ask("panel.progress.step")
        page.wait(0.4)
        assert page.ask("panel.progress.step") == rests_at != "0"
        if int(rests_at) > 5000:
            page.press(ADDER, "Reset")
            panel.get_by_text("Ready: press Start.").wait_for()
    print("Pause on the screen after", [round(wait) for wait in waits], "ms")
    *waits, worst = sorted(waits)  # once the machine itself may have been away
    assert waits[-1] < 250 * SLACK and worst < 1000 * SLACK


def test_other_cells_run_meanwhile(page):
    page.press(ADDER, "Start")
    page.cell(ADDER).get_by_text("Training.").wait_for()
    first = int(page.run(STEPS)[1:].split(",")[0])
    page.wait(0.5)
    second = int(page.run(STEPS)[1:].split(",")[0])
    assert second > first > 0
    page.press(ADDER, "Pause")


def test_running_the_cell_again_leaves_one_run_alive(page):
    running = "sum(adder.running for adder in adders)"
    for comment in ("", "", "  # edited"):
        page.press(ADDER, "Start")
        page.cell(ADDER).get_by_text("Training.").wait_for()
        assert page.ask(running) == "1"
        page.write_cell(ADDER, CELLS[ADDER] + comment)
        page.run(ADDER)
        page.cell(ADDER).get_by_text("Ready: press Start.").wait_for()
        assert page.ask(running) == "0"
    assert int(page.ask("len(panel.earlier)")) >= 3  # what was trained is not lost


def test_two_panels_at_once(page):
    for i in (ADDER, SECOND):
        page.press(i, "Start")
    page.wait(1)
    page.press(ADDER, "Pause")
    page.cell(ADDER).get_by_text("Paused.").wait_for()
    assert page.says(SECOND).startswith("Training.")
    rests_at, before = map(int, re.findall(r"\d+", page.run(STEPS)))
    page.wait(0.5)
    rested, after = map(int, re.findall(r"\d+", page.run(STEPS)))
    assert rested == rests_at and after > before > 0
    page.press(SECOND, "Pause")


def test_a_run_outlives_a_while_of_silence_but_not_its_page(browser, versions_address):
    address, _ = versions_address
    first = Page(browser, address)
    first.run(0)
    first.ask("setattr(base, 'WATCHED', 4)")
    first.run(ADDER)
    first.cell(ADDER).get_by_label("speed").select_option("100 steps a second")
    first.press(ADDER, "Start")
    first.cell(ADDER).get_by_text("Training.").wait_for()
    first.wait(6)
    assert first.ask("panel.running") == "True"  # the page was asked, and answered
    kernel = first.kernel()
    assert first.errors == []
    first.page.close()
    time.sleep(6)
    again = Page(browser, address)
    assert again.kernel() == kernel and again.ask("panel.running") == "False"
    assert "Nobody has watched" in again.ask("panel.sentence")
    again.close()


# ------------------------------------------------------------------- every panel
@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with serve(tmp_path_factory) as served:
        yield served


@pytest.fixture(scope="module")
def whole(browser, address):
    """A page with all panels: {name: its cell} and the page."""
    opened = Page(browser, address, "all.ipynb")
    opened.run(0)
    for i in range(1, len(ALL) + 1):
        opened.run(i)
        opened.cell(i).get_by_role("status").wait_for()
    opened.cells = {name: i for i, name in enumerate(ALL, 1)}
    yield opened
    opened.close()


# Plays with the controls of a panel, as hands and keys would. Meanwhile it looks how
# long the page and the kernel stand still. `ends` turns every knob to both its ends.
PLAY = """
const box = document.querySelector(`[data-windowed-list-index='${argument.cell}'] ` +
                                   '.rnn-panel')
const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel
const frame = () => new Promise(requestAnimationFrame)
let seed = 1, done = false
const chance = (n) => (seed = seed * 48271 % 2147483647) % n
const say = (at, ...kinds) => kinds.forEach((kind) =>
  at.dispatchEvent(new Event(kind, {bubbles: true})))
const acts = []
for (const handle of box.querySelectorAll('[role=slider]')) {
  const key = (key) => () => handle.dispatchEvent(new KeyboardEvent('keydown', {key}))
  acts.push(['Home', 'End', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown'].map(key))
}
for (const list of box.querySelectorAll('select')) {
  const choose = (i) => () => { list.selectedIndex = i; say(list, 'change') }
  const last = list.options.length - 1
  acts.push([choose(0), choose(last), () => choose(chance(last + 1))()])
}
for (const place of box.querySelectorAll('input, textarea')) {
  const type = (text) => () => { place.value = text; say(place, 'input', 'change') }
  acts.push(place.type == 'number' ? [type(place.min), type(place.max), type(7)]
    : place.type == 'checkbox' ? [() => place.click(), () => place.click()]
    : [type(''), type('Zoë <b>said "no" & 日本</b> \\u{1F642}'), type('the ferry')])
}
const buttons = [...box.querySelectorAll('button')].filter((b) => b.offsetParent)
const gaps = [], waits = []
const watch = (async () => {
  for (let last = performance.now(); !done; last = gaps.at(-1)[1]) {
    await frame()
    gaps.push([performance.now() - last, performance.now()])
  }
})()
const ask = (async () => {
  while (!done) {
    const begin = performance.now()
    await kernel.requestExecute({code: '', silent: true}).done
    waits.push(performance.now() - begin)
    await new Promise((rest) => setTimeout(rest, 20))
  }
})()
if (argument.ends) {
  for (const act of acts) for (const to of act.slice(0, 2)) {
    to()
    await frame(); await frame()
    for (const name of ['Reset', 'Step'])
      buttons.find((b) => b.innerText.trim() == name)?.click()
    await kernel.requestExecute({code: '', silent: true}).done
  }
} else {
  for (let i = 0; i < 200; i++) {
    const many = buttons.length && chance(2)
    const act = many ? null : acts[chance(acts.length)]
    many ? buttons[chance(buttons.length)].click() : act[chance(act.length)]()
    await new Promise((rest) => setTimeout(rest, 30))  // as fast as a held key
  }
  buttons.find((b) => b.innerText.trim() == 'Pause')?.click()
}
await new Promise((rest) => setTimeout(rest, 300))
done = true
await Promise.all([watch, ask])
return [acts.length, Math.max(...gaps.map(([gap]) => gap)), Math.max(...waits)]
"""


@pytest.mark.parametrize("how", ["both ends", "at random"])
@pytest.mark.parametrize("name", ALL)
def test_turning_its_knobs_freezes_nothing(whole, name, how):
    i = whole.cells[name]
    whole.cell(i)
    n_knobs, page_froze, kernel_froze = whole.js(
        PLAY, {"cell": i, "ends": how == "both ends"})
    print(f"{name}, {n_knobs} knobs {how}: the page stood still for {page_froze:.0f} "
          f"ms at most, the kernel for {kernel_froze:.0f} ms")
    assert "at a loss" not in whole.says(i)
    assert n_knobs > 0
    assert whole.errors == []
    assert page_froze < FREEZE and kernel_froze < FREEZE


@pytest.mark.parametrize("name", ALL)
def test_every_control_has_a_name_and_is_reached_by_the_tab_key(whole, name):
    i = whole.cells[name]
    whole.run(i)
    panel = whole.cell(i).locator(".rnn-panel")
    panel.get_by_role("status").wait_for()
    whole.wait(0.7)
    controls = re.findall(
        r"- (slider|combobox|spinbutton|textbox|button|img|progressbar)\b(.*)",
        panel.aria_snapshot())
    assert len(controls) >= 3
    assert [kind for kind, called in controls if '"' not in called] == []
    reached = """(box) => [...box.querySelectorAll(
      'button, select, input, textarea, [role=slider]')].filter((part) =>
        part.offsetParent && !part.disabled)"""
    n_controls = panel.evaluate(f"(box) => ({reached})(box).length")
    panel.evaluate(f"(box) => (window.seen = new Set(), ({reached})(box)[0].focus())")
    for _ in range(3 * n_controls):
        panel.evaluate(f"(box) => ({reached})(box).filter((part) => "
                       "part == document.activeElement).forEach((p) => seen.add(p))")
        whole.page.keyboard.press("Tab")
    assert whole.page.evaluate("seen.size") == n_controls


@pytest.mark.parametrize("name", TRAINING)
def test_the_keyboard_trains(whole, name):
    i = whole.cells[name]
    whole.run(i)
    whole.cell(i).get_by_text("Ready: press Start.").wait_for()
    whole.cell(i).locator("button", has_text="Step").focus()
    whole.page.keyboard.press("Space")
    whole.cell(i).get_by_text("step 1 of").wait_for()
    whole.page.keyboard.press("Enter")
    whole.cell(i).get_by_text("step 2 of").wait_for()
    told = whole.cell(i).locator(".rnn-told > [aria-live=polite]")
    assert told.inner_text().startswith("Paused.")


def test_a_slider_by_the_keyboard(whole):
    i = whole.cells["SwitchPanel"]
    whole.run(i)
    whole.wait(0.7)
    whole.cell(i).get_by_role("slider", name="weight w").focus()
    for _ in range(4):
        whole.page.keyboard.press("ArrowRight")
    whole.cell(i).get_by_text("p = 0.993").wait_for()  # w = 5
    assert whole.says(i).startswith("z = w x + b = 5, p = 0.993")


def test_a_rate_that_is_too_large_gets_advice(whole):
    i = whole.cells["AdderPanel"]
    whole.run(i)
    panel = whole.cell(i)
    panel.get_by_label("loss", exact=True).select_option("cross entropy")
    panel.get_by_role("slider", name="learning rate").focus()
    whole.page.keyboard.press("End")
    whole.press(i, "Start")
    panel.get_by_text("Try a learning rate below 100, and Reset.").wait_for()
    whole.press(i, "Pause")


# Lists what is wider than its place, and words that leave their picture.
OUTSIDE = """(box) => [...box.querySelectorAll('*')].filter((part) => {
  const picture = part.closest('svg svg') ? null : part.closest('svg')
  if (part.tagName == 'text' && picture) {
    const word = part.getBoundingClientRect(), all = picture.getBoundingClientRect()
    return word.left < all.left - 1 || word.right > all.right + 1 ||
      word.top < all.top - 1 || word.bottom > all.bottom + 1
  }
  return !part.closest('svg, .noUi-base') && part.clientWidth > 0 &&
    part.scrollWidth > part.clientWidth + 1 &&
    getComputedStyle(part).overflowX != 'auto'
}).map((part) => part.outerHTML)"""


@pytest.mark.parametrize("theme", ["Light", "Dark"])
@pytest.mark.parametrize("width", [1100, 880, 700])  # 880: 1,100 at a zoom of 125 %
def test_how_it_looks(whole, width, theme):
    """Take pictures, for eyes; nothing may leave its panel."""
    PICTURES.mkdir(exist_ok=True)
    whole.page.set_viewport_size({"width": width, "height": 1400})
    whole.js("await jupyterapp.commands.execute('apputils:change-theme', "
             "{theme: `JupyterLab ${argument}`})", theme)
    for name, i in whole.cells.items():
        if (width, theme) == (1100, "Light"):
            whole.run(i)
            if name in TRAINING:
                whole.cell(i).get_by_text("Ready: press Start.").wait_for()
                whole.press(i, "Start")
                whole.wait(2)
                whole.press(i, "Pause")
                whole.cell(i).get_by_text("Paused.").wait_for()
        box = whole.cell(i).locator(".rnn-panel")
        whole.wait(0.3)
        box.screenshot(path=PICTURES / f"{name}-{width}-{theme.lower()}.png")
        assert box.evaluate(OUTSIDE) == [], name


# ---------------------------------------------------------- where nothing is live
@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A notebook with a panel, stored by the project's own tool."""
    path = tmp_path_factory.mktemp("stored") / "stored.ipynb"
    write(path, ["from rnn_lab.panels import AdderPanel", "AdderPanel()"],
          {"alt": "The loss falls and the share of right sums rises."})
    subprocess.run([sys.executable, ROOT / "tools" / "refresh.py", path], check=True,
                   env={**os.environ, "PYTHONPATH": str(ROOT)})
    return path


def test_the_stored_picture_stands_where_no_kernel_runs(browser, stored):
    with lab(stored.parent) as address:
        opened = Page(browser, address, "stored.ipynb")
        picture = opened.cell(1).locator(".jp-OutputArea img")
        picture.wait_for()
        assert picture.evaluate("img => img.naturalWidth") > 500
        picture.screenshot(path=PICTURES / "stored.png")
        opened.close()


def test_the_stored_picture_stands_in_a_page(browser, stored):
    subprocess.run([sys.executable, "-m", "jupyter", "nbconvert", "--to", "html",
                    "--template", "classic", stored], check=True, capture_output=True)
    opened = browser.new_page(viewport={"width": 1100, "height": 900})
    opened.goto(stored.with_suffix(".html").as_uri(), wait_until="domcontentloaded")
    picture = opened.get_by_role(
        "img", name="The loss falls and the share of right sums rises.")
    assert picture.evaluate("img => img.naturalWidth") > 500
    opened.close()
