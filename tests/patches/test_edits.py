"""Edits, making them and taking them out: before/after pairs, what changes nothing first."""
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patches._making import apply_edits
from patches._marks import imports_package
from patches._removing import Removed, remove_edits
from patches.edits import (
    AddImport, AddParameter, AfterClass, AnchorError, Decorate, FirstStatement, LastStatement, PassArgument, Refused,
    import_package)

IMPORT = AddImport("neptune_writer = 1")
PARAMETER = AddParameter("f", "neptune_experiment")
FIRST = FirstStatement("f", "neptune_writer.go()")
LAST = LastStatement("f", "neptune_writer.go()")
AFTER = AfterClass("A", "class B(A):\n    pass")
DECORATE = Decorate("f", "neptune_writer.also")


def check(edit, before, after):
    """The edit makes `after` of `before`, and `remove_edits` makes `before` of `after`."""
    assert apply_edits(before.encode(), [edit]).decode() == after
    assert remove_edits(after.encode()).base.decode() == before


@pytest.mark.parametrize("raw", [
    b"", b"x = 1", b"# -*- coding: latin-1 -*-\nname = '\xe9'\n", b"\xef\xbb\xbfx = 1\r\n",
    b"if 1:\n\tx = 1 \n\n\n", b"x = 1\n\x0c\ny = 2\n", b"x = 1  # nept\n", b"f(a, neptune=None)\n"])
def test_no_edit_changes_no_byte(raw):
    assert apply_edits(raw, []) == raw
    assert remove_edits(raw) == Removed(raw, ())


@pytest.mark.parametrize("raw", [b"x = 1\ry = 2\r", b"\x0cx = 1\n"])
def test_a_file_whose_bytes_libcst_would_change_is_refused(raw):
    with pytest.raises(Refused, match="its bytes would not be kept"):
        apply_edits(raw, [IMPORT])


@pytest.mark.parametrize("raw", [b"x = 1  # \xe9\n", b"# \xff\xfe\nx = 1\n", b"# coding: none\nx = 1\n"])
def test_bytes_of_no_declared_encoding_are_refused(raw):
    """CPython up to 3.12 lets them pass in a comment."""
    with pytest.raises(Refused, match="LibCST cannot parse it as Python"):
        apply_edits(raw, [IMPORT])


@pytest.mark.parametrize("edit, anchor", [
    (FIRST, "f"), (PARAMETER, "f"), (LAST, "f"), (FirstStatement("A.g", "x"), "A.g"),
    (DECORATE, "f"), (Decorate("A.g", "x"), "A.g"),
    (AfterClass("B", "x"), "class B"), (AfterClass("f", "x"), "class f"),
    (PassArgument("f", ("B",), "__init__", "neptune_experiment"), "f")])
def test_a_missing_anchor_is_named(edit, anchor):
    with pytest.raises(AnchorError) as refusal:
        apply_edits(b"def g():\n    def f(): pass\nclass A:\n    def f(self): pass\n", [edit])
    assert (refusal.value.anchor, refusal.value.found) == (anchor, 0)
    assert str(refusal.value) == f"{anchor} is missing"


def test_an_anchor_found_twice_is_named():
    with pytest.raises(AnchorError, match="f is there 2 times, not once"):
        apply_edits(b"if x:\n    def f(): pass\nelse:\n    def f(): pass\n", [FIRST])


def test_a_result_that_does_not_compile_is_refused():
    with pytest.raises(Refused, match="compile"):
        apply_edits(b"def f(a): pass\n", [AddParameter("f", "a")])


