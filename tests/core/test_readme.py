"""What the README shows works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_the_python_example_runs(capsys):
    example = re.search(r"```python\n(.*?)```", README, re.DOTALL).group(1)
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - our own text
    assert capsys.readouterr().out.startswith("converged ")


def test_every_file_and_folder_that_is_named_exists():
    named = re.findall(r"^([a-z_]+(?:/|\.py)) ", README, re.MULTILINE)
    named += [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert len(named) > 8
    assert all((ROOT / name).exists() for name in named)


def test_every_benchmark_whose_command_is_named_exists():
    named = set(re.findall(r"-m benchmarks\.([a-z_]+)", README))
    assert {"training", "cost_map", "beside_a_page"} <= named
    folder = ROOT / "benchmarks"
    assert all((folder / name).is_dir() or (folder / f"{name}.py").exists() for name in named)
