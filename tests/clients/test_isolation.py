"""Every operation, tried with every kind of wrong identity: each gets the documented refusal, in its dialect, and nothing has changed."""

import dataclasses
import datetime

import pytest

from clients.operations import DOCUMENT, EXAMPLES, PART, names_in_document, operations, request_of
from conformance import documents, signing
from conformance.conftest import empty
from conformance.forms import post, sign
from conformance.store import Store, path_of
from tenants import Tenants, temporary, unique

OPERATIONS = operations()
DENIED = (403, "AccessDenied")
UNKNOWN_KEY = (403, "InvalidAccessKeyId")
FORGED = (403, "SignatureDoesNotMatch")
NO_TOKEN = (400, "InvalidToken")
LATE = (403, "RequestTimeTooSkewed")
SCHEMES = ["v4", "v2", "obs"]
# Whom the operation concerns is nobody's secret: browsers ask before they know, SDKs before they sign.
OPEN_TO_ALL = {"PreflightCors"}


def test_the_table_is_the_servers():
    assert {operation.name for operation in OPERATIONS} | {"the protocol probe"} == names_in_document(), f"a row of {DOCUMENT} was not understood"
    changing = {operation.name for operation in OPERATIONS if operation.changes}
    assert changing - set(EXAMPLES) == set(), "operations without an example in operations.py"
    assert set(EXAMPLES) - {operation.name for operation in OPERATIONS} == set(), "examples of operations that the server does not have"


@dataclasses.dataclass
class House:
    """A bucket with something in every setting, and an open upload; everybody but its owner is to find it locked."""

    store: Store
    bucket: str
    upload: str

    def contents(self):
        """What the owner can see of it."""
        seen = {}
        for operation in OPERATIONS:
            if operation.changes or operation.name in OPEN_TO_ALL:
                continue
            answer = signed(self.store, "v4", self.request(operation))
            kept = [(name, value) for name, value in answer.pairs if name in ("etag", "last-modified", "x-amz-version-id") or "meta" in name]
            seen[str(operation)] = (answer.refusal if answer.status >= 300 else answer.body, kept)
        del seen["ListBuckets"]  # other tests make and remove buckets
        return seen

    def request(self, operation):
        return request_of(operation, self.bucket, self.upload)


def build(store, bucket):
    """An object of two versions, an upload with a part."""
    assert store.send("PUT", path_of(bucket)).status == 200
    assert store.put(bucket, "k", b"first", {"x-amz-meta-of": "owner", "x-amz-tagging": "a=1"}).status == 200
    upload = store.begin_upload(bucket, "k")
    assert store.put_part(bucket, "k", upload, 1, PART).status == 200
    return House(store, bucket, upload)


def furnish(house):
    account = "arn:aws:iam::123456789012:root"
    settings = {
        "versioning": documents.versioning("Enabled"), "tagging": documents.tagging([("a", "1")]), "publicAccessBlock": documents.access_block(BlockPublicPolicy=True),
        "policy": documents.policy(documents.statement(house.bucket, "s3:GetObject", principal={"AWS": account})),
        "lifecycle": documents.lifecycle("<ID>one</ID><Filter><Prefix>old/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>9</Days></Expiration>"),
        "cors": documents.cors_of(documents.cors(AllowedOrigin=["https://page.example"], AllowedMethod=["GET"])),
        "ownershipControls": documents.ownership("BucketOwnerPreferred"), "quota": b"<Quota><StorageQuota>1000000</StorageQuota></Quota>",
        "storageClass": b"<StorageClass>WARM</StorageClass>"}
    for name, body in settings.items():
        assert house.store.set(house.bucket, name, body).status in (200, 204), name
    assert house.store.put(house.bucket, "k", b"second", {"x-amz-meta-of": "owner", "x-amz-tagging": "a=1"}).status == 200
    assert house.store.delete(house.bucket, "gone").status == 204
    return house


