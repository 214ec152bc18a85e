"""Having a file patched by the tool's own Python, which has LibCST; the training's may be old, and has none."""
import os

_SECONDS = 120


class Failed(Exception):
    """There is no answer; the message says why."""


def ask(command, folder, path, root, is_deep):
    """Have it decide what becomes of a file, and write that down in ``folder``.

    Args:
        command: a list, the tool's Python and its script.

    Raises:
        Failed
    """
    import subprocess
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    arguments = command + [folder, path, root] + ["--deep"] * is_deep
    try:
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, env=variables, cwd=folder)
    except OSError as error:
        raise Failed("%s cannot be run: %s" % (command[0], error.strerror or error))
    try:
        said = process.communicate(timeout=_SECONDS)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise Failed("patching it took more than %d s" % _SECONDS)
    except BaseException:
        process.kill()
        raise
    if process.returncode:
        lines = said.decode("utf-8", "replace").strip().splitlines()
        raise Failed(lines[-1] if lines else "%s ended with status %d" % (command[0], process.returncode))
