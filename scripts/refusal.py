"""How a command of ours ends that cannot go on."""


class Refusal(Exception):
    """The command cannot go on; the message is one line: which file, what is wrong, what to do."""
