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


def cpu_seconds(group):
    """Processor time that the living processes of a group have used so far, in user space and in the kernel."""
    ticks = 0
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat") as stat:
                fields = stat.read().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def sockets(pid):
    """How many the process has open."""
    count = 0
    for entry in os.scandir(f"/proc/{pid}/fd"):
        try:
            count += os.readlink(entry.path).startswith("socket:")
        except FileNotFoundError:
            continue  # closed meanwhile
    return count


def median(values):
    return statistics.median(values)
