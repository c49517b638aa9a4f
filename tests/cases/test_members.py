"""Cases 07, 13 and 14: passphrases, files of the price desk, names of cars."""

import re
import unicodedata
from pathlib import Path

import pytest

from lodetrace.errors import ExitCode
from lodetrace.keys.keystore import create_keystore, load_keystore
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.member.products import product_id
from lodetrace.secrets import secret
from oracle.prices.staff import Staff, StaffUnusable
from tests.cases.conftest import Case, Run
from tests.cases.traded_chain import TradedChain
from tests.support.consortium import ROOT

MAKER, DESK = "7", "42"


def passphrase(case: Case) -> str:
    text = (case("07") / "README.md").read_text("utf-8")
    return re.findall(r"normalize\('NFC','([^']+)'\)", text)[0]


def test_case_07_a_passphrase_opens_composed_or_decomposed(case: Case, tmp_path: Path) -> None:
    composed, decomposed = (
        unicodedata.normalize(form, passphrase(case)) for form in ("NFC", "NFD")
    )
    assert composed != decomposed
    keys = MemberKeys.for_development(3)
    path = tmp_path / "keys.json"
    create_keystore(path, keys, composed)
    assert load_keystore(path, decomposed).account == keys.account


def test_case_07_a_byte_order_mark_is_no_part_of_a_passphrase(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.write_text(passphrase(case), "utf-8-sig")
    found = secret("LODETRACE_PASSPHRASE", {"LODETRACE_PASSPHRASE_FILE": str(path)})
    assert found == passphrase(case)


def test_case_13_a_staff_file_is_looked_at(case: Case) -> None:
    with pytest.raises(StaffUnusable, match=r"analysts.* twice|analysts"):
        Staff.read(case("13") / "staff.yaml")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("submitters-key-twice", "metal"), ("submitters-wrong-checksum", "0xEe7f6A93")],
)
def test_case_13_a_file_of_submitters_is_looked_at(
    case: Case, environment, lodetrace_oracle: Run, tmp_path: Path, name: str, reason: str
) -> None:
    given = {
        "LODETRACE_NETWORKS": str(ROOT / "networks.yaml"),
        "LODETRACE_NETWORK": "anvil",
        "LODETRACE_HOME": str(tmp_path / "desk"),
        "LODETRACE_PRICE_STAFF": str(ROOT / "examples" / "prices" / "staff.yaml"),
    }
    environment(given)
    entered = str(case("13") / f"{name}.yaml")
    done = lodetrace_oracle("prices", "submitters", "--enter", entered, "--dev-index", DESK)
    assert done.exit_code not in (ExitCode.OK, ExitCode.INTERNAL, ExitCode.USAGE)
    assert reason.lower() in done.output.lower()


def spellings(case: Case) -> list[str]:
    """Of one vehicle number; the last but two has letters for digits."""
    text = (case("14") / "README.md").read_text("utf-8")
    [named] = re.findall(r"for v in (.*): \$L", text)
    named = named.replace("(letters O) ", "").replace("<U+200B>", "\u200b")
    wide = named.replace("<full-width W>", "\uff37")
    return [quoted or plain for quoted, plain in re.findall(r'"([^"]+)"|(\S+)', wide)]


@pytest.mark.chain
def test_case_14_one_car_is_one_product(
    case: Case, traded_chain: TradedChain, environment, lodetrace: Run
) -> None:
    found = spellings(case)
    assert len(found) == 6
    [impossible] = [one for one in found if "OOO" in one]
    maker = traded_chain.consortium.member("car_maker")
    assert len({product_id(maker, one) for one in found if one != impossible}) == 1
    environment(traded_chain.environment())
    done = lodetrace("product", "declare", impossible, "--yes", "--dev-index", MAKER)
    assert done.exit_code == ExitCode.OK, done.output
    assert "ISO 3779 has no O" in done.stderr
