"""The council that its attackers meet: that of its own tests."""

from tests.contracts.registry.council.conftest import *  # noqa: F403 - the same council