@pytest.mark.parametrize("before, after", [
    ("", "neptune_writer = 1  # neptune\n"),
    ("def f():\n    import a\n", "neptune_writer = 1  # neptune\ndef f():\n    import a\n"),
    ('"""Doc."""\nx = 1\n', '"""Doc."""\nneptune_writer = 1  # neptune\nx = 1\n'),
    ('"""Doc."""\n\nfrom __future__ import annotations\n\nx = 1\n',
     '"""Doc."""\n\nfrom __future__ import annotations\nneptune_writer = 1  # neptune\n\nx = 1\n'),
    ("import a\nx = 1\nfrom b import (\n    c,\n)\n\nclass A: pass\nimport d\n",
     "import a\nx = 1\nfrom b import (\n    c,\n)\nneptune_writer = 1  # neptune\n\nclass A: pass\n"
     "import d\n"),
    ("import a; import b  # both\ntry:\n    import c\nexcept ImportError:\n    c = 1\nx = 1\n",
     "import a; import b  # both\nneptune_writer = 1  # neptune\ntry:\n    import c\n"
     "except ImportError:\n    c = 1\nx = 1\n"),
    ("import a\nif a:\n    class A: pass\nx = A()\nimport b\n",
     "import a\nneptune_writer = 1  # neptune\nif a:\n    class A: pass\nx = A()\nimport b\n"),
    ("import a\r\nx = 1\r\n", "import a\r\nneptune_writer = 1  # neptune\r\nx = 1\r\n"),
])
def test_add_import(before, after):
    if before:
        check(IMPORT, before, after)
    else:
        assert apply_edits(b"", [IMPORT]).decode() in (after, after.rstrip())


@pytest.mark.parametrize("before, after", [
    ("def f(self): pass", "def f(self, neptune_experiment=None): pass"),
    ("def f(self, a=1): pass", "def f(self, a=1, neptune_experiment=None): pass"),
    ("def f(self, a: int = 1) -> None: pass",
     "def f(self, a: int = 1, neptune_experiment=None) -> None: pass"),
    ("def f(self, a,): pass", "def f(self, a, neptune_experiment=None,): pass"),
    ("def f(self, *args): pass", "def f(self, *args, neptune_experiment=None): pass"),
    ("def f(self, **kw): pass", "def f(self, neptune_experiment=None, **kw): pass"),
    ("def f(*args, **kw): pass", "def f(*args, neptune_experiment=None, **kw): pass"),
    ("def f(self, *, a): pass", "def f(self, *, a, neptune_experiment=None): pass"),
    ("def f(self, a, *b, c, **d): pass",
     "def f(self, a, *b, c, neptune_experiment=None, **d): pass"),
    ("def f(self, a, /): pass", "def f(self, a, /, neptune_experiment=None): pass"),
    ("def f( self , a ): pass", "def f( self , a, neptune_experiment=None ): pass"),
    ("def f(self, a,\n      b, c): pass",
     "def f(self, a,\n      b, c, neptune_experiment=None): pass"),
    ("def f(self,\n      a): pass",
     "def f(self,\n      a,\n      neptune_experiment=None): pass"),
    ("def f(\n    self,\n    a\n): pass",
     "def f(\n    self,\n    a,\n    neptune_experiment=None\n): pass"),
    ("def f(\n    self,\n    a=1,\n): pass",
     "def f(\n    self,\n    a=1,\n    neptune_experiment=None,  # neptune\n): pass"),
    ("def f(\n    self,\n    a=1,  # the a\n): pass",
     "def f(\n    self,\n    a=1,  # the a\n    neptune_experiment=None,  # neptune\n): pass"),
    ("def f(\n    self,\n    a=1  # the a\n): pass",
     "def f(\n    self,\n    a=1,  # the a\n    neptune_experiment=None\n): pass"),
    ("def f(\n    self,  # me\n    # the a\n    a=1,\n    # no more\n): pass",
     "def f(\n    self,  # me\n    # the a\n    a=1,\n    neptune_experiment=None,  # neptune\n"
     "    # no more\n): pass"),
    ("def f(\n    self,\n    a=1,  # the a\n    **kw,\n): pass",
     "def f(\n    self,\n    a=1,  # the a\n    neptune_experiment=None,  # neptune\n    **kw,\n"
     "): pass"),
    ("def f(\n    self, a, b,\n): pass",
     "def f(\n    self, a, b, neptune_experiment=None,\n): pass"),
    ("def f(\r\n\tself,\r\n\ta=1,\r\n): pass\r\n",
     "def f(\r\n\tself,\r\n\ta=1,\r\n\tneptune_experiment=None,  # neptune\r\n): pass\r\n"),
])
def test_add_parameter(before, after):
    check(PARAMETER, before, after)


