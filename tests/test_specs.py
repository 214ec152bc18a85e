"""neptune_writer.specs: the texts that name an experiment."""
import pytest

from neptune_writer import specs


@pytest.mark.parametrize("text, spec", [
    ("offline", "offline"), ("journal", "journal"), ("ws/project", "ws/project"), ("WS/Project-1", "WS/Project-1"),
    ("OFFLINE", "offline"), (" async\n", "async"), ("Sync", "sync"), ("debug", "debug"),
])
def test_a_spec(text, spec):
    assert specs.parse(text) == spec


@pytest.mark.parametrize("text, meant", [
    ("ofline", "offline"), ("jurnal", "journal"), ("none", None), ("a/b/c", None), ("/project", None), ("ws/", None),
    ("goodseed:x", None), ("https://app.example/ws/project", None), ("ws/my project", None), ("", None),
])
def test_what_is_none_says_what_is_and_what_may_have_been_meant(text, meant):
    with pytest.raises(ValueError) as refused:
        specs.parse(text)
    expected = "expected journal, offline, debug, async, sync or workspace/project, found %r" % text
    assert str(refused.value) == expected + ("; did you mean %s?" % meant if meant else "")
