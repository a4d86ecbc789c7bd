"""Visualization jobs with a real TensorBoard: by REST, by the command line, in a browser, and through kills."""

import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time

import numpy
import pytest
import requests
from PIL import Image
from playwright.sync_api import expect, sync_playwright

import digits
from boards import events
from boards.board import SCALARS, Board, until
from conftest import server_binary
from faults.killed_server import Seat, processes_of, s3
from platform_api import Api, ApiError
from tenants import Tenants, unique

BUCKET = "boards"
TAGS = {"accuracy", "cross_entropy"}
# Writes a point of two curves every fifth of a second until it is stopped.
LIVE_SCRIPT = """
import time
import tensorflow as tf
tf.flags.DEFINE_string('train_url', '', 'where the events go')
values = {name: tf.placeholder(tf.float32) for name in ('accuracy', 'cross_entropy')}
for name, value in values.items():
    tf.summary.scalar(name, value)
merged = tf.summary.merge_all()
with tf.Session() as session:
    writer = tf.summary.FileWriter(tf.flags.FLAGS.train_url, flush_secs=1)
    for step in range(3000):
        feed = {values['accuracy']: step / 3000.0, values['cross_entropy']: 1.0 / (step + 1)}
        writer.add_summary(session.run(merged, feed), step)
        time.sleep(0.2)
"""


@pytest.fixture(scope="module")
def api(server):
    return Api(server)


@pytest.fixture(scope="module")
def store(server):
    client = s3(server)
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture
def folder(store, request):
    """A folder of the bucket for one test."""
    return re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())


@pytest.fixture
def make_board(api):
    boards = []

    def make(folder, name, **more):
        boards.append(Board(api, f"/{BUCKET}/{folder}/", name, **more))
        return boards[-1]

    yield make
    for board in boards:
        if api.raw("DELETE", board.path).status_code == 200:
            api.wait_gone(board.path)


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium")
    assert chromium, "the browser test needs Debian's chromium (scripts/apt-packages.txt)"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium)
        yield running
        running.close()


def put(store, folder, name, data):
    store.put_object(Bucket=BUCKET, Key=f"{folder}/{name}", Body=data)


def has_curve(chart):
    """Axes and grid are grey; a curve is coloured."""
    pixels = numpy.asarray(Image.open(io.BytesIO(chart.screenshot())).convert("RGB")).astype(int)
    return (pixels.max(axis=2) - pixels.min(axis=2) > 25).sum() > 50


def see_both_curves(browser, board, picture):
    """Opens the board as a person does, by its URL, and waits for TensorBoard's cards."""
    context = browser.new_context(viewport={"width": 1500, "height": 1000})
    page = context.new_page()
    failures = []
    page.on("requestfailed", lambda request: failures.append((request.failure, request.url)))
    page.on("response", lambda response: response.ok or response.status < 400 or failures.append((response.status, response.url)))
    page.goto(board.url)
    assert page.url.split("#")[0] == board.page, "the ticket leaves the address"
    for tag in TAGS:
        expect(page.get_by_text(tag, exact=True).first).to_be_visible(timeout=60_000)
    for chart in range(len(TAGS)):
        until(lambda: has_curve(page.locator("card-view canvas").nth(chart)), "no curve is drawn")
    page.screenshot(path=picture)
    cookies = context.cookies()
    assert [(c["name"], c["path"], c["httpOnly"], c["sameSite"]) for c in cookies] == [
        (f"atelier_board_{board.id}", f"/boards/{board.id}/", True, "Lax")]
    # Its style sheet names some fonts by their path at a root of its own; a browser then takes those of the system.
    # Its scripts take back a question when they have a newer one.
    assert not [(what, url) for what, url in failures if "/font-roboto/" not in url and what != "net::ERR_ABORTED"], failures
    context.close()


