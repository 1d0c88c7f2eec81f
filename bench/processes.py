"""What the kernel says of processes: their processor time and memory, and on which core they run."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# The servers have the first core for themselves; database, load and the benchmark share the last.
_CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, OTHER_CORE = _CORES[0], _CORES[-1]
_BUSY = 0.5
_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _OWN, _CHILDREN = 1, slice(11, 13), slice(13, 15)


def pin(pid: int, core: int) -> None:
    """Hold a process, and what it starts from now on, to one core; one that is gone does not mind."""
    with suppress(ProcessLookupError):
        os.sched_setaffinity(pid, {core})


def family(pid: int) -> list[int]:
    """List a process and its children."""
    found = [pid]
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            fields = _stat(int(entry.name))
            if fields and int(fields[_PARENT]) == pid:
                found.append(int(entry.name))
    return found


def seconds(pid: int) -> float:
    """Tell the processor time that a process with all its threads took so far, in seconds."""
    fields = _stat(pid)
    return sum(map(int, fields[_OWN])) / _TICKS if fields else 0.0


def family_seconds(pid: int) -> float:
    """Tell the processor time of a process, its children and those of them that ended, in seconds."""
    fields = _stat(pid)
    ended = sum(map(int, fields[_CHILDREN])) / _TICKS if fields else 0.0
    return ended + sum(map(seconds, family(pid)))


def memory(pid: int) -> float:
    """Tell the resident memory of a process in MiB; 0 for one that is gone."""
    with suppress(OSError):
        told = (_PROC / str(pid) / "status").read_text(encoding="ascii", errors="replace")
        for line in told.splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _stat(pid: int) -> list[str]:
    """Read the fields of a process after its name, which may hold spaces."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it was measured."""

    processor: str
    cores: int
    kernel: str
    load: float

    def text(self) -> str:
        """Say it in a sentence, and in a second one if others were at work there."""
        told = (
            f"{self.cores} cores of {self.processor}, Linux {self.kernel};"
            f" load average before the start {self.load:.2f}."
        )
        if self.load < _BUSY:
            return told
        return f"{told} The machine was busy: trust the CPU times, not the requests a second."


def machine() -> Machine:
    """Look at this machine."""
    processor = "an unknown processor"
    for line in (_PROC / "cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("model name"):
            processor = line.partition(":")[2].strip()
            break
    return Machine(processor, len(_CORES), os.uname().release, os.getloadavg()[0])
