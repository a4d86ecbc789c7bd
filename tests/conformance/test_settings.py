"""Settings of buckets that are documents: lifecycle, quota, storage class, and those of which only "off" is served."""

import datetime
import re

import pytest

from conformance import documents
from conformance.store import path_of

DAYS_3 = "<Expiration><Days>3</Days></Expiration>"


def rule(inside=DAYS_3, name="old", scope="<Filter><Prefix>old/</Prefix></Filter>", status="Enabled"):
    return f"<ID>{name}</ID>{scope}<Status>{status}</Status>{inside}"


def put(store, bucket, *rules):
    return store.set(bucket, "lifecycle", documents.lifecycle(*rules))


class TestLifecycle:
    def test_set_read_and_removed(self, store, bucket):
        assert store.setting(bucket, "lifecycle").refusal == (404, "NoSuchLifecycleConfiguration")
        assert put(store, bucket, rule()).status == 200
        shown = store.setting(bucket, "lifecycle").root.find("Rule")
        assert [shown.findtext(path) for path in ("ID", "Filter/Prefix", "Status", "Expiration/Days")] == ["old", "old/", "Enabled", "3"]
        assert store.delete(bucket, query={"lifecycle": None}).status == 204
        assert store.setting(bucket, "lifecycle").refusal == (404, "NoSuchLifecycleConfiguration")

    @pytest.mark.parametrize("scope", ["<Prefix>old/</Prefix>", "<Filter/>", "<Filter><Prefix/></Filter>", "<Filter><Tag><Key>a</Key><Value>1</Value></Tag></Filter>",
                                       "<Filter><And><Prefix>p</Prefix><Tag><Key>a</Key><Value>1</Value></Tag></And></Filter>",
                                       "<Filter><ObjectSizeGreaterThan>500</ObjectSizeGreaterThan></Filter>"])
    def test_which_objects(self, store, bucket, scope):
        assert put(store, bucket, rule(scope=scope)).status == 200
        shown = store.setting(bucket, "lifecycle").body.decode().replace("\n", "")
        compact = re.sub(r">\s+<", "><", shown)
        assert scope.replace("<Prefix/>", "<Prefix></Prefix>") in compact.replace("<Prefix />", "<Prefix></Prefix>").replace("<Filter />", "<Filter/>").replace("<Prefix/>", "<Prefix></Prefix>")

    @pytest.mark.parametrize("inside", [
        DAYS_3, "<Expiration><Date>2030-01-01T00:00:00.000Z</Date></Expiration>",
        "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>",
        "<NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays></NoncurrentVersionExpiration>",
        "<AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload>",
        "<Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition>"])
    def test_what_becomes_of_them(self, store, bucket, inside):
        assert put(store, bucket, rule(inside)).status == 200
        assert inside in re.sub(r">\s+<", "><", store.setting(bucket, "lifecycle").body.decode())

    def test_a_rule_without_a_name_gets_one(self, store, bucket):
        assert put(store, bucket, rule().replace("<ID>old</ID>", "")).status == 200
        assert store.setting(bucket, "lifecycle").text("Rule/ID")

    @pytest.mark.obs
    def test_in_obs(self, store, bucket):
        body = documents.lifecycle(rule("<Transition><Days>30</Days><StorageClass>WARM</StorageClass></Transition>", scope="<Prefix>old/</Prefix>"))
        assert store.obs("PUT", bucket, query={"lifecycle": None}, body=body).status == 200
        assert store.obs("GET", bucket, query={"lifecycle": None}).text("Rule/Transition/StorageClass") == "WARM"
        assert store.setting(bucket, "lifecycle").text("Rule/Transition/StorageClass") == "STANDARD_IA"
        assert store.obs("DELETE", bucket, query={"lifecycle": None}).status == 204

    @pytest.mark.parametrize("wrong, code", [
        (rule(name="x" * 256), "InvalidArgument"), (rule(status="enabled"), "MalformedXML"), (rule(status=""), "MalformedXML"),
        (rule("<Expiration><Days>0</Days></Expiration>"), "InvalidArgument"), (rule("<Expiration><Days>x</Days></Expiration>"), "MalformedXML"),
        (rule("<Expiration><Date>tomorrow</Date></Expiration>"), "MalformedXML"),
        (rule("<Expiration><Date>2030-01-01T12:00:00.000Z</Date></Expiration>"), "InvalidArgument"),
        (rule("<Colour>blue</Colour>"), "MalformedXML"), (rule(scope=""), "MalformedXML")])
    def test_what_is_no_rule(self, store, bucket, wrong, code):
        assert put(store, bucket, wrong).refusal == (400, code)
        assert store.setting(bucket, "lifecycle").refusal == (404, "NoSuchLifecycleConfiguration")

    def test_two_rules_of_one_name(self, store, bucket):
        assert put(store, bucket, rule(), rule(scope="<Filter><Prefix>b</Prefix></Filter>")).refusal == (400, "InvalidArgument")

    def test_when_an_object_expires(self, store, bucket):
        put(store, bucket, rule())
        store.put(bucket, "old/k", b"x")
        store.put(bucket, "new", b"x")
        shown = store.head(bucket, "old/k").header("x-amz-expiration")
        date, name = re.fullmatch(r'expiry-date="(.+)", rule-id="(.+)"', shown).groups()
        due = datetime.datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT")
        made = datetime.datetime.strptime(store.head(bucket, "old/k").header("last-modified"), "%a, %d %b %Y %H:%M:%S GMT")
        assert (name, due.time(), (due - made).days) == ("old", datetime.time(0), 3)
        assert store.head(bucket, "new").header("x-amz-expiration") is None


