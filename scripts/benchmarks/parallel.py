"""Work in several processes."""
import multiprocessing
import os
import signal


def in_parallel(work, jobs):
    """The results of `work` for all jobs, in any order, by as many processes as there are cores."""
    if not jobs:
        return
    # The handler of the parent would raise an exception in a worker that waits for a lock.
    with multiprocessing.Pool(min(len(jobs), os.cpu_count() or 1), signal.signal, (signal.SIGTERM, signal.SIG_DFL)) as pool:
        yield from pool.imap_unordered(work, jobs)
        pool.close()
        pool.join()
