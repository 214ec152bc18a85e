"""A real Experiment of the first generation over a backend that writes down what it is sent, in ``recorded.jsonl``.

The classes are the client's own, 0.4 or 0.16; only what would go over the network ends here.
"""
import collections
import json

import neptune
from neptune.experiments import Experiment

try:
    from neptune.legacy.internal.api_clients import offline_backend as offline
    from neptune.legacy.projects import Project
    OfflineBackend, OfflineLeaderboard = offline.OfflineBackendApiClient, offline.OfflineLeaderboardApiClient
except ImportError:
    from neptune import OfflineBackend
    from neptune.projects import Project
    OfflineLeaderboard = OfflineBackend

Channel = collections.namedtuple("Channel", "id name")


def record(*what):
    with open("recorded.jsonl", "a") as out:
        out.write(json.dumps(what) + "\n")


class Leaderboard(OfflineLeaderboard):
    """Takes what an experiment sends."""

    def create_experiment(self, project, *arguments, **settings):
        record("create", settings.get("name"), settings.get("tags"), dict(settings.get("properties") or {}))
        return Experiment(self, project, "TOY-1", "uuid")

    def create_channel(self, experiment, name, channel_type):
        return Channel(name, name)

    create_system_channel = create_channel

    def get_channels(self, experiment):
        return {}

    def send_channels_values(self, experiment, channels_with_values):
        for channel in channels_with_values:
            points = [[value.x, value.y["numeric_value"], value.ts] for value in channel.channel_values]
            record("extend", channel.channel_id, points)

    def get_experiment(self, experiment_id):
        return collections.namedtuple("Stored", "channels properties")([], [])

    def update_experiment(self, experiment, properties):
        for key, value in properties.items():
            record("set", key, value)

    def set_property(self, experiment, key, value):
        record("set", key, str(value))

    def mark_succeeded(self, experiment):
        record("stop", None)


class Backend(OfflineBackend if OfflineBackend is not OfflineLeaderboard else Leaderboard):
    """Knows one project."""

    def get_project(self, project_qualified_name):
        leaderboard = self if isinstance(self, Leaderboard) else Leaderboard()
        return Project(backend=leaderboard, internal_id="p", namespace="ws", name="project")

    def create_leaderboard_backend(self, project):
        return Leaderboard()


def create_experiment():
    """An experiment that captures nothing."""
    neptune.init("ws/project", backend=Backend())
    return neptune.create_experiment(
        "toy", upload_source_files=[], upload_stdout=False, upload_stderr=False, send_hardware_metrics=False,
        run_monitoring_thread=False, handle_uncaught_exceptions=False)
