"""The OBS SDK in all its ways of talking: AWS V2 on an IP address, OBS on a host name, V2 by path on a host name, V4."""

import hashlib
import io
import os

import pytest
from obs import (CompleteMultipartUploadRequest, CompletePart, CopyObjectHeader, DeleteObjectsRequest, GetObjectHeader,
                 GetObjectRequest, HeadPermission, ListMultipartUploadsRequest, Object, PutObjectHeader, StorageClass)

from clients.conftest import ESDK_MODES, make_esdk

KEYS = ["a b", "ü+é", "中/文", "a//b", "dir/", "dir", "dir/x", "%41", "~*'()"]


def ok(answer):
    assert answer.status < 300, (answer.status, answer.errorCode, answer.errorMessage)
    return answer


def failure(answer):
    return answer.status, answer.errorCode


def content(client, bucket, key, **arguments):
    return ok(client.getObject(bucket, key, loadStreamInMemory=True, **arguments)).body.buffer


@pytest.fixture
def obs_bucket(obs):
    name = f"obs-{obs.mode.replace('_', '-')}"
    ok(obs.createBucket(name, location="cn-north-4"))
    yield name
    for upload in ok(obs.listMultipartUploads(name, ListMultipartUploadsRequest())).body.upload:
        ok(obs.abortMultipartUpload(name, upload.key, upload.uploadId))
    objects = [Object(item.key) for item in ok(obs.listObjects(name)).body.contents]
    if objects:
        ok(obs.deleteObjects(name, DeleteObjectsRequest(quiet=True, objects=objects)))
    ok(obs.deleteBucket(name))


def test_the_host_mode_speaks_obs(server):
    """Else the rest of this file would not test what it says."""
    client = make_esdk(server, "host_obs")
    answer = ok(client.listBuckets())
    assert client.signature == "obs"
    assert answer.requestId
    client.close()


def test_buckets(obs, obs_bucket, server):
    listed = [item for item in ok(obs.listBuckets(isQueryLocation=True)).body.buckets if item.name == obs_bucket]
    assert len(listed) == 1
    assert listed[0].location == server.region
    assert listed[0].create_date.startswith("20")
    assert ok(obs.getBucketLocation(obs_bucket)).body.location == server.region
    assert ok(obs.headBucket(obs_bucket)).status == 200
    metadata = ok(obs.getBucketMetadata(obs_bucket)).body
    assert metadata.storageClass == "STANDARD"
    assert ok(obs.createBucket(obs_bucket)).status == 200
    assert ok(obs.getBucketStoragePolicy(obs_bucket)).body.storageClass == "STANDARD"
    assert failure(obs.getBucketLocation("no-such-bucket")) == (404, "NoSuchBucket")
    assert obs.headBucket("no-such-bucket").status == 404


def test_the_space_that_is_used(obs, obs_bucket):
    ok(obs.putContent(obs_bucket, "k", "12345"))
    info = ok(obs.getBucketStorageInfo(obs_bucket)).body
    assert (info.size, info.objectNumber) == (5, 1)
    assert ok(obs.getBucketQuota(obs_bucket)).body.quota == 0


@pytest.mark.referee(operation="settings")
def test_settings_that_were_never_set(obs, obs_bucket):
    assert failure(obs.getBucketPolicy(obs_bucket)) == (404, "NoSuchBucketPolicy")
    assert failure(obs.getBucketCors(obs_bucket)) == (404, "NoSuchCORSConfiguration")
    assert failure(obs.getBucketLifecycle(obs_bucket)) == (404, "NoSuchLifecycleConfiguration")
    assert failure(obs.getBucketTagging(obs_bucket)) == (404, "NoSuchTagSet")
    assert failure(obs.getBucketWebsite(obs_bucket)) == (404, "NoSuchWebsiteConfiguration")
    assert ok(obs.getBucketVersioning(obs_bucket)).body is None
    ok(obs.getBucketLogging(obs_bucket))
    ok(obs.getBucketNotification(obs_bucket))
    acl = ok(obs.getBucketAcl(obs_bucket)).body
    assert [grant.permission for grant in acl.grants] == ["FULL_CONTROL"]
    assert acl.owner.owner_id == acl.grants[0].grantee.grantee_id


