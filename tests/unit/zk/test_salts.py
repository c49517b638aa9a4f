import hashlib
import hmac
from dataclasses import replace

import pytest
from Crypto.Hash import keccak

from zk_circuits.errors import SaltSourceInvalid, WordOutOfRange
from zk_circuits.salts import SaltKind, SaltSource, inputs_anchor

from .vector_files import named

SOURCE = SaltSource(SaltKind.LOT, b"s" * 32, b"\1" * 32, 1, b"n" * 16)


@pytest.mark.parametrize("vector", named("salts.json"))
def test_vector_by_the_words_of_the_specification(vector):
    secret, anchor, nonce = (
        bytes.fromhex(vector[name][2:]) for name in ("secret", "anchor", "nonce")
    )
    numbers = (("kind", 1), ("epoch", 4), ("element", 2), ("index", 4))
    kind, epoch, element, index = (vector[name].to_bytes(size, "big") for name, size in numbers)
    message = b"lodetrace/salt/2" + kind + epoch + anchor + element + index + nonce
    digest = hmac.digest(secret, message, hashlib.sha256)
    assert int(vector["salt"]) == int.from_bytes(digest[0:31], "big")
    source = SaltSource(SaltKind(vector["kind"]), secret, anchor, vector["epoch"], nonce)
    assert int(vector["salt"]) == source.salt(vector["element"], vector["index"])


def test_anchor_of_a_rebook_is_its_sorted_inputs():
    ids = [bytes([9]) * 32, bytes([1]) * 32, bytes([5]) * 32]
    joined = bytes([1]) * 32 + bytes([5]) * 32 + bytes([9]) * 32
    assert inputs_anchor(ids) == keccak.new(digest_bits=256, data=joined).digest()
    assert inputs_anchor(ids) == inputs_anchor(reversed(ids))
    assert inputs_anchor(ids) == inputs_anchor(int.from_bytes(lot_id, "big") for lot_id in ids)


def test_every_ingredient_changes_the_salt():
    sources = [
        SOURCE,
        replace(SOURCE, kind=SaltKind.TOTAL),
        replace(SOURCE, secret=b"t" * 32),
        replace(SOURCE, epoch=2),
        replace(SOURCE, anchor=bytes(32)),
        replace(SOURCE, nonce=bytes(16)),
    ]
    salts = {source.salt(27, 0) for source in sources} | {SOURCE.salt(28, 0), SOURCE.salt(27, 1)}
    assert len(salts) == len(sources) + 2
    assert all(0 <= salt < 2**248 for salt in salts)


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": b"short"},
        {"anchor": bytes(31)},
        {"anchor": bytes(33)},
        {"nonce": bytes(15)},
        {"nonce": bytes(17)},
    ],
)
def test_wrong_length_is_refused(wrong):
    with pytest.raises(SaltSourceInvalid):
        replace(SOURCE, **wrong)


@pytest.mark.parametrize(("element", "index"), [(27, -1), (27, 2**32), (-1, 0), (2**16, 0)])
def test_words_have_their_widths(element, index):
    with pytest.raises(WordOutOfRange):
        SOURCE.salt(element, index)


@pytest.mark.parametrize("epoch", [-1, 2**32])
def test_epoch_has_32_bits(epoch):
    with pytest.raises(WordOutOfRange):
        replace(SOURCE, epoch=epoch)


def test_secret_and_nonce_stay_out_of_words():
    assert "nonce" not in repr(SOURCE)
    assert "secret" not in repr(SOURCE)
