"""Live panels: knobs to turn, and training to watch and to pause.

`base` has what they share, `drawing` their charts; the others, one lesson's each.
"""

from .lesson_01 import SwitchPanel
from .lesson_02 import DescentPanel
from .lesson_04 import BlamePanel
from .lesson_05 import AdderPanel
from .lesson_06 import CarryPanel
from .lesson_07 import GradientFlowPanel
from .lesson_08 import RacePanel
from .lesson_09 import TemperaturePanel
from .lesson_11 import WriterPanel
from .lesson_12 import ReaderPanel

__all__ = [
    "AdderPanel",
    "BlamePanel",
    "CarryPanel",
    "DescentPanel",
    "GradientFlowPanel",
    "RacePanel",
    "ReaderPanel",
    "SwitchPanel",
    "TemperaturePanel",
    "WriterPanel",
]
