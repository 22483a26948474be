"""JUnit XML of the scenarios: one suite a feature; inconclusive is an error, not a failure."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from kit.files import write_whole
from kit.redact import redacted
from kit.results import Ending, Result, Run

_ELEMENT = {
    Ending.FAILED: "failure",
    Ending.INCONCLUSIVE: "error",
    Ending.USAGE: "error",
    Ending.SKIPPED: "skipped",
}
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(path: Path, run: Run, seconds: float) -> None:
    root = ElementTree.Element("testsuites", _totals(list(run.results.values()), seconds))
    for feature, results in run.by_feature().items():
        spent = sum(result.seconds for result in results)
        suite = ElementTree.SubElement(root, "testsuite", {"name": feature})
        suite.attrib.update(_totals(results, spent))
        for result in results:
            suite.append(_case(result))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode", xml_declaration=False)
    write_whole(path, f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n')


def _totals(results: list[Result], seconds: float) -> dict[str, str]:
    elements = [_element(result) for result in results]
    return {
        "tests": str(len(results)),
        "failures": str(elements.count("failure")),
        "errors": str(elements.count("error")),
        "skipped": str(elements.count("skipped")),
        "time": f"{seconds:.3f}",
    }


def _case(result: Result) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        {
            "classname": result.feature,
            "name": _xml(result.title),
            "file": result.file,
            "line": str(result.line),
            "time": f"{result.seconds:.3f}",
        },
    )
    if result.latencies:
        properties = ElementTree.SubElement(case, "properties")
        measured = {"name": "detection latency", "value": f"{max(result.latencies):g} s"}
        ElementTree.SubElement(properties, "property", measured)
    if element := _element(result):
        message = f"{result.quarantine}: {result.reason}" if result.excused else result.reason
        told = ElementTree.SubElement(case, element, {"message": _xml(message)})
        told.set("type", result.ending.value)
        told.text = _xml(result.explanation) or None
    return case


def _element(result: Result) -> str | None:
    """What may fail is no failure for a build system, and no pass either."""
    return "skipped" if result.excused else _ELEMENT.get(result.ending)


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", redacted(text))
