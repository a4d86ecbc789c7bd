"""S3 and OBS on one port: told apart by the signature, and each answered in its own words."""

import pytest

from conformance import signing
from conformance.store import path_of

pytestmark = pytest.mark.obs
OBS_SDK = {"user-agent": "obs-sdk-python/3.26.6"}


def test_the_prefix_of_the_answer(store, filled):
    assert store.get(filled, "k").header("x-amz-request-id")
    assert store.get(filled, "k", scheme="v2").header("x-amz-request-id")
    obs = store.obs("GET", filled, "k")
    assert (obs.status, obs.body) == (200, b"0123456789")
    assert obs.header("x-obs-request-id") and obs.header("x-obs-id-2")
    assert obs.header("x-amz-request-id") is None


@pytest.mark.parametrize("headers, prefix", [({}, "x-amz-"), ({"x-obs-date": "now"}, "x-obs-")])
def test_anonymous_requests_by_their_headers(store, filled, headers, prefix):
    answer = store.get(filled, "k", headers=headers, scheme=None)
    assert answer.refusal == (403, "AccessDenied")
    assert answer.header(f"{prefix}request-id")


def test_links_by_their_names(store, filled):
    path = path_of(filled, "k")
    for scheme, prefix in (("AWS", "x-amz-"), ("OBS", "x-obs-")):
        expires = int(signing.now().timestamp()) + 300
        answer = store.link(signing.presign_old(store.keys, "GET", path, {}, {}, scheme=scheme, expires=expires), path)
        assert (answer.status, answer.body) == (200, b"0123456789")
        assert answer.header(f"{prefix}request-id")


def test_two_signatures_at_once(store, filled):
    path = path_of(filled, "k")
    query = signing.presign_v4(store.keys, "GET", path, {}, {"host": store.address})
    headers = signing.sign_v4(store.keys, "GET", path, query, {"host": store.address})
    assert store.exchange("GET", store.target(path, query), headers).refusal == (400, "InvalidArgument")


@pytest.mark.parametrize("host", ["localhost", "some-bucket.localhost"])
def test_the_probe(store, host):
    answer = store.exchange("HEAD", "/?apiversion", {"host": f"{host}:{store.port}"})
    assert (answer.status, answer.header("x-obs-api"), answer.body) == (200, "3.0", b"")


def test_metadata_in_the_words_of_the_reader(store, bucket):
    store.put(bucket, "k", b"x", {"x-amz-meta-colour": "blue", "x-amz-storage-class": "STANDARD_IA"})
    obs = store.obs("HEAD", bucket, "k")
    assert (obs.header("x-obs-meta-colour"), obs.header("x-obs-storage-class")) == ("blue", "WARM")
    assert obs.header("x-amz-meta-colour") is None
    store.obs("PUT", bucket, "o", headers={"x-obs-meta-colour": "red", "x-obs-storage-class": "COLD"}, body=b"x")
    s3 = store.head(bucket, "o")
    assert (s3.header("x-amz-meta-colour"), s3.header("x-amz-storage-class")) == ("red", "GLACIER")


@pytest.mark.parametrize("s3, obs", [("STANDARD_IA", "WARM"), ("GLACIER", "COLD"), ("DEEP_ARCHIVE", "DEEP_ARCHIVE"),
                                     ("INTELLIGENT_TIERING", "INTELLIGENT_TIERING")])
def test_storage_classes(store, bucket, s3, obs):
    assert store.put(bucket, "k", b"x", {"x-amz-storage-class": s3}).status == 200
    assert store.obs("HEAD", bucket, "k").header("x-obs-storage-class") == obs
    assert store.get(bucket).texts("Contents/StorageClass") == [s3]
    assert store.obs("GET", bucket).texts("Contents/StorageClass") == [obs]


def test_an_unknown_storage_class(store, bucket):
    assert store.put(bucket, "k", b"x", {"x-amz-storage-class": "SHELF"}).refusal == (400, "InvalidStorageClass")


def test_metadata_that_is_not_ascii(store, bucket):
    for key, value in (("utf-8", "blaü 文"), ("encoded", "bla%C3%BC")):
        store.put(bucket, key, b"x", {"x-amz-meta-colour": value})
        stored = store.head(bucket, key).header("x-amz-meta-colour")
        assert stored.encode("latin-1").decode() == value  # http.client shows bytes as Latin-1


def test_the_three_shapes_of_a_location(store, bucket, region):
    shown = "" if region == "us-east-1" else region
    s3 = store.get(bucket, query={"location": None})
    assert (s3.root.tag, s3.root.text or "") == ("LocationConstraint", shown)
    sdk = store.get(bucket, query={"location": None}, headers=OBS_SDK, scheme="v2")
    assert (sdk.root.tag, sdk.text("LocationConstraint")) == ("CreateBucketConfiguration", region)
    obs = store.obs("GET", bucket, query={"location": None})
    assert (obs.root.tag, obs.root.text) == ("Location", region)


@pytest.mark.parametrize("element", ["Location", "LocationConstraint"])
def test_the_body_of_a_creation(store, element):
    body = f"<CreateBucketConfiguration><{element}>eu-de</{element}></CreateBucketConfiguration>".encode()
    assert store.obs("PUT", "created-far-away", body=body).status == 200
    assert store.delete("created-far-away").status == 204


def test_owners(store, filled):
    s3, obs = store.get("").root, store.obs("GET", "").root
    assert s3.findtext("Owner/ID") == obs.findtext("Owner/ID")
    assert s3.findtext("Owner/DisplayName")
    assert obs.find("Owner/DisplayName") is None
    assert store.obs("GET", filled).root.find("Contents/Owner/DisplayName") is None


def test_buckets_as_obs_lists_them(store, bucket, region):
    entries = [item for item in store.obs("GET", "", headers={"x-obs-location": "true"}).root.findall("Buckets/Bucket")
               if item.findtext("Name") == bucket]
    assert [(item.findtext("Location"), item.findtext("BucketType")) for item in entries] == [(region, "OBJECT")]


def test_the_head_of_a_bucket(store, bucket, region):
    assert store.head(bucket).header("x-amz-bucket-region") == region
    obs = store.obs("HEAD", bucket)
    assert obs.header("x-obs-bucket-location") == region
    assert obs.header("x-obs-version") == "3.0"
    assert obs.header("x-obs-storage-class") == "STANDARD"


def test_what_only_obs_tells(store, filled):
    info = store.obs("GET", filled, query={"storageinfo": None})
    assert (info.root.tag, info.text("Size"), info.text("ObjectNumber")) == ("GetBucketStorageInfoResult", "10", "1")
    assert store.obs("GET", filled, query={"quota": None}).text("StorageQuota") == "0"
    assert store.obs("GET", filled, query={"storageClass": None}).root.text == "STANDARD"


@pytest.mark.parametrize("query", [{"rename": None, "name": "n"}, {"modify": None, "position": 0}, {"truncate": None, "length": 0}])
def test_operations_of_file_systems_are_refused_for_good(store, filled, query):
    """405, since the OBS SDKs would retry a 501."""
    method = "POST" if "rename" in query else "PUT"
    headers = signing.sign_old(store.keys, method, f"/{filled}/k?" + "&".join(
        name if value is None else f"{name}={value}" for name, value in sorted(query.items())), {}, {
            "host": f"{filled}.{store.base_domain}:{store.port}"}, scheme="OBS")
    assert store.exchange(method, store.target("/k", query), headers).refusal == (405, "MethodNotAllowed")
