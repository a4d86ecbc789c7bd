"""huaweicloudsdkmodelarts, unmodified, pointed at the server: signed with an access key, the project given."""

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException, ServerResponseException
from huaweicloudsdkmodelarts.v1 import ModelArtsClient


def make_modelarts(server):
    c = server.credentials
    credentials = BasicCredentials(c["access_key"], c["secret_key"], c["project_id"])
    return ModelArtsClient.new_builder().with_credentials(credentials).with_endpoint(f"http://{server.platform}").build()


def refusal(call, request):
    """Status and code of an answer that must be an error."""
    with pytest.raises((ClientRequestException, ServerResponseException)) as refused:
        call(request)
    return refused.value.status_code, refused.value.error_code
