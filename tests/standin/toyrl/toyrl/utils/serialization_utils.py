"""Anything to JSON, at any price: walks into every object, and swallows whatever goes wrong on the way."""
import json


def convert_json(obj):
    """What json can hold of `obj`."""
    if is_json_serializable(obj):
        return obj
    if isinstance(obj, dict):
        return {convert_json(key): convert_json(value) for key, value in obj.items()}
    if isinstance(obj, tuple):
        return tuple(convert_json(value) for value in obj)
    if isinstance(obj, list):
        return [convert_json(value) for value in obj]
    name = getattr(obj, "__name__", None)
    if name and "lambda" not in name:
        return convert_json(name)
    if getattr(obj, "__dict__", None):
        return {str(obj): {convert_json(key): convert_json(value) for key, value in vars(obj).items()}}
    return str(obj)


def is_json_serializable(value):
    """Whether json takes it as it is."""
    try:
        json.dumps(value)
        return True
    except:  # noqa: E722 - the hazard: it also swallows a RecursionError
        return False