def test_keys_and_folders(obs, obs_bucket):
    for key in KEYS:
        ok(obs.putContent(obs_bucket, key, key))
    assert [item.key for item in ok(obs.listObjects(obs_bucket)).body.contents] == sorted(KEYS, key=str.encode)
    encoded = ok(obs.listObjects(obs_bucket, encoding_type="url")).body
    assert [item.key for item in encoded.contents] == sorted(KEYS, key=str.encode)
    for key in KEYS:
        assert content(obs, obs_bucket, key) == key.encode()
    top = ok(obs.listObjects(obs_bucket, delimiter="/")).body
    assert [item.prefix for item in top.commonPrefixs] == ["a/", "dir/", "中/"]


def test_pages(obs, obs_bucket):
    for number in range(5):
        ok(obs.putContent(obs_bucket, f"k{number}", ""))
    first = ok(obs.listObjects(obs_bucket, max_keys=2)).body
    assert ([item.key for item in first.contents], first.is_truncated, first.next_marker) == (["k0", "k1"], True, "k1")
    rest = ok(obs.listObjects(obs_bucket, marker=first.next_marker)).body
    assert ([item.key for item in rest.contents], rest.is_truncated) == (["k2", "k3", "k4"], False)
    assert rest.contents[0].lastModified.startswith("20")


@pytest.mark.parametrize("size", [0, 5, 200_000, 2_000_000])
def test_contents_of_all_sizes(obs, obs_bucket, size):
    body = b"x" * size
    put = ok(obs.putContent(obs_bucket, "k", body))
    assert put.body.etag == f'"{hashlib.md5(body).hexdigest()}"'
    assert (content(obs, obs_bucket, "k") or b"") == body
    head = ok(obs.getObjectMetadata(obs_bucket, "k")).body
    assert (head.contentLength, head.etag) == (size, put.body.etag)


def test_a_stream_of_unknown_length(obs, obs_bucket):
    ok(obs.putContent(obs_bucket, "k", io.BytesIO(b"y" * 700_000)))
    assert content(obs, obs_bucket, "k") == b"y" * 700_000


def test_metadata_classes_and_types(obs, obs_bucket):
    headers = PutObjectHeader(contentType="text/x", storageClass=StorageClass.WARM, acl=HeadPermission.PRIVATE,
                              md5="XUFAKrxLKna5cZ2REBfFkg==")
    ok(obs.putContent(obs_bucket, "k", "hello", metadata={"plain": "1", "中": "文"}, headers=headers))
    head = ok(obs.getObjectMetadata(obs_bucket, "k"))
    assert head.body.contentType == "text/x"
    assert head.body.storageClass in ("WARM", "STANDARD_IA")
    got = dict(head.header)
    assert got["plain"] == "1" or got.get("meta-plain") == "1"
    assert "文" in got.values()
    wrong = PutObjectHeader(md5="AAAAAAAAAAAAAAAAAAAAAA==")
    assert failure(obs.putContent(obs_bucket, "k", "hello", headers=wrong)) == (400, "BadDigest")


@pytest.mark.referee(operation="conditional requests")
def test_ranges_conditions_overrides(obs, obs_bucket):
    etag = ok(obs.putContent(obs_bucket, "k", "0123456789")).body.etag
    assert content(obs, obs_bucket, "k", headers=GetObjectHeader(range="2-4")) == b"234"
    answer = obs.getObject(obs_bucket, "k", headers=GetObjectHeader(if_none_match=etag), loadStreamInMemory=True)
    assert answer.status == 304
    answer = obs.getObject(obs_bucket, "k", headers=GetObjectHeader(if_match="other"), loadStreamInMemory=True)
    assert failure(answer) == (412, "PreconditionFailed")
    answer = ok(obs.getObject(obs_bucket, "k", getObjectRequest=GetObjectRequest(content_type="text/y"), loadStreamInMemory=True))
    assert dict(answer.header)["content-type"] == "text/y"
    assert failure(obs.getObject(obs_bucket, "absent", loadStreamInMemory=True)) == (404, "NoSuchKey")
    assert obs.getObjectMetadata(obs_bucket, "absent").status == 404