def test_a_function_without_any_parameter_is_refused():
    with pytest.raises(Refused, match="f takes no parameter"):
        apply_edits(b"def f(): pass\n", [PARAMETER])


@pytest.mark.parametrize("before, after", [
    ("def f(self):\n    return 1\n",
     "def f(self):\n    neptune_writer.go()  # neptune\n    return 1\n"),
    ('def f(self):\n    """Doc."""\n    return 1',
     'def f(self):\n    """Doc."""\n    neptune_writer.go()  # neptune\n    return 1'),
    ("def f(self):  # why\n    # first\n\n    return 1\n",
     "def f(self):  # why\n    neptune_writer.go()  # neptune\n    # first\n\n    return 1\n"),
    ("def f(self):\n\tif 1:\n\t  return 1\n",
     "def f(self):\n\tneptune_writer.go()  # neptune\n\tif 1:\n\t  return 1\n"),
    ("@decorated\ndef f(self):\r\n  return 1\r\n",
     "@decorated\ndef f(self):\r\n  neptune_writer.go()  # neptune\r\n  return 1\r\n"),
    ("def g():\n    def f(): pass\n\nif x:\n    def f():\n        return 1\n",
     "def g():\n    def f(): pass\n\nif x:\n    def f():\n"
     "        neptune_writer.go()  # neptune\n        return 1\n"),
])
def test_first_statement(before, after):
    if "decorated" in before:  # mixed line ends: ours are those of the file's first line
        after = after.replace("# neptune\r\n", "# neptune\n")
    check(FIRST, before, after)


@pytest.mark.parametrize("body, lines", [
    ("a(); b()  # both", ["neptune_writer.go()  # neptune", "a(); b()  # both"]),
    ("'Doc.'  # why", ["'Doc.'  # why", "neptune_writer.go()  # neptune"]),
    ("'Doc.'; a()  # why", ["'Doc.'; ", "neptune_writer.go()  # neptune", "a()  # why"]),
])
def test_first_statement_of_a_body_on_one_line(body, lines):
    assert apply_edits(f"def f(self): {body}\n".encode(), [FIRST]).decode() == (
        "def f(self):\n" + "".join(f"    {line}\n" for line in lines))


@pytest.mark.parametrize("before, after", [
    ("def f(self):\n    a()\n    return 1\n",
     "def f(self):\n    a()\n    neptune_writer.go()  # neptune\n    return 1\n"),
    ("def f(self):\n    return 1\n",
     "def f(self):\n    neptune_writer.go()  # neptune\n    return 1\n"),
    ("def f(self):\n    a()  # why\n\n    # the end\n",
     "def f(self):\n    a()  # why\n    neptune_writer.go()  # neptune\n\n    # the end\n"),
    ("def f(self):\n    a(); b()\n", "def f(self):\n    a(); b()\n    neptune_writer.go()  # neptune\n"),
    ("def f(self):\n    if a:\n        return 1\n\nx = 1\n",
     "def f(self):\n    if a:\n        return 1\n    neptune_writer.go()  # neptune\n\nx = 1\n"),
    ("class A:\n\tdef f(self):\n\t\t'''Doc.'''\n",
     "class A:\n\tdef f(self):\n\t\t'''Doc.'''\n\t\tneptune_writer.go()  # neptune\n"),
])
def test_last_statement(before, after):
    name = "A.f" if "class" in before else "f"
    check(LastStatement(name, LAST.code), before, after)


@pytest.mark.parametrize("body, lines", [
    ("return 1", ["neptune_writer.go()  # neptune", "return 1"]),
    ("a(); return 1", ["a(); ", "neptune_writer.go()  # neptune", "return 1"]),
    ("a()", ["a()", "neptune_writer.go()  # neptune"]),
])
def test_last_statement_of_a_body_on_one_line(body, lines):
    assert apply_edits(f"def f(self): {body}\n".encode(), [LAST]).decode() == (
        "def f(self):\n" + "".join(f"    {line}\n" for line in lines))


