"""openstacksdk with the otcextensions plugin, driven by lines: {"proxy": "modelartsv1", "method": "models", "positional": [], "named": {}}.

The cloud is described by OS_* variables, as for the command line.
"""

import openstack
from openstack import exceptions, resource

import lines
from otcextensions import sdk

connection = openstack.connect()
sdk.register_otc_extensions(connection)


def plain(value):
    if isinstance(value, resource.Resource):
        return value.to_dict(computed=False)
    if isinstance(value, (dict, str, bytes, int, float, bool, type(None))):
        return value
    return [plain(item) for item in value]


def carry_out(proxy, method, positional=(), named=None):
    owner = getattr(connection, proxy) if proxy else connection
    return plain(getattr(owner, method)(*positional, **(named or {})))


def refusal_of(problem):
    if not isinstance(problem, exceptions.HttpException):
        return None
    return {"status": problem.status_code, "code": None, "message": str(problem)}


lines.serve(carry_out, refusal_of)
