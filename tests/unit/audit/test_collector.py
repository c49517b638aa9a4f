"""The collector rests while a bundle is verified, and is as before afterwards."""

import gc

import pytest

from lodetrace.audit.collector import uncollected


@pytest.mark.parametrize("on", [True, False])
def test_the_collector_is_left_as_it_was(on: bool) -> None:
    was = gc.isenabled()
    (gc.enable if on else gc.disable)()
    try:
        with uncollected(), uncollected():
            assert not gc.isenabled()
        assert gc.isenabled() == on
        with pytest.raises(ZeroDivisionError), uncollected():
            assert 1 / 0
        assert gc.isenabled() == on
    finally:
        (gc.enable if was else gc.disable)()
