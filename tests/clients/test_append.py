"""Appending, which only OBS has. Row: "append": "grows an object; wrong positions and ordinary objects are refused"."""

import threading

import pytest
from obs import AppendObjectContent

from clients.client_table import judged_by
from clients.referees.base import Refused

ROW = "append"


@judged_by(ROW, ["esdk V2", "esdk OBS", "esdk V2 host", "esdk V4"])
def test_esdk(cast, s3, bucket, name):
    esdk = cast[name]

    def append(text, position, key="k"):
        return esdk.call("appendObject", bucket, key, AppendObjectContent(content=text, position=position)).body.nextPosition

    assert append("one ", 0) == 4
    assert append("two", 4) == 7
    assert esdk.get(bucket, "k") == b"one two"
    with pytest.raises(Refused, match="409"):
        append("x", 4)
    s3.put_object(Bucket=bucket, Key="ordinary", Body=b"x")
    with pytest.raises(Refused, match="ObjectNotAppendable"):
        append("x", 1, "ordinary")


@judged_by(ROW, ["Go V2", "Go OBS", "Go V4"])
def test_go(cast, bucket, name):
    go = cast[name]
    assert go.call("append", bucket=bucket, key="k", body="b25lIA==", first=0)["next"] == 4
    assert go.call("append", bucket=bucket, key="k", body="dHdv", first=4)["next"] == 7
    assert go.get(bucket, "k") == b"one two"
    with pytest.raises(Refused, match="PositionNotEqualToLength"):
        go.call("append", bucket=bucket, key="k", body="dHdv", first=4)


@pytest.mark.referee(client="esdk OBS", operation=ROW)
def test_one_of_two_at_once_wins(cast, bucket):
    names, outcomes = ["esdk OBS", "esdk V2"], {}
    barrier = threading.Barrier(len(names))
    clients = {name: cast[name].client for name in names}

    def append(name):
        barrier.wait(30)
        outcomes[name] = clients[name].appendObject(bucket, "k", AppendObjectContent(content=name, position=0)).status

    threads = [threading.Thread(target=append, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes.values()) == [200, 409]
    winner = next(name for name, status in outcomes.items() if status == 200)
    assert cast["esdk OBS"].get(bucket, "k") == winner.encode()
