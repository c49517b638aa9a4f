"""The gateway behind the proxy of deploy/Caddyfile, with TLS: by Debian's caddy."""

import json
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import yaml

from api.access.rights import Readers
from api.access.sign_in import SignInPlace
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.gateway_session import GatewayAt, MemberAtGateway
from lodetrace.text import parse_hex
from tests.conftest import ROOT
from tests.support.required import absent
from tests.support.wallet import Wallet
from tests.unit.api.members_gateway import MembersGateway
from tests.unit.api.served_gateway import SOON, grown, running

DEPLOY = ROOT / "deploy"
KEYS = MemberKeys.for_development(7)
ABSENT = "no caddy on this machine (Debian: make system, or apt-get install caddy)"

pytestmark = pytest.mark.slow


@dataclass
class Proxied:
    """A gateway, and the address that its readers use."""

    served: MembersGateway
    url: str
    trust: ssl.SSLContext

    @property
    def member(self) -> MemberAtGateway:
        return MemberAtGateway(GatewayAt.of(self.url), self.served.chain.chain_id, KEYS)

    def get(self, path: str, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.get(f"{self.url}{path}", headers=named, verify=self.trust, timeout=SOON)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def proxied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Proxied]:
    """For members, or as the test's parameter says; KEYS sign for the maker of the product."""
    caddy = shutil.which("caddy") or absent(ABSENT)
    readers = getattr(request, "param", Readers.MEMBERS)
    made = MembersGateway.over(f"sqlite:///{tmp_path / 'index.db'}", readers)
    made.now = int(time.time())
    made.chain.world.tx(made.rotation(made.maker(), KEYS.signer))
    grown(made)
    made.catch_up()
    tls, plain = free_port(), free_port()
    url = f"https://localhost:{tls}"
    with running(made):
        place = SignInPlace.at(url, made.chain.chain_id)
        object.__setattr__(made.gateway.access, "place", place)
        settings = {
            "GATEWAY_HTTPS_PORT": str(tls),
            "GATEWAY_HTTP_PORT": str(plain),
            "LODETRACE_PORT": made.url.rsplit(":", 1)[1],
            "XDG_DATA_HOME": str(tmp_path / "caddy"),
            "XDG_CONFIG_HOME": str(tmp_path / "caddy"),
            "HOME": str(tmp_path),
        }
        with (tmp_path / "caddy.log").open("wb") as log:
            process = subprocess.Popen(
                [caddy, "run", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"],
                env={"PATH": os.environ["PATH"], **settings}, stdout=log, stderr=log,
            )  # fmt: skip
            try:
                root = tmp_path / "caddy/caddy/pki/authorities/local/root.crt"
                trust = _trusted(process, root, tls)
                monkeypatch.setenv("SSL_CERT_FILE", str(root))
                yield Proxied(made, url, trust)
            finally:
                process.terminate()
                process.wait(timeout=SOON)
    made.engine.dispose()


def _trusted(process: subprocess.Popen, root: Path, port: int) -> ssl.SSLContext:
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        assert process.poll() is None, "caddy ended"
        try:
            context = ssl.create_default_context(cafile=str(root))
            httpx.get(f"https://localhost:{port}/health", verify=context, timeout=5)
        except (OSError, httpx.TransportError):
            time.sleep(0.1)
            continue
        return context
    raise AssertionError("the proxy does not answer")


def test_a_member_signs_in_publishes_and_reads_by_tls(proxied: Proxied) -> None:
    with proxied.member.signed_in() as token:
        answer = proxied.get("/lots?limit=1", Authorization=f"Bearer {token}")
        assert (answer.status_code, len(answer.json()["lots"])) == (200, 1)
        product = parse_hex(proxied.served.product)
        assert proxied.member.publish(product, "passport", token)["up_to"] == "passport"
    assert proxied.get(f"/products/{proxied.served.product}/passport").status_code == 200
    assert proxied.get("/lots", Authorization=f"Bearer {token}").status_code == 401


def test_changes_come_through_as_they_happen(proxied: Proxied) -> None:
    token = proxied.member.sign_in()["token"]
    after = str(proxied.served.chain.head())
    told = GatewayAt.of(proxied.url).stream("/changes", token, after)
    for number in range(3):
        begun = time.monotonic()
        proxied.served.rotate("gamma", Wallet.named(f"key {number}"))
        frames = [next(told), next(told)]
        assert [one.event for one in frames] == ["change", "block"]
        assert time.monotonic() - begun < SOON / 3
    told.close()


def test_nobody_takes_another_address_by_saying_so(proxied: Proxied) -> None:
    """The proxy tells who asks; what a request says of itself is not passed on."""
    requests = proxied.served.gateway.access.requests
    requests.burst, requests.a_second = 3, 0.0001
    spoken = [proxied.get("/lots", X_Forwarded_For=f"192.0.2.{n}").status_code for n in range(6)]
    assert 429 in spoken
    assert len(requests._left) == 1


def test_large_bodies_end_at_the_proxy(proxied: Proxied) -> None:
    """Caddy 2.6 says of them what it says of a gateway that is away, or closes the connection."""
    body = b"x" * (2 << 20)
    try:
        told: object = httpx.post(
            f"{proxied.url}/session", content=body, verify=proxied.trust, timeout=SOON
        ).status_code
    except httpx.RemoteProtocolError:
        told = "closed"
    assert told in (413, 502, "closed")
    assert proxied.get("/health").status_code == 200


def test_plain_http_leads_to_tls_and_tokens_are_not_logged(
    proxied: Proxied, tmp_path: Path
) -> None:
    token = proxied.member.sign_in()["token"]
    assert proxied.get("/lots", Authorization=f"Bearer {token}").status_code == 200
    assert token not in (tmp_path / "caddy.log").read_text()
    assert '"uri":"/lots"' in (tmp_path / "caddy.log").read_text()


@pytest.mark.parametrize("proxied", [Readers.OPEN], indirect=True)
def test_an_open_gateway_tells_nothing_through_a_proxy(proxied: Proxied) -> None:
    refused = proxied.get("/lots")
    assert (refused.status_code, refused.json()["code"]) == (403, "OpenElsewhere")


# --- the other files -----------------------------------------------------------------------------


def test_compose_keeps_the_gateway_behind_the_proxy() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    gateway = services["gateway"]
    assert gateway["network_mode"] == "service:proxy"
    assert "ports" not in gateway
    assert "LODETRACE_BIND" not in gateway["environment"]
    assert gateway["environment"]["LODETRACE_READERS"] == "members"
    for service in services.values():
        assert service["cap_drop"] == ["ALL"]
        assert service["read_only"] is True
        inline = [name for name in service["environment"] if name.endswith(("TOKEN", "PASSPHRASE"))]
        assert inline == [], "secrets are files"


def test_units_are_as_systemd_reads_them(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze") or absent("no systemd-analyze on this machine")
    for unit in sorted((DEPLOY / "systemd").glob("*.service")):
        program = tmp_path / "program"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        copy = tmp_path / unit.name
        lines = unit.read_text().splitlines()
        copy.write_text(
            "\n".join(
                f"ExecStart={program}" if line.startswith("ExecStart=") else line for line in lines
            )
        )
        done = subprocess.run(
            [analyze, "verify", str(copy)], capture_output=True, text=True, check=False
        )
        ours = [line for line in done.stderr.splitlines() if unit.name in line]
        assert ours == [], done.stderr


@pytest.mark.parametrize("name", ["gateway", "oracle"])
def test_an_image_takes_what_a_clone_makes(name: str) -> None:
    """Also that no build reaches for what is not locked."""
    text = (DEPLOY / f"Containerfile.{name}").read_text()
    copied = [line.split()[1] for line in text.splitlines() if line.startswith("COPY")]
    assert copied == [
        "requirements/main.txt",
        "build/dist/*.whl",
        "networks.yaml",
        "build/contracts",
    ]
    assert "--require-hashes" in text
    assert f'ENTRYPOINT ["lodetrace-{name}"]' in text
    assert "USER lodetrace" in text
    assert json.loads(text.split("ENTRYPOINT ")[1].splitlines()[0])


def test_programs_of_the_units_exist() -> None:
    text = (ROOT / "scripts/setup/services/pyproject.toml").read_text()
    for name in ("gateway", "oracle"):
        unit = (DEPLOY / "systemd" / f"lodetrace-{name}.service").read_text()
        assert f"ExecStart=/opt/lodetrace/bin/lodetrace-{name}" in unit
        assert f"lodetrace-{name} = " in text
