"""Pages of other origins. Row: "CORS": "rules set, read, removed; preflights answered by them"."""

import pytest
import requests
from obs import CorsRule

from clients.client_table import judged_by

ROW = "CORS"
RULE = {"AllowedOrigins": ["https://page.example"], "AllowedMethods": ["GET", "PUT"], "AllowedHeaders": ["*"], "MaxAgeSeconds": 100}
XML = """<CORSConfiguration><CORSRule><AllowedOrigin>https://page.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod>
<AllowedMethod>PUT</AllowedMethod><AllowedHeader>*</AllowedHeader><MaxAgeSeconds>100</MaxAgeSeconds></CORSRule></CORSConfiguration>"""


@pytest.fixture
def preflight(server, bucket):
    def ask(origin):
        headers = {"Origin": origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
        answer = requests.options(f"{server.s3_url}/{bucket}/k", headers=headers, timeout=30)
        return answer.status_code, answer.headers.get("access-control-allow-origin")

    return ask


def check(preflight):
    assert preflight("https://page.example") == (200, "https://page.example")
    assert preflight("https://other.example") == (403, None)


@pytest.mark.referee(client="boto3", operation=ROW)
def test_boto3(s3, bucket, preflight):
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [RULE]})
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == [RULE]
    check(preflight)
    s3.delete_bucket_cors(Bucket=bucket)
    assert preflight("https://page.example")[0] == 403


@pytest.mark.referee(client="s3cmd", operation=ROW)
def test_s3cmd(cast, bucket, preflight, tmp_path):
    (tmp_path / "cors").write_text(XML)
    cast["s3cmd"].s3cmd("setcors", str(tmp_path / "cors"), f"s3://{bucket}")
    assert "https://page.example" in cast["s3cmd"].s3cmd("info", f"s3://{bucket}")
    check(preflight)
    cast["s3cmd"].s3cmd("delcors", f"s3://{bucket}")
    assert preflight("https://page.example")[0] == 403


@judged_by(ROW, ["esdk V2", "esdk OBS", "esdk V2 host", "esdk V4"])
def test_esdk(cast, bucket, preflight, name):
    rule = CorsRule(id="1", allowedMethod=["GET", "PUT"], allowedOrigin=["https://page.example"], allowedHeader=["*"], maxAgeSecond=100)
    cast[name].call("setBucketCors", bucket, [rule])
    found, = cast[name].call("getBucketCors", bucket).body
    assert (found.allowedOrigin, found.maxAgeSecond) == (["https://page.example"], 100)
    check(preflight)
    cast[name].call("deleteBucketCors", bucket)
