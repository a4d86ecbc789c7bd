"""What is said about the machine beside every table."""

import os
import platform
import statistics


def cores():
    return len(os.sched_getaffinity(0))


def load_average():
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def processor():
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def memory_gib():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def describe():
    return f"{processor()}, {cores()} cores, {memory_gib():.0f} GiB, Linux {platform.release()}"


def resident_mib(pid, field="VmRSS"):
    """VmRSS, or VmHWM: the most it has ever been."""
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
    raise RuntimeError(f"/proc/{pid}/status has no {field}")


def median(values):
    return statistics.median(values)
