"""Records of rows as a journal has them."""


def rows_of(steps, restarts=(), rewinds=()):
    """Rows that come with their step; ``loss`` is the number of the row, ``t`` too.

    ``restarts``: numbers of those where the steps start over; ``rewinds``: of those that go on from a checkpoint.
    """
    rows = []
    for number, step in enumerate(steps):
        rows.append({"t": float(number), "step": step, "values": {"loss": float(number)}})
        if number in restarts or number in rewinds:
            rows[-1]["mark"] = "checkpoint" if number in rewinds else "restart"
    return rows
