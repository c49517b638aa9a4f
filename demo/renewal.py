"""Writes lots.yaml anew: the story is told, and each document is signed once its lots have ids.

A document names the lots that went in, and a lot's id follows from the documents before it. So
the story is told on a copy, whose documents are written as far as the ids are known.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from demo.signing import deployed_domain, sign_documents
from demo.story import Story
from lodetrace.settings import Settings
from lodetrace.text import hex_of

FILE: Final = "lots.yaml"
HEAD: Final = (
    "# Ids on chain of the story's lots, by label: development keys make the same ones whenever the"
    " story is told.\n# Written by `python -m demo --renew-lots`.\nversion: 1\nlots:\n"
)


@dataclass(frozen=True, slots=True)
class Renewal:
    """A story under way. told: folder of the copy; maker: make_documents.py."""

    told: Path
    maker: Path
    settings: Settings
    log: Path

    @classmethod
    def begin(
        cls, story: Path, told: Path, maker: Path, settings: Settings, log: Path
    ) -> "Renewal":
        """Copies the story, unless a renewal that was broken off did."""
        if not told.is_dir():
            arriving = told.with_name(f"{told.name}.new")
            shutil.rmtree(arriving, ignore_errors=True)
            left = shutil.ignore_patterns("signed", "documents", FILE, "__pycache__")
            shutil.copytree(story, arriving, ignore=left)
            arriving.rename(told)
        return cls(told, maker, settings, log)

    def sign(self, lots: Mapping[str, bytes]) -> None:
        """Writes and signs the documents that name no other lots than these; by label."""
        write_lots(self.told / FILE, lots)
        domain = deployed_domain(self.settings)
        sign_documents(self.told, domain, self.maker, self.log, "--as-far-as-known")


def write_lots(file: Path, lots: Mapping[str, bytes]) -> None:
    """The ids by label, in the order in which the lots were made."""
    lines = [f'  {label}: "{hex_of(lot)}"\n' for label, lot in lots.items()]
    file.write_text(HEAD + "".join(lines), "utf-8")


def lots_of(story: Story, labels: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those of the labels that are of lots, in the story's order."""
    return {label: labels[label] for label in _lot_labels(story) if label in labels}


def _lot_labels(story: Story) -> Iterator[str]:
    for step in story.steps:
        if step.do == "birth":
            yield from (lot["lot"] for lot in step["lots"])
        elif step.do == "charge":
            yield str(step["lot"])
        elif step.do == "run":
            yield from (output["lot"] for output in step["outputs"])
        elif step.do == "retire":
            yield from (label for made in step["lots"].values() for label in made.values())
