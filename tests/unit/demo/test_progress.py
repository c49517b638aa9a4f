"""What the demo says while it works, where no terminal is."""

import argparse
import os
import re
import sys

from rich.console import Console

from demo.__main__ import _without_gateway
from demo.progress import DemoProgress


def test_each_step_is_a_line_with_the_seconds_as_soon_as_it_begins() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as pipe, os.fdopen(reading, "rb", buffering=0) as seen:
        progress = DemoProgress(Console(file=pipe, width=160))
        progress.stage("starting the chain")
        assert re.fullmatch(rb" +\d+ s  starting the chain\n", seen.read(1000))
        with progress.steps(2) as steps:
            for number, step in enumerate(
                ("2026-01-07  attest-containers", "2026-01-16  birth"), 1
            ):
                steps.begin(step, "act")
                line = seen.read(1000).decode()
                assert re.fullmatch(rf" +\d+ s  {number}/2  {step}  \(act\)\n", line)
                steps.part(1, 2)
                steps.end()


def test_a_demo_without_a_gateway_says_why() -> None:
    assert not sys.stdout.isatty()
    assert "no terminal" in _without_gateway(argparse.Namespace(no_serve=False))
    assert "as you asked" in _without_gateway(argparse.Namespace(no_serve=True))
