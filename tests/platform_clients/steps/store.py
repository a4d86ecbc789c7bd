"""Code and data go into the object store."""

from platform_clients.journey import PACKAGE, POINTS, step


@step("make_bucket")
def make_a_bucket(journey):
    journey.made.bucket = "garden"
    journey.client.make_bucket("garden")
    if journey.client.can("buckets"):
        assert journey.client.buckets() == ["garden"]


@step("put_file")
def upload_code_and_data(journey):
    points = journey.folder / "points.csv"
    points.write_text(POINTS)
    for key, path in {"code/train.py": PACKAGE / "train.py", "code/wait.py": PACKAGE / "wait.py", "data/points.csv": points}.items():
        journey.client.put_file(journey.made.bucket, key, path)


@step("keys")
def list_objects(journey):
    assert journey.client.keys(journey.made.bucket) == ["code/train.py", "code/wait.py", "data/points.csv"]


@step("get_file")
def download(journey):
    back = journey.folder / "back.py"
    journey.client.get_file(journey.made.bucket, "code/train.py", back)
    assert back.read_bytes() == (PACKAGE / "train.py").read_bytes()
