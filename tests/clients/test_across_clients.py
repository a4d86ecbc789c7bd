"""The same objects through every client: put by one, read by all others."""

from urllib.parse import unquote

import pytest

from clients.client_table import judged_by
from clients.referees import REFEREES
from clients.test_journey_objects import ODD_KEYS


def keys_to_read(writer, reader, written):
    """All that the reader can name. A slow one reads one of each writer, another each time, so that it reads them all in the end."""
    named = [key for key in written if key not in reader.cannot_name]
    if not reader.slow:
        return named
    return [named[list(REFEREES).index(writer.name) % len(named)]]


@pytest.mark.referee(operation="every other client", needs=("put", "get"))
def test_put_by_one_read_by_all(referee, cast, bucket):
    named = [key for key in ODD_KEYS if key not in referee.cannot_name]
    bodies = {key: f"{referee.name}: {key}".encode() for key in (named[:2] if referee.slow else named)}
    for key, body in bodies.items():
        referee.put(bucket, key, body, {"test-colour": "blue"})
    etags = {}
    for name in REFEREES:
        reader = cast[name]
        for key in keys_to_read(referee, reader, bodies):
            assert reader.get(bucket, key) == bodies[key], (name, key)
            head = reader.head(bucket, key)
            assert head.metadata == {"test-colour": "blue"}, (name, key)
            assert etags.setdefault(key, head.etag) == head.etag, (name, key)


# Metadata that is not ASCII: boto3 and awscli refuse it themselves, the OBS SDKs percent-encode it, the others send UTF-8 as it is.
VALUE = "中文"
AS_IT_IS = ["s3cmd", "rclone", "curl"]
PERCENT_ENCODED = ["esdk V2", "esdk OBS", "esdk V2 host", "esdk V4", "Go V2", "Go OBS", "Go V4"]


@judged_by("metadata, not ASCII", AS_IT_IS)
def test_metadata_as_it_is(cast, bucket, name):
    cast[name].put(bucket, "k", b"x", {"test-colour": VALUE})
    for reader in AS_IT_IS:
        assert cast[reader].head(bucket, "k").metadata == {"test-colour": VALUE}, reader


@judged_by("metadata, not ASCII", PERCENT_ENCODED)
def test_percent_encoded_metadata(cast, bucket, name):
    cast[name].put(bucket, "k", b"x", {"test-colour": VALUE})
    for reader in PERCENT_ENCODED:  # the Go SDK hands it over as it came
        assert unquote(cast[reader].head(bucket, "k").metadata["test-colour"]) == VALUE, reader
