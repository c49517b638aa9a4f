"""An empty disk, lost keys, rotated keys: what comes back and what does not."""

from dataclasses import replace
from pathlib import Path

import pytest

from lodetrace.contracts.enums import Material
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.keys.keystore import create_keystore, load_keystore, save_keystore
from lodetrace.keys.member_keys import MemberKeys, address_of, new_signing_key
from lodetrace.keys.sealed_opening import seal_opening
from lodetrace.member.inbox import accept, inbox
from lodetrace.member.lots import ViewingKeyDiffers, held_lots
from lodetrace.member.offers import disclose, offer
from lodetrace.member.recover import recover
from lodetrace.member.rotation import rotate_signer, rotate_viewing_key
from lodetrace.member.run_plan import Wanted
from lodetrace.member.runs import rebook
from lodetrace.member.session import MemberSession
from tests.stateful.paths import DAY, TONNE, born, handed_over, offered
from tests.support.boxes import box
from tests.support.consortium import PEOPLE, Consortium, word
from zk_circuits.balance import Balance
from zk_circuits.commitment import Opening
from zk_circuits.tags import Tag

pytestmark = pytest.mark.chain

PASSPHRASE = "correct horse battery"
HALVES = [Wanted(2 * TONNE, Material.HYDROXIDE), Wanted(4 * TONNE, Material.HYDROXIDE)]


def session(consortium: Consortium, name: str, keys: MemberKeys) -> MemberSession:
    """A session with other keys than the mnemonic's, on an empty disk."""
    consortium.forget(name)
    member = MemberSession(
        consortium.network, consortium.contracts(), keys, consortium.home / f"{name} again"
    )
    consortium.sessions[name] = member
    return member


def some_history(consortium: Consortium) -> list[bytes]:
    """The refinery: a lot that it got, split, half of it offered to it again; a disclosure."""
    lot = born(consortium).lot
    handed_over(consortium, "mine", "refinery", [lot])
    done = rebook(consortium.member("refinery"), [lot], HALVES)
    made = [output.lot for output in done.outputs]
    third = born(consortium, TONNE).lot
    offered(consortium, "mine", "refinery", [third])
    fourth = born(consortium, 3 * TONNE).lot
    disclose(consortium.member("mine"), fourth, consortium.account("refinery"))
    return [lot, *made, third, fourth]


def test_an_empty_disk_is_filled_again(consortium: Consortium) -> None:
    lots = some_history(consortium)
    before = [view.id for view in held_lots(consortium.member("refinery"))]
    consortium.forget("refinery")
    refinery = consortium.member("refinery")
    assert held_lots(refinery) == []
    found = recover(refinery)
    assert sorted(found.lots) == sorted(lots)
    assert found.unreadable == ()
    assert [view.id for view in held_lots(refinery)] == before
    assert recover(refinery) == found, "again, the same"
    offer(refinery, before[:1], consortium.account("recycler"), consortium.now() + DAY)


def test_garbage_and_swapped_openings_are_reported(consortium: Consortium) -> None:
    mine = consortium.member("mine")
    honest, garbage, swapped = (born(consortium).lot for _ in range(3))
    key = consortium.member("refinery").keys.viewing_key.public
    better = seal_opening(Opening(Tag(27), Balance(9 * TONNE, 1, 0), 5), key)
    nothing = box("garbage")
    to, expiry = consortium.account("refinery"), consortium.now() + DAY
    offer(mine, [honest], to, expiry)
    mine.send("garbage", "Custody", "offer", garbage, to, expiry, nothing)
    mine.send("swapped", "Custody", "offer", swapped, to, expiry, better)
    consortium.forget("refinery")
    refinery = consortium.member("refinery")
    found = recover(refinery)
    assert found.lots == (honest,)
    codes = {one.copy.lot: one.reason.code for one in found.unreadable}
    assert codes == {garbage: "BoxUnreadable", swapped: "OpeningOfAnother"}
    assert refinery.vault.subjects() == [honest]


