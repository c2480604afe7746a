"""Run ``python -m benchmarks``."""

import sys

from benchmarks.compare_queue import main

sys.exit(main())
