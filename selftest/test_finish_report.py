"""The shipped report calls nobody: analytics are cut out, everything else stays."""

import importlib.util
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "ci" / "finish_report.py"
TAG = (
    '<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>\n'
    "<script>window.dataLayer = []; function gtag(){dataLayer.push(arguments);}</script>"
)
APP = "<script>" + "x" * 3000 + "gtag(</script><script>window.allure = {};</script>"


def loaded():
    spec = importlib.util.spec_from_file_location("finish_report", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_analytics_go_and_the_rest_stays(tmp_path, capsys):
    (tmp_path / "awesome").mkdir()
    (tmp_path / "awesome" / "index.html").write_text(f"<html>{TAG}{APP}</html>")
    assert loaded().main(tmp_path) == 0
    assert (tmp_path / "index.html").read_text() == f"<html>\n{APP}</html>"
    assert "open it in any browser" in capsys.readouterr().out


def test_a_missing_page_is_said(tmp_path, capsys):
    assert loaded().main(tmp_path) == 1
    assert "no index.html" in capsys.readouterr().err
