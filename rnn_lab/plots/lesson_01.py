"""Pictures of lesson 1."""

import matplotlib.pyplot as plt
import numpy as np

from .base import BLUE, GREY, INK, RED, SKY

STYLES = ["-", "--", "-.", ":"]


def soft_switches(x, panels: dict):
    """Draw families of soft switches, one panel a family, with a dot where each says
    one half.

    - x: of shape (n,);  panels: {title: {name: values from 0 to 1, of shape (n,)}}
    Returns the figure.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(7.4, 3.7), sharey=True,
                             squeeze=False)
    for ax, (title, lines) in zip(axes[0], panels.items(), strict=True):
        ax.axhline(0.5, color=GREY, linewidth=1, linestyle=":")
        for style, (name, p) in zip(STYLES, lines.items(), strict=False):
            (line,) = ax.plot(x, p, linestyle=style, label=name)
            ax.plot(x[np.argmin(abs(p - 0.5))], 0.5, "o", color=line.get_color())
        ax.set(title=title, xlabel="input x")
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, fontsize=10)
    axes[0, 0].set(ylabel="output p", yticks=[0, 0.25, 0.5, 0.75, 1])
    return fig


def tangents(z, p, slope, places, *, reach=1.7):
    """Draw a curve with a tangent that moves along it, above the curve's slope.

    - z, p, slope: the curve and its derivative, of shape (n,), z rising
    - places: where to stop the tangent and mark it, of shape (m,)
    - reach: half a tangent's width
    Returns the figure.
    """
    fig, (top, low) = plt.subplots(2, 1, figsize=(7.2, 6.4), sharex=True,
                                   height_ratios=[1.7, 1])
    for place in np.linspace(z[0] + reach, z[-1] - reach, 39):
        top.plot(*_tangent(z, p, slope, place, reach), color=SKY, linewidth=0.6)
    top.plot(z, p, color=BLUE, linewidth=3.5)
    low.plot(z, slope, color=BLUE, linewidth=2.4)
    for place in places:
        height, steepness = np.interp(place, z, p), np.interp(place, z, slope)
        top.plot(*_tangent(z, p, slope, place, reach), color=RED, linewidth=1.8)
        top.plot(place, height, "o", color=RED, markersize=6)
        low.vlines(place, 0, steepness, color=RED, linewidth=1.2, linestyle=":")
        low.plot(place, steepness, "o", color=RED, markersize=6)
        side = np.sign(place)  # labels stand beside the bell, not on it
        low.annotate(f"{steepness:.2g}", (place, steepness), (9 * side, 5 - abs(side)),
                     ha=["center", "left", "right"][int(side)], color=INK,
                     va="bottom", textcoords="offset points", fontsize=10)
    top.set(title="A tangent moves along the sigmoid", ylabel="output p",
            yticks=[0, 0.25, 0.5, 0.75, 1], ylim=(-0.17, 1.17))
    low.set(title="How steep it is at each place: p (1 - p)", ylabel="slope",
            xlabel="z, the log odds", ylim=(0, 0.31), yticks=[0, 0.125, 0.25])
    return fig


def _tangent(z, p, slope, place, reach):
    """Give the ends of the tangent at a place: (places, heights)."""
    ends = np.array([-reach, reach])
    return place + ends, np.interp(place, z, p) + ends * np.interp(place, z, slope)


def siblings(z, lines: dict, slopes: dict, *, ylim=(-1.15, 2.1)):
    """Draw activation functions on the left and their slopes on the right.

    - z: of shape (n,);  lines, slopes: {name: values of shape (n,)}, the same names
    - ylim: what the left panel shows
    Where a line jumps by more than a half, it is left open.
    Returns the figure.
    """
    fig, axes = plt.subplots(1, 2, figsize=(7.4, 3.7), sharex=True)
    for ax, family in zip(axes, (lines, slopes), strict=True):
        ax.axhline(0, color=GREY, linewidth=1)
        ax.axvline(0, color=GREY, linewidth=1)
        for style, (name, values) in zip(STYLES, family.items(), strict=False):
            jump = np.abs(np.diff(values, prepend=values[0])) > 0.5
            ax.plot(z, np.where(jump, np.nan, values), linestyle=style, label=name)
        ax.set(xlabel="z")
    axes[0].set(title="What they give", ylabel="output", ylim=ylim)
    axes[1].set(title="How steep they are", ylabel="slope", yticks=[0, 0.25, 0.5, 1])
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center",
               ncols=len(lines), fontsize=10.5)
    return fig