@pytest.mark.parametrize("body, reason", [
    ("\n    self.x = a; return a", "f ends with a return on the line of another statement"),
    ("\n    raise KeyError", "f ends with a raise, and nothing behind it would be run"),
    ("\n    a(); raise KeyError", "f ends with a raise, and nothing behind it would be run"),
    (" raise KeyError", "f ends with a raise, and nothing behind it would be run")])
def test_last_statement_where_nothing_behind_would_be_run_is_refused(body, reason):
    with pytest.raises(AnchorError, match=f"^{reason}$"):
        apply_edits(f"def f(self, a):{body}\n".encode(), [LAST])


@pytest.mark.parametrize("before, after", [
    ("class A:\n    x = 1\n\n\ny = 2\n",
     "class A:\n    x = 1\nclass B(A):  # neptune\n    pass  # neptune\n\n\ny = 2\n"),
    ("class A: pass\n# of y\ny = 2\n",
     "class A: pass\nclass B(A):  # neptune\n    pass  # neptune\n# of y\ny = 2\n"),
    ("@a\r\nclass A:\r\n\tx = 1\r\n", "@a\r\nclass A:\r\n\tx = 1\r\nclass B(A):  # neptune\r\n\tpass  # neptune\r\n"),
    ("if 1:\n    class A: pass\nclass A:\n    def f(self):\n        return 1\n",
     "if 1:\n    class A: pass\nclass A:\n    def f(self):\n        return 1\n"
     "class B(A):  # neptune\n    pass  # neptune\n"),
])
def test_after_class(before, after):
    check(AFTER, before, after)


def test_after_a_class_that_is_there_twice_is_refused():
    with pytest.raises(AnchorError, match="class A is there 2 times, not once"):
        apply_edits(b"class A: pass\nclass A: pass\n", [AFTER])


@pytest.mark.parametrize("before, after", [
    ("def f(): pass\n", "@neptune_writer.also  # neptune\ndef f(): pass\n"),
    ("def f(): pass", "@neptune_writer.also  # neptune\ndef f(): pass"),
    ("x = 1\r\n\r\n\r\ndef f(a):\r\n\treturn a\r\n",
     "x = 1\r\n\r\n\r\n@neptune_writer.also  # neptune\r\ndef f(a):\r\n\treturn a\r\n"),
    ("x = 1\n\n\n# about f\n@lru_cache  # kept\n# and why\ndef f(a): return a\n",
     "x = 1\n\n\n# about f\n@neptune_writer.also  # neptune\n@lru_cache  # kept\n# and why\ndef f(a): return a\n"),
    ("if x:\n  # about f\n  async def f(): pass\n",
     "if x:\n  # about f\n  @neptune_writer.also  # neptune\n  async def f(): pass\n"),
])
def test_decorate(before, after):
    check(DECORATE, before, after)


TOY = import_package("neptune_writer.frameworks.toy", "begin")
GENERAL = ('neptune_writer = __import__("neptune_writer.frameworks.toy", globals(), fromlist=["begin"], '
           "level=1 if __package__ else 0)  # neptune\n")


@pytest.mark.parametrize("before, after", [
    ("import os\nx = 1\n", f"import os\n{GENERAL}x = 1\n"),
    ("from toy import a\n", f"from toy import a\n{GENERAL}"),
    ("try:\n    from . import a\nexcept ImportError:\n    import a\n",
     f"{GENERAL}try:\n    from . import a\nexcept ImportError:\n    import a\n"),
    ("if x:\n    from .a import b\n", f"{GENERAL}if x:\n    from .a import b\n"),
    ("def f():\n    from . import a\n", f"{GENERAL}def f():\n    from . import a\n"),
    ('"""\nfrom . import a\n"""\n', f'"""\nfrom . import a\n"""\n{GENERAL}'),
])
def test_a_file_that_may_be_imported_under_two_names_imports_ours_under_both(before, after):
    check(TOY, before, after)


