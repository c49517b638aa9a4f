"""Members' machines: a folder each, and the `lodetrace` program run in it."""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lodetrace.contracts.deployment import deployment_path
from lodetrace.contracts.enums import Material, Scheme, SiteKind
from lodetrace.contracts.structs import Site
from lodetrace.documents.signed_document import SignedDocument
from lodetrace.documents.signed_number import domain_of
from lodetrace.documents.statement import SiteStatement, attestable_events
from lodetrace.errors import ExitCode
from lodetrace.member.filings import file_document
from tests.e2e.site_papers import LABORATORY, MINE, PACK_LINE, REFINERY
from tests.support.consortium import DAY, ORACLES, ROOT, Consortium, compiled, word

SITES = {
    MINE: ("mine", SiteKind.INDUSTRIAL_MINE, Material.HYDROXIDE, "kolwezi"),
    LABORATORY: ("umpire", SiteKind.LABORATORY, Material.HYDROXIDE, "antwerp"),
    PACK_LINE: ("pack_maker", SiteKind.PACK_MAKER, Material.PACK, "skelleftea"),
    REFINERY: ("refinery", SiteKind.REFINERY, Material.SULPHATE, "kokkola"),
}
COBALT = 27


@dataclass
class Ended:
    """A command that has run."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        return json.loads(self.out)

    @property
    def problem(self) -> Any:
        return json.loads(self.err)


@dataclass
class Shell:
    """One member's machine. options: what every command of a session gets."""

    folder: Path
    environment: dict[str, str]
    options: list[str] = field(default_factory=list)

    def run(self, *words: str, code: ExitCode = ExitCode.OK) -> Ended:
        """Runs `lodetrace words…`, which has to end with this code."""
        done = subprocess.run(
            [sys.executable, "-m", "lodetrace", *words, *self.options],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **self.environment},
        )
        assert done.returncode == code, f"{words}\n{done.stdout}\n{done.stderr}"
        return Ended(done.returncode, done.stdout, done.stderr)

    def json(self, *words: str, code: ExitCode = ExitCode.OK) -> Any:
        """The answer of a command in JSON."""
        return self.run(*words, "--json", code=code).answer


@dataclass
class Village:
    """The consortium, and where its record lies."""

    consortium: Consortium
    folder: Path
    sequences: Counter[Path] = field(default_factory=Counter)

    def next_sequence(self, shell: Shell) -> int:
        """The number of the next document from this machine; the tests share one village."""
        self.sequences[shell.folder] += 1
        return self.sequences[shell.folder]

    def shell(self, member: str, *options: str) -> Shell:
        """The machine of a member."""
        folder = self.folder / "machines" / member
        folder.mkdir(parents=True, exist_ok=True)
        environment = {
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
            "LODETRACE_NETWORKS": str(ROOT / "networks.yaml"),
            "LODETRACE_NETWORK": "anvil",
            "LODETRACE_RPC_URL": self.consortium.node.url,
            "LODETRACE_DEPLOYMENTS": str(self.folder / "deployments"),
            "LODETRACE_BUILD": str(compiled().parent),
            "LODETRACE_HOME": str(folder / "home"),
            "LODETRACE_MEMBER": member,
            "LODETRACE_PASSPHRASE": "a passphrase for tests",
        }
        return Shell(folder, environment, list(options))

    def write(self, shell: Shell, name: str, document: dict[str, Any]) -> Path:
        """A site's document on its machine."""
        path = shell.folder / name
        path.write_text(json.dumps(document), "utf-8")
        return path

    def attest(self, path: Path) -> None:
        """The site files a signed document, and three oracle nodes attest it."""
        signed = SignedDocument.read(path)
        signed.verify(domain_of(self.consortium.deployment))
        statement = SiteStatement.of(signed.document)
        file_document(self.consortium.member(SITES[statement.site][0]), signed)
        for one in attestable_events(signed, statement):
            for node in ORACLES:
                purpose = f"attest:{signed.hash.hex()}:{one.event.element}"
                self.consortium.member(node).send(purpose, "Attestations", "attest", one.event)


def village_of(consortium: Consortium, folder: Path) -> Village:
    """Registers the sites under the identifiers of their documents and certifies the mine."""
    for identifier, (operator, kind, material, place) in SITES.items():
        details = Site(
            operator=word(operator),
            place=word(place),
            kind=kind,
            tolerance=5_000,
            loss_from=0,
            loss_to=50_000,
            scrap_to=200_000,
            active=False,
            sequence=0,
            capacity=word(f"capacity of {identifier}"),
            elements=(COBALT,),
            materials=(material,),
        )
        consortium.council("Sites", "register", word(identifier), details)
    now = consortium.now()
    kept_apart = [(site, Scheme.CHAIN_OF_CUSTODY) for site in (REFINERY, PACK_LINE)]
    for site, scheme in [(MINE, Scheme.RMI_RMAP), *kept_apart]:
        consortium.member("certifier").send(
            f"certify:{site}", "Certificates", "issue",
            word(f"certificate of {site}"), word(site), scheme, 0,
            now - DAY, now + 300 * DAY, word("certificate"),
        )  # fmt: skip
    deployment = consortium.deployment
    deployment.save(deployment_path(folder / "deployments", "anvil"))
    return Village(consortium, folder)
