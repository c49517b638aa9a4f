"""What is true of all tests of a module together, in whatever order they run."""

import pytest


def all_run(request: pytest.FixtureRequest) -> bool:
    """Whether no test of the module was left out (-k, -m, a node id): for module fixtures."""
    module = request.node
    assert isinstance(module, pytest.Module)
    run = {item.nodeid for item in request.session.items}
    return {test.nodeid for test in module.collect()} <= run