def demolish(house):
    house.store.delete(house.bucket, query={"policy": None})
    empty(house.store, house.bucket)
    assert house.store.delete(house.bucket).status == 204


def store_of(user):
    return Store(user.object_store, (user.access_key, user.secret_key), security_token=user.security_token)


@pytest.fixture(scope="module")
def owner(server):
    return store_of(server)


@pytest.fixture(scope="module")
def owner_for_a_while(server):
    return store_of(temporary(server))


@pytest.fixture(scope="module")
def house(owner):
    built = furnish(build(owner, unique("isolation")))
    yield built
    demolish(built)


@pytest.fixture(scope="module")
def people(server, owner, tmp_path_factory):
    """Stores as the others use them, by what is wrong with them."""
    tenants = Tenants(server, tmp_path_factory.mktemp("people"))
    disabled, deleted = tenants.user(), tenants.user()
    tenants.run("key", "disable", disabled.access_key)
    tenants.run("key", "delete", deleted.access_key)
    made = {"other project": tenants.user("--project", tenants.project()), "other domain": tenants.make("domain", "create", unique("domain")),
            "read-only": tenants.user("--role", "read-only"), "disabled": disabled, "deleted": deleted}
    forger = Store(owner.address, (owner.keys[0], owner.keys[1][::-1]))
    return {"owner": owner, "forger": forger, **{name: store_of(user) for name, user in {**made, **temporary_keys(server, made)}.items()}}


def temporary_keys(server, made):
    """Temporary keys, good ones of the wrong people and bad ones of the right one."""
    mine, other = temporary(server), temporary(made["other project"])

    def with_token(token):
        return dataclasses.replace(mine, credentials={**mine.credentials, "security_token": token})

    middle = len(mine.security_token) // 2
    altered = mine.security_token[:middle] + ("A" if mine.security_token[middle] != "A" else "B") + mine.security_token[middle + 1:]
    forged = dataclasses.replace(mine, credentials={**mine.credentials, "secret_key": mine.secret_key[::-1]})
    return {"temporary, other project": other, "temporary, other domain": temporary(made["other domain"]), "temporary, halved": with_token(None),
            "temporary, altered": with_token(altered), "temporary, of another key": with_token(other.security_token), "temporary, forged": forged,
            "read-only, temporary": temporary(made["read-only"])}


# How requests are signed: rightly, and in every wrong way.


def in_obs(headers):
    return {name.replace("x-amz-", "x-obs-"): value for name, value in headers.items()}


def signed(store, scheme, request, **options):
    if scheme == "obs":
        return store.obs(request.method, request.bucket, request.key, request.query, in_obs(request.headers), request.body, **options)
    return store.send(request.method, path_of(request.bucket, request.key), request.query, request.headers, request.body, scheme, **options)


def anonymous(store, scheme, request):
    headers = in_obs({**request.headers, "x-obs-date": "now"}) if scheme == "obs" else request.headers
    return store.send(request.method, path_of(request.bucket, request.key), request.query, headers, request.body, scheme=None)


def replayed(store, scheme, request):
    return signed(store, scheme, request, when=signing.now() - datetime.timedelta(minutes=16))


def link_of(store, scheme, request, path, headers, age=0):
    """A link that lives for five minutes, of which `age` seconds have gone by."""
    if scheme == "v4":
        when = signing.now() - datetime.timedelta(seconds=age)
        query = {**request.query, **store.token_under("X-Amz-Security-Token")}
        return signing.presign_v4(store.keys, request.method, path, query, {"host": store.address}, when=when)
    expires = int(signing.now().timestamp()) + 300 - age
    query = {**request.query, **store.token_under(f"x-{'obs' if scheme == 'obs' else 'amz'}-security-token")}
    return signing.presign_old(store.keys, request.method, path, query, headers, scheme="OBS" if scheme == "obs" else "AWS", expires=expires)