@pytest.mark.parametrize("relative", [
    "from . import a\n", "from .a import b\n", "from .. import a\n", "from ..a.b import (\n    c)\n",
    "from .a import *\n", "import os; from . import a\n"])
def test_a_file_with_a_relative_import_of_its_own_has_an_ordinary_one_of_ours(relative):
    check(TOY, relative, f"{relative}from .neptune_writer.frameworks import toy as neptune_writer  # neptune\n")
    check(import_package("neptune_writer", "connect"), relative, f"{relative}from . import neptune_writer  # neptune\n")


@pytest.mark.parametrize("head", [
    "import os\ntry:\n    import a\nexcept ImportError:\n    a = None\nfrom . import b\n",
    'if __name__ == "__main__" and __package__ is None:\n    __package__ = "toy"\nfrom . import b\n',  # as in PEP 366
])
def test_ours_comes_behind_a_relative_import_so_that_it_works_wherever_that_one_does(head):
    rest = "\nclass A: pass\nfrom . import c\n"
    check(TOY, head + rest, f"{head}from .neptune_writer.frameworks import toy as neptune_writer  # neptune\n{rest}")


@pytest.mark.parametrize("rest", [
    "class A: pass\nfrom . import b\n", "try:\n    def f(): pass\nfinally: pass\nfrom . import b\n"])
def test_one_below_a_definition_that_may_need_ours_does_not_count(rest):
    check(TOY, f"import os\n{rest}", f"import os\n{GENERAL}{rest}")


@pytest.mark.parametrize("line, imports", [
    ("import os\n", False), ("neptune_writer = 1\n", False), ("import neptune_writer\n", False),
    ("from ray.tune.callback import neptune_writer\n", False), ("from .neptune_writers import a\n", False),
    ("# from . import neptune_writer\n", False),
    (GENERAL, True), (GENERAL.replace("(", "(\n    ", 1), True), ("from . import neptune_writer  # neptune\n", True),
    ("\xef\xbb\xbffrom . import neptune_writer  # neptune\r\n", True),
    ('neptune_writer = __import__("neptune_writer", globals(), fromlist=["connect"], level=1)  # neptune\n', True),
    ("from .neptune_writer.frameworks.acme import NeptuneLogger  # neptune\n", True)])
def test_which_line_imports_the_package(line, imports):
    assert imports_package(b"x = 1\n" * ("\xef" not in line) + line.encode("latin-1")) == imports


def test_a_block_has_the_files_indentation_and_line_ends_and_a_marker_on_each_line():
    code = "if neptune_writer.x:\n    a()\n    if b:\n        c()"
    check(FirstStatement("A.f", code), "class A:\r\n\tdef f(self):\r\n\t\treturn 1\r\n",
          "class A:\r\n\tdef f(self):\r\n\t\tif neptune_writer.x:  # neptune\r\n\t\t\ta()  # neptune\r\n"
          "\t\t\tif b:  # neptune\r\n\t\t\t\tc()  # neptune\r\n\t\treturn 1\r\n")


@pytest.mark.parametrize("text, stray", [
    ("if a:  # neptune\n    b()  # neptune\nc()\n", None),
    ("if a:  # neptune\n    b()  # neptune\n\n    # mine\nc()\n", None),
    ("if a:  # neptune\n    b()  # neptune\n    c()\n", 3),
    ("if a:  # neptune\n    c()\n    b()  # neptune\n", 2),
    ("def f():\n  if a:  # neptune\n      b()  # neptune\n\n  c()\n", None),
    ("def f():\n\tif a:  # neptune\n\t\tb()  # neptune\n\t\tc()\n", 4),
    ("class A(B):  # neptune\r\n    pass  # neptune\r\n\r\n    x = 1\r\n", 4),
    ("if a:  # neptune\n    b()  # neptune\nelif c:\n    d()\n", 3),
    ("if a: b()  # neptune\nelse: c()\n", 2),
    ("if a: b()  # neptune\nc()\n", None)])
def test_a_line_that_somebody_added_to_a_block_of_ours(text, stray):
    """Taking the block out would leave it in another block, or in none."""
    assert remove_edits(text.encode()).stray == stray


