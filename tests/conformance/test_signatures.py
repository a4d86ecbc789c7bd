"""Who may do what they ask: every form of a signature, and every way in which it can be wrong."""

import datetime
import hashlib
from email.utils import format_datetime

import pytest

from conformance import signing
from conformance.store import path_of

BODY = b"0123456789"
MINUTES = [(-14, None), (14, None), (-16, "RequestTimeTooSkewed"), (16, "RequestTimeTooSkewed")]


@pytest.fixture
def path(filled):
    return path_of(filled, "k")


@pytest.fixture
def get(store, path):
    """GET of the object, signed V4 as the arguments say."""

    def send(headers=None, keys=None, query=None, **options):
        signed = signing.sign_v4(keys or store.keys, "GET", path, query or {}, {"host": store.address, **(headers or {})}, **options)
        return store.exchange("GET", store.target(path, query or {}), signed)

    return send


class TestV4:
    @pytest.mark.parametrize("separator", [", ", ",", " , "])
    def test_separators(self, get, separator):
        assert get(separator=separator).status == 200

    def test_fields_in_any_order(self, store, path):
        headers = signing.sign_v4(store.keys, "GET", path, {}, {"host": store.address})
        scheme, fields = headers["authorization"].split(" ", 1)
        headers["authorization"] = scheme + " " + ",".join(reversed(fields.split(", ")))
        assert store.exchange("GET", path, headers).status == 200

    @pytest.mark.parametrize("region", ["us-east-1", "US", "any-where", "local-1"])
    def test_any_region(self, get, region):
        assert get(region=region).status == 200

    @pytest.mark.parametrize("form", [lambda when: format_datetime(when, usegmt=True), lambda when: when.strftime("%Y%m%dT%H%M%SZ")])
    def test_the_date_header(self, get, form):
        assert get({"date": form(signing.now())}).status == 200

    @pytest.mark.parametrize("minutes, code", MINUTES)
    def test_the_clock(self, get, minutes, code):
        answer = get(when=signing.now() + datetime.timedelta(minutes=minutes))
        assert (answer.status, answer.code) == ((403, code) if code else (200, None))

    def test_the_day_of_the_scope(self, get):
        assert get(day="20200101").status in (400, 403)

    def test_unsigned_headers_of_amazon(self, get):
        assert get({"x-amz-meta-a": "1"}, unsigned=("x-amz-meta-a",)).refusal == (403, "AccessDenied")

    def test_unsigned_headers_of_others(self, get):
        assert get({"x-other": "1"}, unsigned=("x-other",)).status == 200

    def test_host_must_be_signed(self, get):
        assert get(unsigned=("host",)).status in (400, 403)

    def test_spaces_in_headers(self, get):
        assert get({"x-amz-meta-a": "  two   words  "}).status == 200

    @pytest.mark.parametrize("payload_hash, answer", [("UNSIGNED-PAYLOAD", 200), (hashlib.sha256(b"").hexdigest(), 200), (None, 400),
                                                      ("nonsense", 400)])
    def test_payload_hashes(self, get, payload_hash, answer):
        assert get(payload_hash=payload_hash).status == answer

    def test_huawei_sends_no_payload_hash(self, get):
        assert get({"user-agent": "obs-sdk-go/3.25.4"}, payload_hash=None).status == 200

    @pytest.mark.parametrize("size", [3, 300_000])
    def test_a_body_of_another_hash(self, store, filled, size):
        answer = store.put(filled, "new", b"x" * size, payload_hash=hashlib.sha256(b"other").hexdigest())
        assert answer.refusal == (400, "XAmzContentSHA256Mismatch")
        assert store.keys_of(filled) == ["k"]

    def test_unknown_and_wrong_keys(self, store, get):
        assert get(keys=("UNKNOWNKEY0000000000", store.keys[1])).refusal == (403, "InvalidAccessKeyId")
        assert get(keys=(store.keys[0], "wrong")).refusal == (403, "SignatureDoesNotMatch")

    def test_what_was_changed_afterwards(self, store, path):
        headers = signing.sign_v4(store.keys, "GET", path, {"versionId": "null"}, {"host": store.address, "x-amz-meta-a": "1"})
        target = f"{path}?versionId=null"
        assert store.exchange("GET", target, headers).status == 200
        for changed in (("GET", target, {**headers, "x-amz-meta-a": "2"}), ("GET", path, headers), ("HEAD", target, headers),
                        ("GET", target + "&acl", headers), ("GET", target.replace("/k", "/other"), headers)):
            assert store.exchange(*changed).status == 403, changed

    @pytest.mark.parametrize("fields", ["", " Credential=a", " Credential=a/b/c, SignedHeaders=host, Signature=x"])
    def test_malformed(self, store, path, fields):
        headers = {"host": store.address, "authorization": f"AWS4-HMAC-SHA256{fields}", "x-amz-date": signing.now().strftime("%Y%m%dT%H%M%SZ"),
                   "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
        assert store.exchange("GET", path, headers).refusal == (400, "AuthorizationHeaderMalformed")

    def test_no_date(self, store, path):
        headers = signing.sign_v4(store.keys, "GET", path, {}, {"host": store.address})
        del headers["x-amz-date"]
        assert store.exchange("GET", path, headers).refusal == (403, "AccessDenied")

    def test_a_session_token_of_a_lasting_key(self, get):
        assert get({"x-amz-security-token": "token"}).refusal == (400, "InvalidToken")

    def test_queries_in_any_order(self, store, filled):
        query = {"prefix": "k", "max-keys": 5, "delimiter": "/"}
        headers = signing.sign_v4(store.keys, "GET", path_of(filled), query, {"host": store.address})
        target = store.target(path_of(filled), dict(reversed(query.items())))
        assert store.exchange("GET", target, headers).texts("Contents/Key") == ["k"]


class TestV4Links:
    def url(self, store, path, **options):
        return signing.presign_v4(store.keys, "GET", path, {}, {"host": store.address}, **options)

    def test_right(self, store, path):
        answer = store.link(self.url(store, path), path)
        assert (answer.status, answer.body) == (200, BODY)

    @pytest.mark.parametrize("expires, status", [(1, 200), (604_800, 200), (604_801, 400), (0, 400), (-1, 400), ("x", 400)])
    def test_how_long(self, store, path, expires, status):
        answer = store.link(self.url(store, path, expires=expires), path)
        assert (answer.status, answer.code) == (status, "AuthorizationQueryParametersError" if status == 400 else None)

    def test_expired(self, store, path):
        query = self.url(store, path, when=signing.now() - datetime.timedelta(seconds=301))
        answer = store.link(query, path)
        assert (answer.refusal, "expired" in answer.text("Message")) == ((403, "AccessDenied"), True)

    def test_of_tomorrow(self, store, path):
        assert store.link(self.url(store, path, when=signing.now() + datetime.timedelta(days=1)), path).status == 403

    @pytest.mark.parametrize("name", ["X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"])
    def test_without_one_parameter(self, store, path, name):
        query = self.url(store, path)
        del query[name]
        assert store.link(query, path).status in (400, 403)

    def test_tampered(self, store, path):
        query = self.url(store, path)
        assert store.link(query, path, method="DELETE").status == 403
        assert store.link({**query, "X-Amz-Expires": "301"}, path).status == 403
        assert store.link({**query, "response-content-type": "text/html"}, path).status == 403
        assert store.link(query, path + "x").status == 403

    def test_the_payload_hash_of_a_header(self, store, filled):
        path, digest = path_of(filled, "new"), hashlib.sha256(b"right").hexdigest()
        signed = {"host": store.address, "x-amz-content-sha256": digest}
        query = signing.presign_v4(store.keys, "PUT", path, {}, signed, payload_hash=digest)
        assert store.link(query, path, "PUT", signed, b"right").status == 200
        assert store.link(query, path, "PUT", signed, b"wrong").refusal == (400, "XAmzContentSHA256Mismatch")


class TestV2:
    def test_right(self, store, path):
        assert store.send("GET", path, scheme="v2").body == BODY

    @pytest.mark.parametrize("resource", ["/{}", "/{}/"])
    @pytest.mark.parametrize("target", ["/{}", "/{}/"])
    def test_a_bucket_signed_with_or_without_a_slash(self, store, filled, target, resource):
        headers = signing.sign_old(store.keys, "GET", resource.format(filled), {}, {"host": store.address})
        assert store.exchange("GET", target.format(filled), headers).status == 200

    def test_the_date_among_the_headers(self, store, path):
        headers = signing.sign_old(store.keys, "GET", path, {}, {"host": store.address}, date_header="x-amz-date")
        assert store.exchange("GET", path, headers).status == 200

    @pytest.mark.parametrize("date", ["", "yesterday", None])
    def test_no_date(self, store, path, date):
        headers = signing.sign_old(store.keys, "GET", path, {}, {"host": store.address})
        if date is None:
            del headers["date"]
        else:
            headers["date"] = date
        assert store.exchange("GET", path, headers).refusal == (403, "AccessDenied")

    @pytest.mark.parametrize("minutes, code", MINUTES)
    def test_the_clock(self, store, path, minutes, code):
        when = signing.now() + datetime.timedelta(minutes=minutes)
        answer = store.exchange("GET", path, signing.sign_old(store.keys, "GET", path, {}, {"host": store.address}, when=when))
        assert (answer.status, answer.code) == ((403, code) if code else (200, None))

    def test_sub_resources_are_signed(self, store, path):
        query = {"acl": None, "versionId": "null", "max-keys": "1"}
        headers = signing.sign_old(store.keys, "GET", path, query, {"host": store.address})
        assert store.exchange("GET", f"{path}?max-keys=1&versionId=null&acl", headers).status == 200
        assert store.exchange("GET", f"{path}?versionId=null", headers).status == 403

    def test_headers_are_signed(self, store, path):
        given = {"host": store.address, "content-type": "text/x", "content-md5": "XUFAKrxLKna5cZ2REBfFkg==", "x-amz-meta-a": "1"}
        headers = signing.sign_old(store.keys, "PUT", path, {}, given)
        for name in ("content-type", "x-amz-meta-a"):
            assert store.exchange("PUT", path, {**headers, name: "other"}, b"hello").refusal == (403, "SignatureDoesNotMatch"), name
        assert store.exchange("PUT", path, headers, b"hello").status == 200

    def test_keys_as_they_are_encoded(self, store, filled):
        store.put(filled, "a b/ü+~*'()", b"odd")
        for path in (f"/{filled}/a%20b/%C3%BC%2B~%2A%27%28%29", f"/{filled}/a%20b/%c3%bc+%7E*'()"):
            assert store.send("GET", path, scheme="v2").body == b"odd"

    def test_unknown_and_wrong_keys(self, store, path):
        for keys, code in ((("UNKNOWN", store.keys[1]), "InvalidAccessKeyId"), ((store.keys[0], "wrong"), "SignatureDoesNotMatch")):
            headers = signing.sign_old(keys, "GET", path, {}, {"host": store.address})
            assert store.exchange("GET", path, headers).refusal == (403, code)


@pytest.mark.parametrize("scheme", ["AWS", pytest.param("OBS", marks=pytest.mark.obs)])
class TestOldLinks:
    def url(self, store, path, scheme, seconds=300, method="GET", headers=None, query=None):
        expires = int(signing.now().timestamp()) + seconds
        return signing.presign_old(store.keys, method, path, query or {}, headers or {}, scheme=scheme, expires=expires)

    def test_right(self, store, path, scheme):
        assert store.link(self.url(store, path, scheme), path).body == BODY

    def test_expired(self, store, path, scheme):
        answer = store.link(self.url(store, path, scheme, seconds=-1), path)
        assert (answer.refusal, "expired" in answer.text("Message")) == ((403, "AccessDenied"), True)

    def test_tampered(self, store, path, scheme):
        query = self.url(store, path, scheme)
        assert store.link({**query, "Expires": str(int(query["Expires"]) + 1)}, path).refusal == (403, "SignatureDoesNotMatch")
        assert store.link(query, path, "DELETE").refusal == (403, "SignatureDoesNotMatch")
        assert store.link({**query, "response-content-type": "text/html"}, path).refusal == (403, "SignatureDoesNotMatch")

    def test_a_type_counts_in(self, store, filled, scheme):
        path, given = path_of(filled, "new"), {"content-type": "text/x"}
        query = self.url(store, path, scheme, method="PUT", headers=given)
        assert store.link(query, path, "PUT", {"content-type": "text/y"}, b"x").status == 403
        assert store.link(query, path, "PUT", given, b"x").status == 200

    def test_overrides(self, store, path, scheme):
        query = self.url(store, path, scheme, query={"response-content-type": "text/html"})
        assert store.link(query, path).header("content-type") == "text/html"


@pytest.mark.obs
class TestObs:
    def test_the_date_among_the_headers(self, store, filled):
        assert store.obs("GET", filled, "k", date_header="x-obs-date").body == BODY

    def test_headers_of_amazon_are_not_signed(self, store, filled):
        headers = {"host": f"{filled}.{store.base_domain}:{store.port}"}
        signed = signing.sign_old(store.keys, "GET", f"/{filled}/k", {}, headers, scheme="OBS")
        assert store.exchange("GET", "/k", {**signed, "x-amz-meta-a": "1"}).status == 200

    def test_headers_of_obs_are(self, store, filled):
        headers = {"host": f"{filled}.{store.base_domain}:{store.port}"}
        signed = signing.sign_old(store.keys, "GET", f"/{filled}/k", {}, headers, scheme="OBS")
        assert store.exchange("GET", "/k", {**signed, "x-obs-meta-a": "1"}).refusal == (403, "SignatureDoesNotMatch")

    def test_a_session_token_of_a_lasting_key(self, store, filled):
        assert store.obs("GET", filled, "k", headers={"x-obs-security-token": "token"}).refusal == (400, "InvalidToken")


def test_anonymous_requests(store, filled, path):
    assert store.exchange("GET", path, {"host": store.address}).refusal == (403, "AccessDenied")
    assert store.exchange("PUT", path, {"host": store.address}, b"x").refusal == (403, "AccessDenied")
    assert store.get(filled, "k").body == BODY


@pytest.mark.parametrize("text", ["Basic dXNlcjpwYXNz", "Bearer token", "nonsense"])
def test_other_schemes(store, path, text):
    assert store.exchange("GET", path, {"host": store.address, "authorization": text}).status in (400, 403)