def test_the_curves_of_a_running_job(api, store, make_board, browser, folder, tmp_path):
    put(store, folder + "/code", "live.py", LIVE_SCRIPT.encode())
    config = api.job_config(f"/{BUCKET}/{folder}/code/", f"/{BUCKET}/{folder}/code/live.py", "", f"/{BUCKET}/{folder}/out/",
                            engine="TF-2.15.1-python3.11")
    job = api.create_job("live-curves", config)
    path = f"/training-jobs/{job['job_id']}/versions/{job['version_id']}"
    board = make_board(folder + "/out", "live")
    assert board.created["is_success"] is True and board.created["status"] == 1
    seen = []
    details = board.wait_running(seen)
    assert seen == sorted(seen) and set(seen) <= {1, 7, 8}, seen
    assert "is_success" not in details and details["job_type"] == "tensorboard"
    board.wait_tags({".": TAGS})
    # What is written while both run appears within seconds.
    before = len(board.points("accuracy"))
    grown = until(lambda: (len(board.points("accuracy")) > before) and board.points("accuracy"), "no new points", 30)
    assert grown[-1][1] >= before
    see_both_curves(browser, board, tmp_path / "live.png")
    assert api.call("GET", path)["status"] == 8, "the job still runs"
    assert board.show()["status"] == 8 and board.show()["duration"] > 0
    api.call("POST", path + "/stop")
    api.finish_job(job["job_id"], job["version_id"])
    api.call("DELETE", f"/training-jobs/{job['job_id']}")


@pytest.mark.page
def test_the_curves_of_the_page(api, store, make_board, browser, folder, tmp_path):
    seed, mnist = digits.seed_folder(), digits.mnist_folder()
    put(store, folder + "/code", "train_mnist_tf.py", (seed / "train_mnist_tf.py").read_bytes())
    for name in digits.MNIST_FILES:
        put(store, folder + "/data", name, (mnist / name).read_bytes())
    config = api.job_config(f"/{BUCKET}/{folder}/code/", f"/{BUCKET}/{folder}/code/train_mnist_tf.py", f"/{BUCKET}/{folder}/data/",
                            f"/{BUCKET}/{folder}/out/", parameter=[{"label": "max_steps", "value": "200"}])
    job = api.create_job("page-curves", config)
    board = make_board(folder + "/out", "page")
    details = api.finish_job(job["job_id"], job["version_id"])
    assert details["status"] == 10, api.job_log(job["job_id"], job["version_id"])
    board.wait_running()
    board.wait_tags({".": TAGS})
    until(lambda: board.points("accuracy")[-1][1] == 190, "the last point is missing")
    picture = os.environ.get("ATELIER_BOARD_PICTURE", tmp_path / "page.png")
    see_both_curves(browser, board, picture)
    api.call("DELETE", f"/training-jobs/{job['job_id']}")


def test_who_may_look(server, api, store, make_board, folder, tmp_path):
    put(store, folder, "events.out.tfevents.1", events.header() + events.curve("loss", [3, 2, 1]))
    board, other = make_board(folder, "seen"), make_board(folder, "other")
    board.wait_running()
    other.wait_running()
    board.wait_tags({".": {"loss"}})
    tags = board.page + f"{SCALARS}/tags"
    ticket = board.url.split("ticket=")[1]
    assert re.fullmatch("[A-Za-z0-9]{22}", ticket)

    def status(url, **arguments):
        return requests.get(url, timeout=60, allow_redirects=False, **arguments).status_code

    assert status(board.page) == 401 and status(tags) == 401
    assert status(tags, headers={"X-Auth-Token": "forged"}) == 401
    assert status(tags, params={"ticket": ticket[::-1]}) == 403
    assert status(f"{other.page}{SCALARS}/tags", params={"ticket": ticket}) == 403, "a ticket is for one board"
    stranger = Api(Tenants(server, tmp_path).make("domain", "create", unique("board-strangers")))
    assert status(tags, headers={"X-Auth-Token": stranger.token}) == 403
    assert stranger.raw("GET", board.path).status_code == 404
    assert status(tags, params={"ticket": ticket}) == 200

    session = requests.Session()
    page = session.get(board.url, timeout=60)
    assert page.status_code == 200 and "TensorBoard" in page.text and page.url == board.page
    assert list(session.get(tags, timeout=60).json()["."]) == ["loss"]
    assert "Set-Cookie" not in page.headers and page.headers["X-Content-Type-Options"] == "nosniff"
    # TensorBoard's newer dashboard asks by POST.
    form = {"requests": (None, json.dumps([{"plugin": "scalars", "tag": "loss"}]))}
    answer = session.post(board.page + "data/plugin/timeseries/timeSeries", files=form, timeout=60)
    assert answer.status_code == 200 and len(answer.json()[0]["runToSeries"]["."]) == 3
    head = session.head(board.page, timeout=60)
    assert head.status_code == 200 and int(head.headers["Content-Length"]) > 100_000


