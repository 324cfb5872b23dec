"""The checks of the whole, at the level that a person sees wherever that is possible."""

import os

# Before NumPy is loaded. A process may hang in fork() while another of its threads computes in OpenBLAS's pool, and the
# PostgreSQL of the tests is started by fork() where root starts it, perhaps beside a bot that builds its index.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