def by_link(store, scheme, request, age=0, signed_path=None):
    path = path_of(request.bucket, request.key)
    headers = in_obs(request.headers) if scheme == "obs" else request.headers
    query = link_of(store, scheme, request, signed_path or path, headers, age)
    if scheme == "v4":
        headers = {name: value for name, value in headers.items() if not name.startswith("x-amz-")}  # they would have to be signed
    return store.link(query, path, request.method, headers, request.body)


def expired(store, scheme, request):
    return by_link(store, scheme, request, age=301)


def of_another_resource(store, scheme, request):
    return by_link(store, scheme, request, signed_path=path_of(request.bucket or "b", request.key + "/other"))


def altered(store, scheme, request, change):
    """Signed in headers, then changed by change(query, headers) on its way."""
    path, query = path_of(request.bucket, request.key), dict(request.query)
    headers = {"host": store.address, **request.headers, "x-amz-meta-signed": "yes"}
    if scheme == "v4":
        headers = signing.sign_v4(store.keys, request.method, path, query, headers)
    else:
        headers = in_obs(headers) if scheme == "obs" else headers
        headers = signing.sign_old(store.keys, request.method, path, query, headers, scheme="OBS" if scheme == "obs" else "AWS")
    change(query, headers)
    return store.exchange(request.method, store.target(path, query), headers, request.body)


def other_query(store, scheme, request):
    return altered(store, scheme, request, lambda query, _: query.update({"response-content-type": "text/html"}))


def other_header(store, scheme, request):
    name = "x-obs-meta-signed" if scheme == "obs" else "x-amz-meta-signed"
    return altered(store, scheme, request, lambda _, headers: headers.update({name: "no"}))


def other_region(store, scheme, request):
    def move(_, headers):
        headers["authorization"] = headers["authorization"].replace("/us-east-1/", "/us-west-1/")

    return altered(store, scheme, request, move)


def other_day(store, scheme, request):
    return signed(store, scheme, request, day="20200101")


def unsigned_header(store, scheme, request):
    return altered(store, scheme, request, lambda _, headers: headers.update({"x-amz-meta-added": "1"}))


def unsigned_host(store, scheme, request):
    return signed(store, scheme, request, unsigned=("host",))


@dataclasses.dataclass
class Wrong:
    """An identity that must not be served."""

    name: str
    who: str  # of `people`
    send: object
    scheme: str
    refusal: tuple
    let_in: bool = False  # it is somebody, who may do other things

    def __str__(self):
        return f"{self.name} ({self.scheme})"


def in_each(name, who, send, refusal, schemes=None, **more):
    return [Wrong(name, who, send, scheme, refusal, **more) for scheme in schemes or SCHEMES]


WRONG = [
    *in_each("anonymous", "owner", anonymous, DENIED, ["v4", "obs"]),
    *in_each("other project", "other project", signed, DENIED, let_in=True),
    *in_each("other domain", "other domain", signed, DENIED, let_in=True),
    *in_each("read-only", "read-only", signed, DENIED, let_in=True),
    *in_each("other project, by link", "other project", by_link, DENIED, let_in=True),
    *in_each("disabled key", "disabled", signed, UNKNOWN_KEY),
    *in_each("deleted key", "deleted", signed, UNKNOWN_KEY),
    *in_each("disabled key, by link", "disabled", by_link, UNKNOWN_KEY),
    *in_each("temporary, other project", "temporary, other project", signed, DENIED, let_in=True),
    *in_each("temporary, other domain", "temporary, other domain", signed, DENIED, let_in=True),
    *in_each("temporary, other project, by link", "temporary, other project", by_link, DENIED, let_in=True),
    *in_each("temporary, read-only", "read-only, temporary", signed, DENIED, let_in=True),
    *in_each("temporary without its token", "temporary, halved", signed, UNKNOWN_KEY),
    *in_each("temporary without its token, by link", "temporary, halved", by_link, UNKNOWN_KEY),
    *in_each("temporary with an altered token", "temporary, altered", signed, NO_TOKEN),
    *in_each("temporary with an altered token, by link", "temporary, altered", by_link, NO_TOKEN),
    *in_each("temporary with another key's token", "temporary, of another key", signed, NO_TOKEN),
    *in_each("temporary with a wrong secret", "temporary, forged", signed, FORGED),
    *in_each("wrong secret", "forger", signed, FORGED),
    *in_each("wrong secret, by link", "forger", by_link, FORGED),
    *in_each("replayed", "owner", replayed, LATE),
    *in_each("expired link", "owner", expired, DENIED),
    *in_each("link of another resource", "owner", of_another_resource, FORGED),
    *in_each("tampered query", "owner", other_query, FORGED),
    *in_each("tampered header", "owner", other_header, FORGED),
    *in_each("tampered region", "owner", other_region, FORGED, ["v4"]),
    *in_each("day of another scope", "owner", other_day, (400, "AuthorizationHeaderMalformed"), ["v4"]),
    *in_each("header that is not signed", "owner", unsigned_header, DENIED, ["v4"]),
    *in_each("host that is not signed", "owner", unsigned_host, DENIED, ["v4"]),
]