def test_events_that_vanish_or_change(store, make_board, folder):
    first = events.header() + events.curve("loss", [3, 2, 1])
    put(store, folder, "events.out.tfevents.1", first)
    put(store, folder, "run/events.out.tfevents.2", events.header() + events.curve("rate", [1]))
    put(store, folder, "model/saved_model.pb", b"not events")
    board = make_board(folder, "changing")
    board.wait_running()
    board.wait_tags({".": {"loss"}, "run": {"rate"}})
    put(store, folder, "events.out.tfevents.1", first + events.curve("loss", [0.5], 3))
    until(lambda: len(board.points("loss")) == 4, "the grown curve is not seen")
    store.delete_object(Bucket=BUCKET, Key=f"{folder}/run/events.out.tfevents.2")
    board.wait_tags({".": {"loss"}})
    put(store, folder, "events.out.tfevents.1", events.header() + events.curve("other", [1, 2]))
    board.wait_tags({".": {"other"}})


def test_an_empty_folder_and_refusals(api, store, make_board, folder):
    board = make_board(folder + "/absent", "empty", flavor={"code": "modelarts.vm.cpu.2u"})
    board.wait_running()
    assert board.tags() == {}

    def refused(code, status=400, **body):
        with pytest.raises(ApiError) as refusal:
            api.call("POST", "/visualization-jobs", body)
        assert (refusal.value.status, refusal.value.body["error_code"]) == (status, code), refusal.value.text
        return refusal.value.body["error_message"]

    place = f"/{BUCKET}/x/"
    assert refused("ModelArts.0104", job_name="%%123", train_url=place).startswith("Illegal name: %%123")
    assert "there is no bucket absent-bucket" in refused("ModelArts.0104", job_name="a", train_url="/absent-bucket/x/")
    assert "MindInsight" in refused("ModelArts.0010", 501, job_name="a", train_url=place, job_type="mindinsight")
    assert refused("ModelArts.0103", job_name="empty", train_url=place) == "Job name:empty is existed"
    assert "duration" in refused("ModelArts.0104", job_name="a", train_url=place,
                                 schedule=[{"type": "stop", "time_unit": "HOURS", "duration": 25}])


def test_stop_restart_and_states(api, store, make_board, folder):
    put(store, folder, "events.out.tfevents.1", events.header() + events.curve("loss", [3, 2, 1]))
    board = make_board(folder, "states", schedule={"type": "stop", "time_unit": "HOURS", "duration": 1})
    board.wait_running()
    old_url = board.url
    seen = []
    api.call("POST", board.path + "/stop")
    board.wait({12}, seen)
    assert set(seen) <= {9, 12}, seen
    assert requests.get(old_url, timeout=60).status_code == 409
    for verb, words in [("stop", "stop"), ("restart", None)]:
        if words:
            with pytest.raises(ApiError) as refusal:
                api.call("POST", f"{board.path}/{verb}")
            assert refusal.value.body["error_message"] == f"This job can't be {words}. job status: 12"
            assert refusal.value.body["error_code"] == "ModelArts.0105"
        else:
            assert api.call("POST", f"{board.path}/{verb}")["service_url"] != old_url
    assert requests.get(old_url, timeout=60).status_code == 403, "a restart makes a new ticket"
    board.wait_running()
    board.wait_tags({".": {"loss"}})
    api.call("PUT", board.path, {"job_desc": "new words"})
    jobs = api.call("GET", "/visualization-jobs?search_content=state&status=8")
    assert [(job["job_id"], job["job_desc"]) for job in jobs["jobs"]] == [(board.id, "new words")]


