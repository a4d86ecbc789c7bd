"""A form on a page, sent by a real browser."""

import hashlib
import html
import http.server
import shutil
import threading
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import sync_playwright

from clients.conftest import make_boto3


@pytest.fixture(scope="module")
def page():
    chromium = shutil.which("chromium")
    assert chromium, "the browser test needs Debian's chromium (scripts/apt-packages.txt)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        yield browser.new_page()
        browser.close()


@pytest.fixture
def site():
    """A site of its own, on another port than the store: / is what `site.text` says, /done the page to come back to."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            text = self.server.text if self.path == "/" else "<h1>Thank you</h1>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def form_page(form):
    fields = "".join(f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
                     for name, value in form["fields"].items())
    return (f'<meta charset="utf-8"><form action="{form["url"]}" method="post" enctype="multipart/form-data">{fields}'
            f'<input type="file" name="file"><input type="submit" name="x-ignore-submit" value="Upload"></form>')


@pytest.mark.parametrize("signature", ["s3", "s3v4"])
def test_the_browser_uploads_and_comes_back(page, site, server, s3, bucket, tmp_path, signature):
    photo = tmp_path / "my phöto.png"
    photo.write_bytes(bytes(range(256)) * 5000)
    back = f"{site.url}/done?from=store"
    extra = {"success_action_redirect": back, "Content-Type": "image/png"}
    site.text = form_page(make_boto3(server, signature).generate_presigned_post(
        bucket, "photos/${filename}", Fields=extra, Conditions=[{name: value} for name, value in extra.items()]))

    page.goto(site.url)
    page.set_input_files("input[type=file]", photo)
    page.click("input[type=submit]")
    page.wait_for_url(f"{site.url}/done*")
    assert page.inner_text("h1") == "Thank you"
    etag = f'"{hashlib.md5(photo.read_bytes()).hexdigest()}"'
    assert parse_qs(urlsplit(page.url).query) == {"from": ["store"], "bucket": [bucket], "key": ["photos/my phöto.png"],
                                                  "etag": [etag]}
    stored = s3.get_object(Bucket=bucket, Key="photos/my phöto.png")
    assert (stored["Body"].read(), stored["ContentType"]) == (photo.read_bytes(), "image/png")


def test_the_browser_shows_why_not(page, site, server, s3, bucket, tmp_path):
    photo = tmp_path / "large.png"
    photo.write_bytes(b"x" * 300_000)
    site.text = form_page(make_boto3(server).generate_presigned_post(
        bucket, "k", Conditions=[["content-length-range", 1, 1000]]))
    page.goto(site.url)
    page.set_input_files("input[type=file]", photo)
    with page.expect_navigation() as navigation:
        page.click("input[type=submit]")
    answer = navigation.value
    assert (answer.status, "<Code>EntityTooLarge</Code>" in answer.text()) == (400, True)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
