"""Folders synchronised and compared, by the clients that do so."""

import pytest

from clients.referees.base import Refused


def written(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def contents(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


FILES = {"one": "1", "in a folder/ü+é": "two", "in a folder/deeper/三": "three", "gone": "soon"}


@pytest.mark.referee(operation="sync", needs=("sync_up", "sync_down"))
def test_sync(referee, s3, bucket, tmp_path):
    folder = written(tmp_path / "source", FILES)
    referee.sync_up(folder, bucket, "copy/")
    listed = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert listed == sorted((f"copy/{name}" for name in FILES), key=str.encode)
    (folder / "gone").unlink()
    changed = {"one": "another length", "new": "4"}
    referee.sync_up(written(folder, changed), bucket, "copy/")
    target = written(tmp_path / "target", {"stale": "removed by the sync"})
    referee.sync_down(bucket, "copy/", target)
    expected = {**FILES, **changed}
    del expected["gone"]
    assert contents(target) == expected


@pytest.mark.referee(operation="check", needs=("check", "sync_up"))
def test_check(referee, s3, bucket, tmp_path):
    folder = written(tmp_path / "source", FILES)
    referee.sync_up(folder, bucket, "copy")
    referee.check(folder, bucket, "copy")
    s3.put_object(Bucket=bucket, Key="copy/one", Body=b"2")
    with pytest.raises(Refused, match="differ"):
        referee.check(folder, bucket, "copy")
