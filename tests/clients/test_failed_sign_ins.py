"""Repeated wrong passwords, as Keystone clients send them. On servers of their own: other tests sign in from the same address."""

import re

import requests

from platform_api import Api


def sign_in(server, identity):
    return requests.post(f"http://{server.platform}/v3/auth/tokens", json={"auth": {"identity": identity}})


def by_password(server, name, password):
    user = {"name": name, "password": password, "domain": {"name": server.credentials["domain_name"]}}
    return sign_in(server, {"methods": ["password"], "password": {"user": user}})


def test_too_many_wrong_passwords(own_server):
    user, password = own_server.credentials["user_name"], own_server.credentials["password"]
    token = Api(own_server)
    answers = {}
    for name in [user, "nobody"]:
        answers[name] = [by_password(own_server, name, "wrong") for _ in range(6)] + [by_password(own_server, name, password)]
        assert [answer.status_code for answer in answers[name]] == [401] * 7
        error = answers[name][-1].json()["error"]
        assert (error["code"], error["title"]) == (401, "Unauthorized")
        assert re.search(r"another 1[45] minutes: try again then", error["message"])
        assert "minutes" not in answers[name][4].json()["error"]["message"]
    # Whether there is such a user is not told; the minutes may have gone on between the two.
    texts = {name: [re.sub(r"1[45] minutes", "", answer.text) for answer in given] for name, given in answers.items()}
    assert texts[user] == texts["nobody"]
    # What is no password goes on: the token from before, and the access key.
    assert token.call("GET", "/services")["total_count"] == 0
    assert Api(own_server, "aksk").call("GET", "/services")["total_count"] == 0
    pair = {"access": {"key": own_server.access_key}, "secret": {"key": own_server.secret_key}}
    assert sign_in(own_server, {"methods": ["hw_ak_sk"], "hw_ak_sk": pair}).status_code == 201


def test_a_right_password_clears_the_count(own_server):
    user, password = own_server.credentials["user_name"], own_server.credentials["password"]
    for _ in range(3):
        assert [by_password(own_server, user, "wrong").status_code for _ in range(4)] == [401] * 4
        assert by_password(own_server, user, password).status_code == 201
