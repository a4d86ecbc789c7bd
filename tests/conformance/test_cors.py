"""Pages of other origins: the rules of a bucket, preflights, and the headers of answers."""

import pytest

from conformance import signing
from conformance.documents import cors, cors_of
from conformance.store import path_of

PAGE = "https://page.example"


@pytest.fixture
def ruled(store, filled):
    """The object `k`, which anybody may read, in a bucket with rules for several kinds of origin."""
    store.set(filled, "acl", headers={"x-amz-acl": "public-read"})
    store.set(filled, "acl", key="k", headers={"x-amz-acl": "public-read"})
    rules = cors_of(cors(AllowedOrigin=["*suffix"], AllowedMethod=["GET"]), cors(AllowedOrigin=["start*end"], AllowedMethod=["GET"]),
                    cors(AllowedOrigin=["prefix*"], AllowedMethod=["GET"]), cors(AllowedOrigin=["*.put"], AllowedMethod=["PUT"]))
    assert store.set(filled, "cors", rules).status == 200
    return filled


def allow(store, bucket, **rule):
    answer = store.set(bucket, "cors", cors_of(cors(**rule)))
    assert answer.status == 200, answer.body


def preflight(store, bucket, origin=PAGE, method="GET", headers=None, key="k", query=None):
    asked = {"origin": origin, "access-control-request-method": method, "access-control-request-headers": headers}
    given = {name: value for name, value in asked.items() if value is not None}
    return store.send("OPTIONS", path_of(bucket, key), query, given, scheme=None)


def allowed(answer):
    return answer.status, answer.header("access-control-allow-origin"), answer.header("access-control-allow-methods")


class TestTheDocument:
    def test_set_read_and_removed(self, store, bucket):
        assert store.setting(bucket, "cors").refusal == (404, "NoSuchCORSConfiguration")
        rule = cors(ID=["one"], AllowedMethod=["GET", "PUT"], AllowedOrigin=[PAGE], AllowedHeader=["*"], MaxAgeSeconds=["100"], ExposeHeader=["etag"])
        assert store.set(bucket, "cors", cors_of(rule)).status == 200
        shown = store.setting(bucket, "cors").root.find("CORSRule")
        assert [(item.tag, item.text) for item in shown] == [
            ("ID", "one"), ("AllowedMethod", "GET"), ("AllowedMethod", "PUT"), ("AllowedOrigin", PAGE), ("AllowedHeader", "*"),
            ("MaxAgeSeconds", "100"), ("ExposeHeader", "etag")]
        assert store.delete(bucket, query={"cors": None}).status == 204
        assert store.setting(bucket, "cors").refusal == (404, "NoSuchCORSConfiguration")

    @pytest.mark.obs
    def test_in_obs(self, store, bucket):
        assert store.obs("PUT", bucket, query={"cors": None}, body=cors_of(cors(AllowedOrigin=["*"], AllowedMethod=["GET"]))).status == 200
        assert store.obs("GET", bucket, query={"cors": None}).text("CORSRule/AllowedOrigin") == "*"
        assert store.obs("DELETE", bucket, query={"cors": None}).status == 204

    @pytest.mark.parametrize("rule, code", [({}, "MalformedXML"), ({"AllowedOrigin": ["*"]}, "MalformedXML"), ({"AllowedMethod": ["GET"]}, "MalformedXML"),
                                            ({"AllowedOrigin": ["*"], "AllowedMethod": ["PATCH"]}, "InvalidRequest"),
                                            ({"AllowedOrigin": ["*.*"], "AllowedMethod": ["GET"]}, "InvalidRequest"),
                                            ({"AllowedOrigin": ["*"], "AllowedMethod": ["GET"], "ExposeHeader": ["x-*"]}, "InvalidRequest")])
    def test_what_is_no_rule(self, store, bucket, rule, code):
        assert store.set(bucket, "cors", cors_of(cors(**rule))).refusal == (400, code)

    @pytest.mark.parametrize("count, status", [(100, 200), (101, 400)])
    def test_up_to_a_hundred_rules(self, store, bucket, count, status):
        assert store.set(bucket, "cors", cors_of(*[cors(AllowedOrigin=["*"], AllowedMethod=["GET"])] * count)).status == status


