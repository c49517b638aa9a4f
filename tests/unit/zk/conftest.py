import zk_circuits.curve  # noqa: F401 -- py_ecc comes in by this door, before any test