def test_a_method_is_not_a_function_of_the_same_name():
    before = b"def f():\n    pass\nclass A:\n    def f(self):\n        pass\n"
    after = before.replace(b"(self):\n", b"(self):\n        neptune_writer.go()  # neptune\n")
    assert apply_edits(before, [FirstStatement("A.f", "neptune_writer.go()")]) == after


@pytest.mark.parametrize("before, after", [
    ("super().__init__()", "super().__init__(neptune_experiment=neptune_experiment)"),
    ("super(C, self).__init__(a)",
     "super(C, self).__init__(a, neptune_experiment=neptune_experiment)"),
    ("B.__init__(self, a=a)", "B.__init__(self, a=a, neptune_experiment=neptune_experiment)"),
    ("m.B.__init__(self, *a)", "m.B.__init__(self, *a, neptune_experiment=neptune_experiment)"),
    ("super().__init__(\n        a,\n        b,\n    )",
     "super().__init__(\n        a,\n        b,\n        neptune_experiment=neptune_experiment,"
     "  # neptune\n    )"),
    ("Other.__init__(self); super().__init__(a)",
     "Other.__init__(self); super().__init__(a, neptune_experiment=neptune_experiment)"),
])
def test_pass_argument(before, after):
    edit = PassArgument("C.__init__", ("B",), "__init__", "neptune_experiment")
    head = "class C(B):\n  def __init__(self, a, b):\n    "
    check(edit, f"{head}{before}\n", f"{head}{after}\n")


def test_an_argument_passed_on_in_two_calls_is_refused():
    edit = PassArgument("C.__init__", ("B",), "__init__", "neptune_experiment")
    with pytest.raises(AnchorError, match="call of its base's __init__ is there 2 times, not once"):
        apply_edits(b"class C(B):\n  def __init__(self):\n    if x: super().__init__()\n"
                    b"    else: B.__init__(self)\n", [edit])


def test_removed_pieces_are_told_from_a_comment_of_somebody_else():
    assert not remove_edits(b"x = 1  # neptune\n").ours
    removed = remove_edits(b"neptune_writer.go()  # neptune\r\nf(a, neptune_experiment=None)")
    assert removed == Removed(b"f(a)", (b"neptune_writer.go()  # neptune", b", neptune_experiment=None"))
    assert removed.ours


def test_a_long_line_is_looked_through_in_linear_time():
    assert remove_edits(b"x = '" + b"a" * 900_000 + b"'\n").pieces == ()


@settings(derandomize=True, max_examples=150, deadline=None)
@given(eol=st.sampled_from(["\n", "\r\n"]), tail=st.booleans(),
       indent=st.sampled_from(["\t", "  ", "    "]), kwargs=st.booleans(),
       breaks=st.lists(st.sampled_from([" ", "{eol}   ", "  # why{eol}\t", " \\{eol} "]),
                       min_size=5, max_size=5),
       star=st.sampled_from([None, "*", "*args"]), comma=st.booleans())
def test_what_is_put_in_is_taken_out_again(eol, tail, indent, kwargs, breaks, star, comma):
    """Any layout of the parameters, line ends, indentation: the same bytes come back."""
    items = ["self", "a"]
    if star:
        items += [star, "b=1"]
    if kwargs:
        items += ["**kw"]
    spaces = [space.replace("{eol}", eol) for space in breaks]
    listed = items[0] + "".join(f",{space}{item}" for space, item in zip(spaces, items[1:]))
    listed += "," * comma + (spaces[4] if "\\" not in spaces[4] else "")
    lines = ["import os", "", f"def f({listed}):", f"{indent}'''Doc.'''", f"{indent}return a"]
    raw = (eol.join(lines) + eol * tail).encode()
    new = apply_edits(raw, [IMPORT, PARAMETER, FIRST])
    assert remove_edits(new).base == raw
    assert apply_edits(remove_edits(new).base, [IMPORT, PARAMETER, FIRST]) == new
    assert len(remove_edits(new).pieces) == 3
