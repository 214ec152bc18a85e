"""Stable-Baselines3: rows that come with their step, and with keys that formats are told to leave out."""
from .. import messages
from ..idioms import output_format
from ..idioms.output_format import begin, with_neptune

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

__all__ = ["OutputFormat", "begin", "with_neptune"]

NAME = "neptune"


class OutputFormat(output_format.OutputFormat):
    """See `output_format`."""

    framework = "stable_baselines3"
    counts = "time/total_timesteps"

    def write(self, key_values: "Dict[str, Any]", key_excluded: "Dict[str, Any]", step: int = 0, *_: "Any",
              **__: "Any") -> None:
        """Write one row.

        Args:
            key_values: name -> number; an `HParam`'s parameters join the run's config; of anything else (videos,
                figures, images, texts) one line says that it is skipped.
            key_excluded: name -> the formats that are not to have it, a tuple, or a text, or None.
            step: the model's number of steps; 0, which callers leave it at, stands for the one it is at. Another number
                is of something else that the caller counts, such as episodes.
            *_, **__: what else a fork may hand to its formats, which is left alone.
        """
        with messages.one_line_on_failure("a row was not recorded"):
            row = {name: value for name, value in key_values.items() if not _names_us(key_excluded.get(name))}
            for name in [name for name, value in row.items() if hasattr(value, "hparam_dict")]:
                run = self.run()
                parameters = row.pop(name).hparam_dict
                if run is not None:
                    run.write_config(parameters)
            trained = getattr(self.model(), "num_timesteps", None)
            step = step or trained or 0
            self.write_row(row, step, self.counts if step == trained else None)


def _names_us(excluded: "Any") -> bool:
    return excluded == NAME or isinstance(excluded, (tuple, list, set)) and NAME in excluded
