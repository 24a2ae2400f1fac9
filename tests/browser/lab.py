"""JupyterLab in a browser, for the tests: a server, and a notebook's page to play."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat.v4

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, (
    "chromium", "chromium-browser", "google-chrome"))), None)


def write(path, sources, metadata=None):
    """Write a notebook with these code cells."""
    cells = [nbformat.v4.new_code_cell(source, metadata=metadata or {})
             for source in sources]
    python = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nb = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": python})
    path.write_text(nbformat.v4.writes(nb))


@contextmanager
def lab(folder, extra_path=""):
    """Serve a folder with JupyterLab, and give its address without the page."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(
        json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    private = {f"JUPYTER_{name}_DIR": str(folder / name.lower())
               for name in ("CONFIG", "RUNTIME", "DATA")}
    # The kernels find this copy of the course and this version of ipykernel first.
    path = os.pathsep.join(filter(None, [extra_path, str(ROOT)]))
    env = {**os.environ, **private, "PYTHONPATH": path,
           "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
           "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces")}
    with open(folder / "lab.log", "w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
             f"--port={port}", "--ServerApp.port_retries=0",
             "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}",
             "--LabApp.expose_app_in_browser=True"],
            env=env, cwd=folder, stdout=log, stderr=log)
    address = f"http://localhost:{port}"
    try:
        for _ in range(300):
            time.sleep(0.2)
            try:
                urllib.request.urlopen(f"{address}/api", timeout=5)
                break
            except OSError:
                assert server.poll() is None, (folder / "lab.log").read_text()
        yield address
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


class Page:
    """A notebook in the browser."""

    def __init__(self, browser, address, notebook="panels.ipynb"):
        self.page = browser.new_page(viewport={"width": 1100, "height": 900})
        self.errors = []
        self.page.on("console", lambda m: self.errors.append(m.text)
                     if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{address}/lab/tree/{notebook}?reset")
        self.page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.isReady && "
            "document.querySelectorAll('.jp-Notebook .jp-Cell').length", timeout=60_000)
        self.page.evaluate("jupyterapp.shell.collapseLeft()")

    def close(self):
        """Shut the kernel down and close the page, which must have had no error."""
        assert self.errors == []
        self.js("await jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.close()

    def js(self, code, argument=None):
        """Run JavaScript in which `nb` is the notebook."""
        return self.page.evaluate(
            "async (argument) => { const nb = jupyterapp.shell.currentWidget.content; "
            f"{code} }}", argument)

    def kernel(self):
        return self.js("return jupyterapp.shell.currentWidget.sessionContext"
                       ".session.kernel.id")

    def run(self, i):
        """Run a cell, which may not fail or print; give the text of its result."""
        self.js("nb.activeCellIndex = argument; nb.deselectAll(); "
                "await jupyterapp.commands.execute('notebook:run-cell')", i)
        outputs = self.js("return nb.widgets[argument].model.outputs.toJSON()", i)
        assert all("data" in output for output in outputs), outputs
        return "".join(output["data"]["text/plain"] for output in outputs)

    def write_cell(self, i, source):
        self.js("nb.widgets[argument[0]].model.sharedModel.setSource(argument[1])",
                [i, source])

    def ask(self, expression):
        """Let the kernel say what an expression is worth."""
        return self.js("""
            const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel
            const asked = kernel.requestExecute({
              code: '', silent: true, user_expressions: {worth: argument}})
            const told = (await asked.done).content.user_expressions.worth
            return told.data?.['text/plain'] ?? told.evalue""", expression)

    def cell(self, i):
        """Find a cell's place in the page."""
        self.js("nb.activeCellIndex = argument; "
                "await nb.scrollToItem(argument, 'start')", i)
        return self.page.locator(f".jp-Cell[data-windowed-list-index='{i}']")

    def press(self, i, button):
        self.cell(i).locator("button", has_text=button).click()

    def says(self, i):
        return self.cell(i).get_by_role("status").inner_text()

    def wait(self, seconds):
        self.page.wait_for_timeout(1000 * seconds)
