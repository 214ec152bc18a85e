"""What the installer recorded beside this module when it copied the package into a framework."""
import json
import os

FOLDER = os.path.dirname(os.path.abspath(__file__))
RECORD = os.path.join(FOLDER, "installed.json")


def framework():
    """The framework's name, such as ``spinningup``; None where the package was not installed but copied."""
    try:
        with open(RECORD, encoding="utf-8") as file:
            return str(json.load(file)["patch"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
