"""Where a process id counts: on this machine since it was started, and within one namespace of it."""
import os

_BOOT = "/proc/sys/kernel/random/boot_id"
_NAMESPACE = "/proc/self/ns/pid"


def space() -> str:
    """What two processes have alike that see the same process under the same id, at most 60 characters; empty where
    that is not known (not Linux): a host's name alone is shared by containers, and by machines of one image."""
    try:
        with open(_BOOT) as file:
            boot = file.read(40).strip()
        return "%s %s" % (boot, os.readlink(_NAMESPACE))
    except OSError:
        return ""