@pytest.mark.obs
class TestQuota:
    def quota(self, store, bucket, size):
        return store.obs("PUT", bucket, query={"quota": None}, body=f"<Quota><StorageQuota>{size}</StorageQuota></Quota>".encode())

    def test_unset_and_set(self, store, bucket):
        assert store.obs("GET", bucket, query={"quota": None}).text("StorageQuota") == "0"
        assert self.quota(store, bucket, 1000).status == 200
        assert store.obs("GET", bucket, query={"quota": None}).text("StorageQuota") == "1000"

    def test_what_does_not_fit_is_refused(self, store, bucket):
        self.quota(store, bucket, 10)
        assert store.put(bucket, "k", b"x" * 11).code == "InsufficientStorageSpace"
        assert store.put(bucket, "k", b"x" * 10).status == 200
        assert store.put(bucket, "l", b"x").code == "InsufficientStorageSpace"
        self.quota(store, bucket, 0)
        assert store.put(bucket, "l", b"x").status == 200

    @pytest.mark.parametrize("size", ["-1", "x", ""])
    def test_what_is_none(self, store, bucket, size):
        assert self.quota(store, bucket, size).status == 400


@pytest.mark.obs
class TestStorageClass:
    def test_of_new_objects(self, store, bucket):
        assert store.obs("GET", bucket, query={"storageClass": None}).root.text == "STANDARD"
        assert store.obs("PUT", bucket, query={"storageClass": None}, body=b"<StorageClass>WARM</StorageClass>").status == 200
        answer = store.obs("GET", bucket, query={"storageClass": None})
        assert (answer.root.tag, answer.root.text) == ("StorageClass", "WARM")
        store.put(bucket, "k", b"x")
        assert store.head(bucket, "k").header("x-amz-storage-class") == "STANDARD_IA"

    def test_by_its_other_name(self, store, bucket):
        body = b"<StoragePolicy><DefaultStorageClass>STANDARD_IA</DefaultStorageClass></StoragePolicy>"
        assert store.send("PUT", path_of(bucket), {"storagePolicy": None}, body=body, scheme="v2").status == 200
        assert store.get(bucket, query={"storagePolicy": None}, scheme="v2").text("DefaultStorageClass") == "STANDARD_IA"


OFF = [("logging", b"<BucketLoggingStatus/>"), ("notification", b"<NotificationConfiguration/>"),
       ("requestPayment", b"<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>")]
ON = [("logging", b"<BucketLoggingStatus><LoggingEnabled><TargetBucket>b</TargetBucket></LoggingEnabled></BucketLoggingStatus>"),
      ("requestPayment", b"<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>")]


@pytest.mark.parametrize("name, body", OFF)
def test_off_is_served(store, bucket, name, body):
    assert store.set(bucket, name, body).status == 200


@pytest.mark.parametrize("name, body", ON)
def test_on_is_refused_rather_than_ignored(store, bucket, name, body):
    assert store.set(bucket, name, body).refusal == (501, "NotImplemented")


def test_who_pays(store, bucket):
    assert store.setting(bucket, "requestPayment").text("Payer") == "BucketOwner"


@pytest.mark.parametrize("name", ["acl", "versioning", "policy", "lifecycle", "cors", "tagging", "publicAccessBlock", "ownershipControls", "location"])
def test_of_absent_buckets(store, name):
    assert store.setting("no-such-bucket", name).refusal == (404, "NoSuchBucket")


@pytest.mark.parametrize("name", ["lifecycle", "cors", "tagging", "versioning"])
def test_a_wrong_digest(store, bucket, name):
    bodies = {"lifecycle": documents.lifecycle(rule()), "cors": documents.cors_of(documents.cors(AllowedOrigin=["*"], AllowedMethod=["GET"])),
              "tagging": documents.tagging([("a", "1")]), "versioning": documents.versioning("Enabled")}
    before = store.setting(bucket, name).refusal
    assert store.set(bucket, name, bodies[name], headers={"content-md5": "XUFAKrxLKna5cZ2REBfFkg=="}).refusal == (400, "BadDigest")
    assert store.setting(bucket, name).refusal == before
