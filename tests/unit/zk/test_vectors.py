import pytest

from zk_circuits import make_vectors


def test_committed_vectors_are_what_the_generator_writes(capsys):
    assert make_vectors.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", make_vectors.FILES)
def test_a_changed_vector_is_named_and_kept(name, tmp_path, monkeypatch, capsys):
    for file in make_vectors.FILES:
        (tmp_path / file).write_bytes((make_vectors.FOLDER / file).read_bytes())
    changed = (tmp_path / name).read_text().replace("1", "2", 1)
    (tmp_path / name).write_text(changed)
    monkeypatch.setattr(make_vectors, "FOLDER", tmp_path)
    assert make_vectors.main(["--check"]) == 1
    assert capsys.readouterr().out == f"differs: {name}\n"
    assert (tmp_path / name).read_text() == changed