def test_copies(obs, obs_bucket):
    etag = ok(obs.putContent(obs_bucket, "source ü", "x", metadata={"a": "1"})).body.etag
    copied = ok(obs.copyObject(obs_bucket, "source ü", obs_bucket, "target"))
    assert copied.body.etag == etag
    assert content(obs, obs_bucket, "target") == b"x"
    ok(obs.copyObject(obs_bucket, "source ü", obs_bucket, "target", metadata={"b": "2"},
                      headers=CopyObjectHeader(directive="REPLACE")))
    names = [name.removeprefix("meta-") for name, _ in ok(obs.getObjectMetadata(obs_bucket, "target")).header]
    assert "b" in names and "a" not in names


def test_deletes(obs, obs_bucket):
    for key in KEYS:
        ok(obs.putContent(obs_bucket, key, ""))
    assert ok(obs.deleteObject(obs_bucket, KEYS[0])).status == 204
    assert ok(obs.deleteObject(obs_bucket, KEYS[0])).status == 204
    request = DeleteObjectsRequest(quiet=False, objects=[Object(key) for key in KEYS[1:4]], encoding_type="url")
    assert [item.key for item in ok(obs.deleteObjects(obs_bucket, request)).body.deleted] == KEYS[1:4]
    assert len(ok(obs.listObjects(obs_bucket)).body.contents) == len(KEYS) - 4


def test_multipart_with_small_parts(obs, obs_bucket):
    upload_id = ok(obs.initiateMultipartUpload(obs_bucket, "k", metadata={"a": "1"})).body.uploadId
    bodies = [b"a" * 102_400, b"b" * 102_400, b"c"]
    parts = []
    for number, body in enumerate(bodies, start=1):
        part = ok(obs.uploadPart(obs_bucket, "k", number, upload_id, content=body)).body
        parts.append(CompletePart(partNum=number, etag=part.etag))
    listed = ok(obs.listParts(obs_bucket, "k", upload_id)).body
    assert [(part.partNumber, part.size) for part in listed.parts] == [(1, 102_400), (2, 102_400), (3, 1)]
    assert [item.uploadId for item in ok(obs.listMultipartUploads(obs_bucket, ListMultipartUploadsRequest())).body.upload] == [upload_id]
    done = ok(obs.completeMultipartUpload(obs_bucket, "k", upload_id, CompleteMultipartUploadRequest(parts=parts)))
    assert done.body.etag.strip('"').endswith("-3")
    assert content(obs, obs_bucket, "k") == b"".join(bodies)


def test_upload_file_with_parts(obs, obs_bucket, tmp_path):
    path = tmp_path / "nine-megabytes"
    path.write_bytes(os.urandom(9 * 1024 * 1024))
    ok(obs.uploadFile(obs_bucket, "k", str(path), partSize=1024 * 1024, taskNum=3))
    ok(obs.downloadFile(obs_bucket, "k", str(tmp_path / "back"), partSize=2 * 1024 * 1024, taskNum=3))
    assert (tmp_path / "back").read_bytes() == path.read_bytes()


def test_what_is_not_served_says_so(obs, obs_bucket):
    assert failure(obs.renameFile(obs_bucket, "a", "b")) == (405, "MethodNotAllowed")


def test_all_modes_see_the_same_object(server, s3, bucket):
    clients = {mode: make_esdk(server, mode) for mode in ESDK_MODES}
    for mode, client in clients.items():
        ok(client.putContent(bucket, mode, mode, metadata={"by": "文"}))
    for client in clients.values():
        for mode in ESDK_MODES:
            assert content(client, bucket, mode) == mode.encode()
            assert "文" in dict(ok(client.getObjectMetadata(bucket, mode)).header).values()
        client.close()