@pytest.mark.parametrize("rotations", [1, 2])
def test_recovery_after_rotated_viewing_keys(
    consortium: Consortium, tmp_path: Path, rotations: int
) -> None:
    lots = some_history(consortium)
    path = tmp_path / "refinery.keystore.json"
    member = consortium.member("refinery")
    create_keystore(path, member.keys, PASSPHRASE)
    for turn in range(rotations):
        keys = rotate_viewing_key(member, lambda new: save_keystore(path, new, PASSPHRASE))
        member = session(consortium, "refinery", keys)
        extra = born(consortium, (turn + 1) * TONNE).lot
        offered(consortium, "mine", "refinery", [extra])
        lots.append(extra)
    newest = load_keystore(path, PASSPHRASE)
    assert len(newest.former) == rotations
    forgetful = newest.with_former(())
    member = session(consortium, "refinery", forgetful)
    found = recover(member)
    assert found.former == newest.former
    assert sorted(found.lots) == sorted(lots)
    assert found.unreadable == ()
    assert inbox(member)[-1].opening is not None


def test_an_old_viewing_key_seals_nothing_to_oneself(consortium: Consortium) -> None:
    lot = born(consortium).lot
    handed_over(consortium, "mine", "refinery", [lot])
    refinery = consortium.member("refinery")
    rotate_viewing_key(refinery, lambda new: None)
    with pytest.raises(ViewingKeyDiffers):
        rebook(refinery, [lot], HALVES)


def test_a_rotated_signer(consortium: Consortium, tmp_path: Path) -> None:
    lot = born(consortium).lot
    offered(consortium, "mine", "refinery", [lot])
    old = consortium.member("refinery")
    path = tmp_path / "refinery.keystore.json"
    create_keystore(path, old.keys, PASSPHRASE)
    saved: list[MemberKeys] = []

    def save(keys: MemberKeys) -> None:
        save_keystore(path, keys, PASSPHRASE)
        saved.append(keys)
        if keys.next_signing_key is not None:
            fund(consortium, keys.next_signing_key)

    keys = rotate_signer(old, save)
    assert load_keystore(path, PASSPHRASE) == keys
    assert keys.account == old.account
    assert keys.signer != old.keys.signer
    again = session(consortium, "refinery", keys)
    assert rotate_signer(again, save).signer != keys.signer, "a later rotation, another key"
    assert saved[0].signer == old.keys.signer, "the new key was stored before anything was sent"


def fund(consortium: Consortium, key: bytes) -> None:
    consortium.node.rpc("anvil_setBalance", [address_of(key), hex(10**21)])


def test_the_old_signer_is_dead(consortium: Consortium) -> None:
    lot = born(consortium).lot
    offered(consortium, "mine", "refinery", [lot])
    old = consortium.member("refinery")

    def save(keys: MemberKeys) -> None:
        if keys.next_signing_key is not None:
            fund(consortium, keys.next_signing_key)

    keys = rotate_signer(old, save)
    with pytest.raises(ContractRefused, match="signs for no active member"):
        accept(old, [lot])
    new = session(consortium, "refinery", keys)
    assert new.account == old.account
    accept(new, [lot])
    rebook(new, [lot], HALVES)


def test_a_crash_between_the_steps_of_a_rotation(consortium: Consortium, tmp_path: Path) -> None:
    member = consortium.member("refinery")
    path = tmp_path / "refinery.keystore.json"
    create_keystore(path, member.keys, PASSPHRASE)

    class Crash(Exception):
        pass

    def save_and_crash(keys: MemberKeys) -> None:
        save_keystore(path, keys, PASSPHRASE)
        raise Crash

    with pytest.raises(Crash):
        rotate_viewing_key(member, save_and_crash)
    halfway = load_keystore(path, PASSPHRASE)
    assert halfway.next_viewing_key is not None
    member = session(consortium, "refinery", halfway)
    keys = rotate_viewing_key(member, lambda new: save_keystore(path, new, PASSPHRASE))
    assert keys.viewing_key == halfway.next_viewing_key
    assert member.reads.account(member.account).viewing_key == keys.viewing_key.public


def test_the_council_replaces_a_lost_signer(consortium: Consortium) -> None:
    lot = born(consortium).lot
    handed_over(consortium, "mine", "refinery", [lot])
    lost = MemberKeys.for_development(PEOPLE["refinery"][0])
    key = new_signing_key()
    fund(consortium, key)
    with pytest.raises(ContractRefused) as heard:
        consortium.council("Members", "replaceSigner", lost.account, address_of(key))
    assert heard.value.name == "ActTooEarly"
    consortium.wait(7 * DAY)
    consortium.council("Members", "replaceSigner", lost.account, address_of(key))
    member = session(consortium, "refinery", replace(lost, signing_key=key))
    recover(member)
    rebook(member, [lot], HALVES)
    assert word("refinery") == member.reads.account(member.account).organisation