def refusal_of(answer, scheme):
    """Status and code, both from the body and, where there is none, from the headers of the dialect."""
    prefix, foreign = ("x-obs-", "x-amz-") if scheme == "obs" else ("x-amz-", "x-obs-")
    assert answer.header(f"{prefix}request-id") and answer.header(f"{foreign}request-id") is None, "answered in the other dialect"
    return answer.status, answer.code or answer.header(f"{prefix}error-code")


def is_refused(wrong, operation, answer, house):
    """What is documented for this identity and operation."""
    found = refusal_of(answer, wrong.scheme)
    if wrong.let_in and operation.name == "ListBuckets":
        return found == (200, None) and house.bucket not in answer.texts("Buckets/Bucket/Name")
    if wrong.let_in and operation.name == "PostObject":
        return found == (400, "InvalidArgument")  # a form is signed by its fields: see below
    if wrong.who.startswith("read-only"):
        return found == DENIED
    if wrong.let_in and operation.name == "CreateBucket":
        return found == (409, "BucketAlreadyExists")
    if (wrong.let_in or wrong.name == "anonymous") and operation.name == "DeleteObjects":
        return (found, answer.texts("Error/Code"), answer.texts("Deleted")) == ((200, None), ["AccessDenied"], [])
    return found == wrong.refusal


@pytest.mark.parametrize("operation", [item for item in OPERATIONS if item.name not in OPEN_TO_ALL], ids=str)
def test_nobody_else_gets_in(house, people, operation):
    before, request, wrong_answers = house.contents(), house.request(operation), {}
    for wrong in WRONG:
        if wrong.who.startswith("read-only") and not operation.changes:
            continue
        answer = wrong.send(people[wrong.who], wrong.scheme, request)
        if not is_refused(wrong, operation, answer, house):
            wrong_answers[str(wrong)] = (answer.status, answer.pairs, answer.body)
    assert wrong_answers == {}
    assert house.contents() == before


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_the_owner_gets_in(owner, owner_for_a_while, operation):
    """The same requests are good ones, with a lasting key and a temporary one: what is refused above is refused for who asks."""
    for who, scheme in [*((owner, scheme) for scheme in SCHEMES), *((owner_for_a_while, scheme) for scheme in SCHEMES)]:
        house = build(owner, unique("open"))
        try:
            answer = signed(who, scheme, house.request(operation))
            assert answer.status not in (401, 403) and answer.code != "InvalidToken" or operation.name == "PreflightCors", (scheme, answer.body)
        finally:
            demolish(house)


