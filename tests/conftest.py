"""The surroundings that every test and every notebook kernel gets."""

import os

# Kernels inherit these. Read before NumPy is imported, so it stands first.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # fastest for small matrices
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")  # or jupyter_core warns
os.environ.pop("MPLBACKEND", None)  # another backend would draw nothing in a cell
