"""docs/geocoding.md: its examples give what it says, and it leaves out no level and no reason."""

from __future__ import annotations

import doctest
import re

from layers.aliases import shipped
from layers.geocode.answer import LEVELS, PENALTIES
from tests.sentences import PROJECT

PAGE = (PROJECT / "docs" / "geocoding.md").read_text(encoding="utf-8")
EXAMPLES = "\n".join(re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def first_cells(heading):
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def test_the_examples_give_what_the_page_says():
    examples = doctest.DocTestParser().get_doctest(EXAMPLES, {}, "docs/geocoding.md", "docs/geocoding.md", 0)
    said = []
    result = doctest.DocTestRunner(verbose=False).run(examples, out=said.append)
    assert "".join(said) == ""
    assert result.attempted > 10


def test_every_level_is_explained_in_its_order():
    assert tuple(word for word in first_cells("What an answer says") if word in LEVELS) == LEVELS


def test_every_reason_is_explained_with_what_it_takes():
    told = re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", PAGE, re.MULTILINE)
    assert {kind: float(takes) for kind, takes in told} == PENALTIES
    assert [kind for kind, _ in told] == sorted(PENALTIES)


def test_the_number_of_names_that_come_with_the_program_is_right():
    for page in ("docs/geocoding.md", "docs/imports.md"):
        said = re.findall(r"(\d+) old and colloquial names", (PROJECT / page).read_text(encoding="utf-8"))
        assert said == [str(len(shipped()))], page
