"""What a Neptune server has of its runs, and what it answers; `neptune_server` puts it on the network."""
import base64
import json
import uuid

_TYPES = {"assignFloat": "float", "assignInt": "int", "assignBool": "bool", "assignString": "string",
          "assignDatetime": "datetime", "logFloats": "floatSeries", "logStrings": "stringSeries",
          "insertStrings": "stringSet"}
_OBJECT = {"type": "object"}
_ANSWER = {"$ref": "#/definitions/Answer"}
_ANSWERS = {"type": "array", "items": _ANSWER}
_BODIES = {"experimentCreationParams": _OBJECT, "operations": {"type": "array", "items": _OBJECT}}
_calls = {}  # (HTTP method, path) to (name of a method of `Api`, what a swagger.json says of it)


class NotFound(Exception):
    """There is nothing of that name."""


class Run:
    """What arrived for one run.

    Attributes:
        series: path to [(step, value, Unix seconds)], in the order of arrival, as often as it arrived.
        fields: path to value; a set of texts is a list.
        times_opened: how often a client opened it.
    """

    def __init__(self, number, project):
        self.id, self.short_id, self.project = str(uuid.uuid4()), "RUN-%d" % number, project
        self.series, self.fields, self.times_opened, self._types = {}, {}, 0, {}

    @property
    def tags(self):
        """Its own; those of its group are the field `sys/group_tags`."""
        return self.fields.get("sys/tags", [])

    def take(self, path, **operation):
        """Do what a client asks for; returns what is wrong with it, or None."""
        (kind, what), = operation.items()
        if kind in ("clearFloatSeries", "clearStringSeries", "clearStringSet", "deleteAttribute"):
            for store in (self.series, self.fields, self._types):
                store.pop(path, None)
            return None
        if kind == "configFloatSeries":  # how to draw it
            return None
        if kind not in _TYPES:
            return "%s: this server knows no %s" % (path, kind)
        if kind.startswith("log"):
            self.series.setdefault(path, []).extend(
                (point["step"], point["value"], point["timestampMilliseconds"] / 1000) for point in what["entries"])
        elif kind == "insertStrings":
            present = self.fields.setdefault(path, [])
            present.extend(text for text in what["values"] if text not in present)
        else:
            self.fields[path] = what["value"] if "value" in what else what["valueMilliseconds"] / 1000
        self._types[path] = _TYPES[kind]

    def described(self):
        """As the API describes it."""
        workspace, _, project = self.project.partition("/")
        return {"id": self.id, "type": "run", "shortId": self.short_id, "trashed": False,
                "organizationName": workspace, "projectName": project}

    def attributes(self):
        """Its paths and their types, as the API lists them."""
        return {"attributes": [{"name": path, "type": kind} for path, kind in self._types.items()]}


def _offered(method, path, *parameters, answer=_ANSWER):
    """Offer a method of `Api` under its own name: clients look the name up in the swagger.json."""
    def register(function):
        described = [{"name": name, "in": "body", "schema": _BODIES[name]} if name in _BODIES else
                     {"name": name, "in": "header" if name.startswith("X-") else "query", "type": "string"}
                     for name in parameters]
        _calls[method, path] = function.__name__, {
            "operationId": function.__name__, "tags": ["api"], "parameters": described,
            "responses": {"200": {"description": "", "schema": answer}}}
        return function
    return register