@pytest.mark.parametrize("kind", ["other project", "other domain"])
class TestFromAHouseOfOnesOwn:
    @pytest.fixture
    def own(self, people, kind):
        built = build(people[kind], unique("own"))
        yield built
        demolish(built)

    @pytest.mark.parametrize("scheme", SCHEMES)
    def test_nothing_can_be_copied(self, house, own, scheme):
        source = {"x-amz-copy-source": f"{house.bucket}/k"}
        for query in ({}, {"partNumber": 1, "uploadId": own.upload}):
            request = dataclasses.replace(own.request(OPERATIONS[0]), method="PUT", bucket=own.bucket, key="k", query=query, headers=source)
            assert refusal_of(signed(own.store, scheme, request), scheme) == DENIED
        assert own.store.get(own.bucket, "k").body == b"first"

    def test_uploads_belong_to_their_bucket(self, house, own):
        query = {"uploadId": house.upload}
        for method, body in (("GET", b""), ("DELETE", b""), ("POST", EXAMPLES["CompleteMultipartUpload"].body)):
            answer = own.store.send(method, path_of(own.bucket, "k"), query, body=body)
            assert answer.refusal == (404, "NoSuchUpload"), method
        assert house.store.get(house.bucket, "k", query).texts("Part/PartNumber") == ["1"]

    def test_versions_belong_to_their_bucket(self, house, own):
        version = house.store.versions_of(house.bucket, prefix="k")[0].id
        assert own.store.get(own.bucket, "k", {"versionId": version}).status in (400, 404)

    @pytest.mark.parametrize("way", ["../{}/k", "./../{}/k", "%2e%2e/{}/k", "/../{}/k"])
    def test_a_path_leads_nowhere_else(self, house, own, way):
        path = f"/{own.bucket}/{way.format(house.bucket)}"
        headers = signing.sign_v4(own.store.keys, "GET", path, {}, {"host": own.store.address})
        assert own.store.exchange("GET", path, headers).refusal == (404, "NoSuchKey")


FORMS = [("anonymous", None, {}, DENIED), ("other project", "other project", {}, DENIED), ("other domain", "other domain", {}, DENIED),
         ("read-only", "read-only", {}, DENIED), ("temporary, other project", "temporary, other project", {}, DENIED),
         ("temporary without its token", "temporary, halved", {}, UNKNOWN_KEY), ("temporary, altered", "temporary, altered", {}, NO_TOKEN),
         ("temporary, of another key", "temporary, of another key", {}, NO_TOKEN), ("disabled key", "disabled", {}, UNKNOWN_KEY), ("deleted key", "deleted", {}, UNKNOWN_KEY),
         ("wrong secret", "forger", {}, FORGED), ("expired", "owner", {"seconds": -10}, DENIED)]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_forms_of_nobody_else(house, people, scheme):
    before = house.contents()
    for name, who, options, refusal in FORMS:
        token = people[who].token_under(f"x-{'obs' if scheme == 'obs' else 'amz'}-security-token") if who else {}
        fields = sign(people[who].keys, house.bucket, {"key": "k", **token}, scheme, **options) if who else {"key": "k"}
        assert post(house.store, house.bucket, fields, b"overwritten").refusal == refusal, name
    tampered = {**sign(house.store.keys, house.bucket, {"key": "posted"}, scheme), "key": "k"}
    assert post(house.store, house.bucket, tampered, b"overwritten").refusal == DENIED
    assert house.contents() == before


def test_a_form_of_another_day(house):
    fields = sign(house.store.keys, house.bucket, {"key": "k"}, day="20200101")
    assert post(house.store, house.bucket, fields, b"overwritten").status in (400, 403)
    assert house.store.get(house.bucket, "k").body == b"second"


def test_a_preflight_tells_only_the_rules(house):
    headers = {"origin": "https://page.example", "access-control-request-method": "GET"}
    for key in ("", "k", "absent"):
        answer = house.store.send("OPTIONS", path_of(house.bucket, key), headers=headers, scheme=None)
        assert (answer.status, answer.body, answer.header("access-control-allow-methods")) == (200, b"", "GET")
        assert answer.header("etag") is None and answer.header("x-amz-version-id") is None