class TestPreflights:
    @pytest.mark.parametrize("origin, method, answer", [
        ("foo.suffix", "GET", (200, "foo.suffix", "GET")), ("startend", "GET", (200, "startend", "GET")),
        ("start1end", "GET", (200, "start1end", "GET")), ("prefix", "GET", (200, "prefix", "GET")), ("prefix.suffix", "GET", (200, "prefix.suffix", "GET")),
        ("foo.put", "PUT", (200, "foo.put", "PUT")), ("foo.put", "GET", (403, None, None)), ("foo.suffix.get", "GET", (403, None, None)),
        ("start1end1", "GET", (403, None, None)), ("bla.prefix", "GET", (403, None, None)), ("foo.suffix", "PUT", (403, None, None))])
    def test_by_the_rules(self, store, ruled, origin, method, answer):
        assert allowed(preflight(store, ruled, origin, method)) == answer
        assert allowed(preflight(store, ruled, origin, method, key="")) == answer

    @pytest.mark.parametrize("headers", [{}, {"origin": PAGE}, {"access-control-request-method": "GET"}])
    def test_what_is_no_preflight(self, store, ruled, headers):
        assert store.send("OPTIONS", path_of(ruled, "k"), headers=headers, scheme=None).status == 400

    def test_without_rules(self, store, filled):
        assert preflight(store, filled).refusal == (403, "AccessForbidden")

    def test_of_an_absent_bucket(self, store):
        assert preflight(store, "no-such-bucket").refusal == (404, "NoSuchBucket")

    def test_an_origin_for_everybody(self, store, filled):
        allow(store, filled, AllowedOrigin=["*"], AllowedMethod=["GET"])
        answer = preflight(store, filled)
        assert (answer.header("access-control-allow-origin"), answer.header("access-control-allow-credentials")) == ("*", None)

    def test_a_named_origin(self, store, filled):
        allow(store, filled, AllowedOrigin=[PAGE], AllowedMethod=["GET", "PUT"], MaxAgeSeconds=["60"], ExposeHeader=["etag", "x-amz-meta-a"])
        answer = preflight(store, filled)
        assert allowed(answer) == (200, PAGE, "GET, PUT")
        assert (answer.header("access-control-max-age"), answer.header("access-control-allow-credentials")) == ("60", "true")
        assert answer.header("access-control-expose-headers") == "etag, x-amz-meta-a"
        assert "Origin" in answer.header("vary")

    @pytest.mark.parametrize("patterns, asked, status", [
        (["*"], "content-type, x-amz-meta-a", 200), (["x-amz-*"], "X-Amz-Meta-A", 200), (["x-amz-*"], "x-amz-meta-a,content-type", 403),
        (["Content-Type", "x-amz-date"], "content-type,x-amz-date", 200), ([], "content-type", 403), ([], None, 200)])
    def test_headers(self, store, filled, patterns, asked, status):
        allow(store, filled, AllowedOrigin=["*"], AllowedMethod=["GET"], AllowedHeader=patterns)
        answer = preflight(store, filled, headers=asked)
        assert answer.status == status
        if asked and status == 200:
            names = [name.strip() for name in answer.header("access-control-allow-headers").lower().split(",")]
            assert names == [name.strip() for name in asked.lower().split(",")]

    def test_the_query_of_what_shall_follow(self, store, filled):
        allow(store, filled, AllowedOrigin=["*"], AllowedMethod=["GET", "PUT", "POST"])
        for method, query in (("PUT", {"partNumber": 1, "uploadId": "u"}), ("POST", {"uploads": None}), ("GET", {"tagging": None})):
            assert preflight(store, filled, method=method, query=query).status == 200, query
        assert preflight(store, filled, key="", query={"list-type": 2, "prefix": "a"}).status == 200

    @pytest.mark.parametrize("method", ["GET", "PUT"])
    def test_of_a_signed_link(self, store, filled, method):
        allow(store, filled, AllowedOrigin=["*"], AllowedMethod=["GET", "PUT"])
        path = path_of(filled, "k")
        expires = int(signing.now().timestamp()) + 300
        for query in (signing.presign_v4(store.keys, method, path, {}, {"host": store.address}),
                      signing.presign_old(store.keys, method, path, {}, {}, expires=expires)):
            assert preflight(store, filled, method=method, query=query).status == 200
            answer = store.link(query, path, method, {"origin": PAGE}, b"x" if method == "PUT" else b"")
            assert (answer.status, answer.header("access-control-allow-origin")) == (200, "*")


class TestAnswers:
    @pytest.mark.parametrize("origin, shown", [(None, (200, None, None)), ("foo.suffix", (200, "foo.suffix", "GET")), ("foo.bar", (200, None, None)),
                                               ("foo.put", (200, None, None))])
    def test_of_a_get(self, store, ruled, origin, shown):
        headers = {"origin": origin} if origin else {}
        assert allowed(store.get(ruled, "k", headers=headers, scheme=None)) == shown
        assert allowed(store.get(ruled, headers=headers, scheme=None)) == shown

    def test_of_errors(self, store, ruled):
        assert allowed(store.get(ruled, "absent", headers={"origin": "foo.suffix"}, scheme=None)) == (404, "foo.suffix", "GET")
        assert allowed(store.put(ruled, "new", b"x", {"origin": "foo.put"}, scheme=None)) == (403, "foo.put", "PUT")
        assert allowed(store.put(ruled, "new", b"x", {"origin": "foo.suffix"}, scheme=None)) == (403, None, None)

    def test_exposed_headers(self, store, filled):
        allow(store, filled, AllowedOrigin=["*"], AllowedMethod=["GET"], ExposeHeader=["etag"])
        assert store.get(filled, "k", headers={"origin": PAGE}).header("access-control-expose-headers") == "etag"
