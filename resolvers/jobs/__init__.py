"""Long work (长任务): asked for in an act, done by the worker as whoever asked, with progress to look at."""