class Api:
    """The answers. Names, parameters and results of what is offered are the API's.

    Attributes:
        runs: custom run id to `Run`; the short id, RUN-1, where the client gave none.
        refused: paths whose operations it refuses as Neptune does: status 200, and an error in the list it answers.
    """

    def __init__(self, url):
        self.url, self.runs, self.refused, self._projects = url, {}, set(), {}

    @staticmethod
    def name_of(method, path):
        """What the API calls this; None for what is not offered."""
        return _calls.get((method, path), [None])[0]

    def answer(self, method, path, query, body):
        """The answer to a request.

        Raises:
            NotFound: there is no such run, or nothing of the kind is offered.
        """
        if path.endswith("/swagger.json"):
            return self._description(path[:-len("swagger.json")])
        if path.endswith("/openid-connect/token"):
            return {"access_token": self._access(), "refresh_token": self._access(), "token_type": "bearer"}
        if not self.name_of(method, path):
            raise NotFound(path)
        return getattr(self, self.name_of(method, path))(**dict(query, **{"body": json.loads(body)} if body else {}))

    def _description(self, below):
        paths = {}
        for (method, path), (_, described) in _calls.items():
            if path.startswith(below):
                paths.setdefault(path, {})[method.lower()] = described
        attributes = {"type": "object", "properties": {"attributes": _ANSWERS}}
        return {"swagger": "2.0", "info": {"title": below, "version": "1"}, "host": self.url.partition("//")[2],
                "schemes": ["http"], "consumes": ["application/json"], "produces": ["application/json"],
                "paths": paths, "definitions": {"Answer": _OBJECT, "Attributes": attributes}}

    def _access(self):
        """A JSON web token that does not run out within a test, signed by nobody."""
        parts = {"alg": "HS256"}, {"exp": 4102444800, "azp": "client", "iss": self.url}
        return b".".join([base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
                         + [b"c2lnbmF0dXJl"]).decode()

    @_offered("GET", "/api/backend/v1/authorization/oauth-token", "X-Neptune-Api-Token")
    def exchangeApiToken(self):
        return {"accessToken": self._access(), "refreshToken": self._access(), "username": "nobody"}

    @_offered("GET", "/api/backend/v1/clients/config", "X-Neptune-Api-Token", "alpha")
    def getClientConfig(self, alpha=None):
        return {"apiUrl": self.url, "applicationUrl": self.url, "pyLibVersions": {}}

    @_offered("GET", "/api/backend/v1/projects2", "projectIdentifier")
    def getProject(self, projectIdentifier):
        workspace, _, name = projectIdentifier.partition("/")
        number = str(uuid.uuid5(uuid.NAMESPACE_URL, projectIdentifier))
        self._projects[number] = projectIdentifier
        return {"id": number, "name": name, "organizationName": workspace, "projectKey": "RUN", "version": 2}

    @_offered("POST", "/api/leaderboard/v1/experiments", "experimentCreationParams", "X-Neptune-CliVersion")
    def createExperiment(self, body):
        number = len(self.runs) + 1
        name = body.get("customId") or "RUN-%d" % number
        run = self.runs.setdefault(name, Run(number, self._projects[body["projectIdentifier"]]))
        run.times_opened += 1
        return run.described()

    @_offered("GET", "/api/leaderboard/v1/experiments/get", "experimentId")
    def getExperiment(self, experimentId):
        return self._run(experimentId).described()

    @_offered("GET", "/api/leaderboard/v1/attributes", "experimentId", answer={"$ref": "#/definitions/Attributes"})
    def getExperimentAttributes(self, experimentId):
        return self._run(experimentId).attributes()

    @_offered("GET", "/api/leaderboard/v1/ping", "experimentId")
    def ping(self, experimentId):
        self._run(experimentId)
        return {}

    @_offered("POST", "/api/leaderboard/v1/attributes", "experimentId", "operations", "organizationName",
              answer=_ANSWERS)
    def executeOperations(self, experimentId, body, organizationName=None):
        run = self._run(experimentId)
        errors = ["%s is refused" % operation["path"] if operation["path"] in self.refused else run.take(**operation)
                  for operation in body]
        return [{"errorDescription": error} for error in errors if error]

    def _run(self, name):
        """By its id, or as `workspace/project/RUN-1`."""
        for run in self.runs.values():
            if name in (run.id, "%s/%s" % (run.project, run.short_id)):
                return run
        raise NotFound(name)
