"""The examples of docs/gridding.md do what the page says, and leave out nothing that gridding has."""

import doctest
import re
import types

import pytest

import gridding
from gridding import edit
from tests.sentences import PROJECT

PAGE = (PROJECT / "docs" / "gridding.md").read_text(encoding="utf-8")
EXAMPLES = "\n".join(re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def functions_of(module):
    return sorted(name for name in module.__all__ if isinstance(getattr(module, name), types.FunctionType))


def test_the_examples_give_what_the_page_says():
    examples = doctest.DocTestParser().get_doctest(EXAMPLES, {}, "docs/gridding.md", "docs/gridding.md", 0)
    said = []
    result = doctest.DocTestRunner(verbose=False).run(examples, out=said.append)
    assert "".join(said) == ""
    assert result.attempted > 50


def test_an_example_that_is_wrong_is_found():
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", "wrong", 0)
    assert doctest.DocTestRunner(verbose=False).run(wrong, out=lambda _: None).failed == 1


@pytest.mark.parametrize("name", functions_of(gridding))
def test_every_function_is_shown(name):
    assert f"gridding.{name}(" in EXAMPLES


@pytest.mark.parametrize("name", [*functions_of(edit), "Log", "Operation", "Preview"])
def test_every_edit_is_shown(name):
    assert re.search(rf"\bedit\.{name}\b", EXAMPLES)
