"""A scenario may fail for a while, for a reason; then it may not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from fixtures.gathering import exit_code
from fixtures.nights import Titles, _excuse
from kit.quarantine import Quarantine, read
from kit.results import Ending, Result, Run

TITLE = "A closed UDP port drops the datagram"
ENTRY = {
    "scenario": TITLE,
    "because": "the kernel lacks the hook",
    "link": "https://example.com/1",
    "until": date(2026, 12, 24),
}
FEATURES = Path(__file__).parents[1] / "features"


def written(folder: Path, *entries: object) -> Path:
    file = folder / "quarantine.yaml"
    file.write_text(yaml.safe_dump(list(entries)))
    return file


def red(title: str = TITLE) -> Run:
    result = Result("id", title, "Packet drops", "f.feature", 1, ending=Ending.FAILED)
    return Run(results={"id": result})


def quarantine(until: date) -> dict[str, Quarantine]:
    return {TITLE: Quarantine(TITLE, "a reason", "https://example.com/1", until)}


def test_an_entry_is_read_by_its_title(tmp_path: Path):
    assert read(written(tmp_path, ENTRY), [TITLE])[TITLE].until == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"until": "soon"}, "until wants a day such as 2026-12-24, not 'soon'"),
        ({"because": ""}, "because is missing"),
        ({"link": "see mail"}, "link wants the URL of an issue"),
        ({"scenario": TITLE + "s"}, f"the nearest known word is '{TITLE}'"),
        ({"unti": 1}, "unknown key 'unti'; the nearest known word is 'until'"),
    ],
)
def test_a_wrong_entry_is_told_in_one_sentence(tmp_path: Path, change, said: str):
    with pytest.raises(ValueError, match="entry 2") as refused:
        read(written(tmp_path, ENTRY, ENTRY | change), [TITLE])
    assert said in str(refused.value)


@pytest.mark.parametrize("text", ["{", "a: b", "- 1", "\x00", "- until: 2026-99-99"])
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, text: str):
    file = tmp_path / "quarantine.yaml"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"quarantine\.yaml"):
        read(file, [TITLE])


def test_what_is_quarantined_may_fail_and_is_shown(tmp_path: Path):
    run = red()
    _excuse(run, quarantine(date(2026, 12, 24)), date(2026, 12, 24))
    assert exit_code(run, 1, others_failed=False) == 0
    assert "quarantined until 2026-12-24" in run.results["id"].quarantine
    assert run.results["id"].ending is Ending.FAILED


def test_nothing_else_may_fail_beside_it():
    run = red()
    run.results["other"] = Result("other", "Other", "F", "f.feature", 9, ending=Ending.FAILED)
    _excuse(run, quarantine(date(2026, 12, 24)), date(2026, 12, 1))
    assert exit_code(run, 1, others_failed=False) == 1


def test_an_expired_entry_fails_even_a_green_run():
    run = red()
    run.results["id"].ending = Ending.PASSED
    _excuse(run, quarantine(date(2026, 12, 24)), date(2026, 12, 25))
    assert exit_code(run, 0, others_failed=False) == 1
    assert "has expired on 2026-12-24" in run.expired[0]


def test_rows_of_an_outline_are_known_by_their_filled_titles():
    titles = Titles(FEATURES)
    assert "A pod on a layer 3 network shows its name" in titles
    assert TITLE in titles
    assert "A closed UDP port drops nothing at all" not in titles
