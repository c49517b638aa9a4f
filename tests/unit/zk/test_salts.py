import hashlib
import hmac

import pytest
from Crypto.Hash import keccak

from zk_circuits.errors import SaltSourceInvalid, WordOutOfRange
from zk_circuits.salts import derive_salt, rebook_document_hash

from .vector_files import named


@pytest.mark.parametrize("vector", named("salts.json"))
def test_vector_by_the_words_of_the_specification(vector):
    secret = bytes.fromhex(vector["secret"][2:])
    document = bytes.fromhex(vector["documentHash"][2:])
    message = b"lodetrace/salt/1" + document + vector["index"].to_bytes(4, "big")
    digest = hmac.digest(secret, message, hashlib.sha256)
    assert int(vector["salt"]) == int.from_bytes(digest[0:31], "big")
    assert int(vector["salt"]) == derive_salt(secret, document, vector["index"])


def test_document_of_a_rebook_is_its_sorted_inputs():
    ids = [bytes([9]) * 32, bytes([1]) * 32, bytes([5]) * 32]
    joined = bytes([1]) * 32 + bytes([5]) * 32 + bytes([9]) * 32
    assert rebook_document_hash(ids) == keccak.new(digest_bits=256, data=joined).digest()
    assert rebook_document_hash(ids) == rebook_document_hash(reversed(ids))
    assert rebook_document_hash(ids) == rebook_document_hash(
        int.from_bytes(lot_id, "big") for lot_id in ids
    )


def test_every_ingredient_changes_the_salt():
    salts = {
        derive_salt(secret, document, index)
        for secret in (b"a" * 32, b"b" * 32)
        for document in (bytes(32), b"\1" * 32)
        for index in (0, 1)
    }
    assert len(salts) == 8
    assert all(0 <= salt < 2**248 for salt in salts)


@pytest.mark.parametrize(
    ("secret", "document"), [(b"short", bytes(32)), (b"s" * 32, bytes(31)), (b"s" * 32, bytes(33))]
)
def test_wrong_length_is_refused(secret, document):
    with pytest.raises(SaltSourceInvalid):
        derive_salt(secret, document, 0)


@pytest.mark.parametrize("index", [-1, 2**32])
def test_index_has_32_bits(index):
    with pytest.raises(WordOutOfRange):
        derive_salt(b"s" * 32, bytes(32), index)