def command(server, *words):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATELIER_")}
    done = subprocess.run([str(server_binary()), "--data-dir", str(server.data_dir), "board", *words], capture_output=True, text=True, env=environment,
                          timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_command_line(server, api, store, folder):
    put(store, folder, "events.out.tfevents.1", events.header() + events.curve("loss", [1]))
    url = command(server, "create", "by-hand", "--events", f"/{BUCKET}/{folder}/", "--hours", "2")
    session = requests.Session()
    assert "TensorBoard" in session.get(url, timeout=60).text
    assert command(server, "open", "by-hand") == url
    assert "by-hand" in command(server, "list") and "Running" in command(server, "list")
    assert f"/{BUCKET}/{folder}/" in command(server, "show", "by-hand")
    board = json.loads(command(server, "show", "by-hand", "--json"))
    command(server, "stop", str(board["job_id"]))
    api.wait(f"/visualization-jobs/{board['job_id']}", "status", {12})
    assert command(server, "restart", "by-hand") != url
    assert command(server, "delete", "by-hand") == "deleted by-hand"
    assert api.raw("GET", f"/visualization-jobs/{board['job_id']}").status_code == 404


def tensorboards(data_dir, board_id):
    """Process ids of the board's Python: by what is mounted for it, and by its arguments."""
    lines = [line.split(": ", 1) for line in processes_of(data_dir)]
    return [int(process) for process, line in lines if "serve.py" in line and f" /boards/{board_id} " in line]


def test_kills_of_the_server_and_of_tensorboard(tmp_path):
    seat = Seat(tmp_path, random.Random(time.time()))
    try:
        client = s3(seat.server)
        client.create_bucket(Bucket=BUCKET)
        put(client, "out", "events.out.tfevents.1", events.header() + events.curve("loss", [3, 2, 1]))
        board = Board(Api(seat.server), f"/{BUCKET}/out/", "killed")
        seat.kill()  # as soon as it is acknowledged
        board.wait_running()
        board.wait_tags({".": {"loss"}})
        url = board.url
        (process,) = tensorboards(seat.server.data_dir, board.id)
        seat.kill()
        board.wait_tags({".": {"loss"}})
        assert tensorboards(seat.server.data_dir, board.id) == [process], "the running one is adopted"
        assert board.url == url and requests.get(url, timeout=60).status_code == 200
        put(s3(seat.server), "out", "events.out.tfevents.2", events.header() + events.curve("rate", [1]))
        board.wait_tags({".": {"loss", "rate"}})

        os.kill(process, signal.SIGKILL)
        until(lambda: tensorboards(seat.server.data_dir, board.id) not in ([], [process]), "it does not come back")
        board.wait_running()
        board.wait_tags({".": {"loss", "rate"}})
        assert len(tensorboards(seat.server.data_dir, board.id)) == 1

        board.api.call("POST", board.path + "/stop")
        seat.kill()
        board.wait({12})
        assert tensorboards(seat.server.data_dir, board.id) == []
        board.api.call("POST", board.path + "/restart")
        board.wait_running()
        board.api.call("DELETE", board.path)
        seat.kill()
        board.api.wait_gone(board.path)
        left = seat.server.data_dir
        until(lambda: not [*(left / "boards").glob("*"), *(left / "workloads").glob("*"), *tensorboards(left, board.id)],
              "something of the board is left")
    finally:
        seat.server.process.kill()
        seat.server.process.wait(30)
