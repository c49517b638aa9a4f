"""`lodetrace try`: a shell in which the visitor is a member of the demo."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lodetrace.cli.answer import Answer
from lodetrace.cli.command import command
from lodetrace.cli.context import CommandContext
from lodetrace.errors import NotFound, SettingsError

if TYPE_CHECKING:
    from lodetrace.devchain import DevChain

app: Final = typer.Typer()

MEMBER: Final = "visitor"
"""A keystore of its own, whatever the demo's folder has for Saimaa."""
DEV_INDEX: Final = 3
PASSPHRASE: Final = "everybody has these keys"  # noqa: S105 - of development keys, and says so
NETWORK: Final = "development"

STEPS: Final = """\
You are Saimaa, a cobalt refinery in Finland. A container of cobalt hydroxide stands at your gate:
Mwinda, a mine in the DRC, offers it to you, and inspectors have attested what it weighs.

  1  lodetrace lot accept MWD-700099
  2  lodetrace event import "$VISIT/run.csv" --kind processing --site 9521234000044 \\
       --offset +00:00 --first 100 --out "$VISIT/signed"
  3  lodetrace event file "$VISIT"/signed/*.json
     for node in 12 13 14; do lodetrace-oracle attest "$VISIT"/signed/*.json --dev-index $node; done
  4  lodetrace lot run --kind process --document "$VISIT/signed/000100-SM26-99.signed.json" \\
       --element Co --output material=SULPHATE,metal=rest
  5  lodetrace claim prove SM26-99 --measure carbon-intensity --threshold "12 kg CO2e/kg"
  6  lodetrace lot offer SM26-99 --to odra

`lodetrace claim list` and `lodetrace claim verify` check the claim as anybody would. What you do
stays in the demo. docs/tutorial.md says what each step shows."""


class DemoMissing(NotFound):
    """No story was told in the folder."""

    template = "no demo was told in {folder}"
    advice = "Run `make demo SERVE=0` in the clone first: it takes some minutes, once."


class VisitNotPrepared(SettingsError):
    """What waits for the visitor could not be made."""

    template = "the container could not be prepared: {reason}"
    advice = "Run the command in the clone, or tell the story again: make demo RESET=1."


@command(app, "try", "lodetrace try", 'eval "$(lodetrace try --exports)"', keys=False, writes=True)
def try_(
    cli: CommandContext,
    folder: Annotated[Path, typer.Option(help="Folder of the demo.")] = Path("build/demo"),
    exports: Annotated[
        bool, typer.Option("--exports", help="Print the settings for a shell that runs already.")
    ] = False,
) -> Answer:
    """Be a member of the demo for an hour: a shell, and a container that waits for you.

    Starts the demo's chain where it does not run, has the container prepared, and starts your shell
    with the demo's settings. What you do there stays for the next time. With `--json` or
    `--exports` no shell is started.
    """
    from lodetrace.devchain import attach_or_start

    demo = folder.absolute()
    record = demo / "deployments" / f"{NETWORK}.json"
    if not record.is_file():
        raise DemoMissing(folder=folder)
    cli.about_to("start the demo's chain and a shell", folder=str(demo))
    chain = attach_or_start(demo / "chain", _settings_of(demo))
    settings = _environment(demo, chain)
    with cli.work("preparing the container"):
        visit = _prepare(demo, settings)
    _keystore(settings)
    _names(settings)
    document = {"member": MEMBER, "waiting": visit["label"], "settings": settings}
    if cli.terminal.as_json:
        return Answer(document, [])
    if exports:
        lines = [f"export {name}={shlex.quote(value)}" for name, value in settings.items()]
        return Answer(document, ["\n".join(lines)])
    cli.terminal.note(STEPS, "", "`exit` brings you back.")
    shell = os.environ.get("SHELL") or "/bin/sh"
    subprocess.run([shell, "-i"], env={**os.environ, **settings}, check=False)
    ended = f'The chain goes on; `{sys.executable} -m lodetrace.devchain stop "{demo}"` ends it.'
    return Answer(document, [ended])


def _settings_of(demo: Path) -> Any:
    """A chain goes on as it was begun."""
    from lodetrace.devchain import GANACHE
    from lodetrace.devchain.record import Record

    begun = Record.read(demo / "chain")
    return GANACHE if begun is None else begun.settings


def _environment(demo: Path, chain: "DevChain") -> dict[str, str]:
    from lodetrace.settings import Settings

    clone = Settings.load().networks_file.parent
    found = {
        "LODETRACE_NETWORK": NETWORK,
        "LODETRACE_RPC_URL": chain.url,
        "LODETRACE_DEPLOYMENTS": str(demo / "deployments"),
        "LODETRACE_HOME": str(demo / "home"),
        "LODETRACE_MEMBER": MEMBER,
        "LODETRACE_PASSPHRASE": PASSPHRASE,
        "LODETRACE_DECLARATIONS": str(clone / "examples" / "cobalt" / "sites.yaml"),
        "VISIT": str(demo / "visit"),
    }
    if shutil.which("lodetrace-oracle") is None:
        programs = str(Path(sys.executable).parent)
        found["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", "")])
    return found


def _prepare(demo: Path, settings: dict[str, str]) -> dict[str, Any]:
    """The demo has all parts in one place, inspectors too: it is a program of its own."""
    from lodetrace.settings import Settings

    clone = Settings.load().networks_file.parent
    words = [sys.executable, "-m", "demo.visitor", str(demo / "visit")]
    path = os.pathsep.join([str(clone), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    environment = {**os.environ, **settings, "PYTHONPATH": path}
    done = subprocess.run(
        words, env=environment, cwd=clone, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-2:] or [f"code {done.returncode}"]
        raise VisitNotPrepared(reason=" ".join(reason))
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _keystore(settings: dict[str, str]) -> None:
    from lodetrace.keys.keystore import create_keystore
    from lodetrace.keys.member_keys import MemberKeys

    path = Path(settings["LODETRACE_HOME"]) / "keys" / f"{MEMBER}.keystore.json"
    if not path.exists():
        create_keystore(path, MemberKeys.for_development(DEV_INDEX), PASSPHRASE)


def _names(settings: dict[str, str]) -> None:
    """Partners of the story, where the visitor has given their accounts no other names."""
    from lodetrace.errors import Refused
    from lodetrace.keys.member_keys import MemberKeys
    from lodetrace.member.book import changing

    with changing(Path(settings["LODETRACE_HOME"]) / NETWORK / "book.json") as book:
        named = book
        for name, index in (("mwinda", 0), ("odra", 5)):
            try:
                named = named.with_name(name, MemberKeys.for_development(index).account)
            except Refused:
                continue
        if named is not book:
            named.save()
