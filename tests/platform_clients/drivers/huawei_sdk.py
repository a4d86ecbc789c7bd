"""huaweicloudsdkmodelarts and huaweicloudsdkiam, driven by lines: {"service": "iam", "method": "keystone_list_projects", "fields": {}}.

Arguments: platform address, region. Keys come from the environment, and a project id where one is to be used.
"""

import importlib
import os
import re
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkiam.v3 import IamClient
from huaweicloudsdkmodelarts.v1 import ModelArtsClient

import lines

MODELS = {"iam": "huaweicloudsdkiam.v3.model", "modelarts": "huaweicloudsdkmodelarts.v1.model"}


def client(kind, credentials, endpoint, region):
    credentials.with_iam_endpoint(endpoint)
    config = HttpConfig.get_default_config()
    config.timeout = (30, 120)
    return kind.new_builder().with_credentials(credentials).with_http_config(config).with_region(Region(region, endpoint)).build()


def built(models, kind, value):
    """A value of the SDK's class `kind` (its own notation) out of plain JSON, as a program that uses the SDK would make it."""
    inner = re.fullmatch(r"list\[(.*)\]", kind)
    if inner:
        return [built(models, inner[1], item) for item in value]
    model = getattr(models, kind, None)
    if model is None or not isinstance(value, dict):
        return value
    names = {wire: field for field, wire in model.attribute_map.items()}
    unknown = set(value) - set(names)
    if unknown:
        raise ValueError(f"{kind} has no {', '.join(sorted(unknown))}")
    return model(**{names[wire]: built(models, model.openapi_types[names[wire]], item) for wire, item in value.items()})


def main():
    endpoint, region = f"http://{sys.argv[1]}", sys.argv[2]
    keys = os.environ["ACCESS_KEY"], os.environ["SECRET_KEY"]
    clients = {"iam": client(IamClient, GlobalCredentials(*keys), endpoint, region),
               "modelarts": client(ModelArtsClient, BasicCredentials(*keys, os.environ.get("PROJECT_ID")), endpoint, region)}

    def carry_out(service, method, fields):
        models = importlib.import_module(MODELS[service])
        kind = "".join(word.capitalize() for word in method.split("_")) + "Request"
        request = built(models, kind, fields)
        return getattr(clients[service], method)(request).to_dict()  # as the SDK understood it

    def refusal_of(problem):
        if not isinstance(problem, ServiceResponseException):
            return None
        return {"status": problem.status_code, "code": problem.error_code, "message": problem.error_msg}

    lines.serve(carry_out, refusal_of)


main()
