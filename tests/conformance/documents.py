"""The documents that requests carry."""

import json
from xml.sax.saxutils import escape

EVERYONE = "http://acs.amazonaws.com/groups/global/AllUsers"
ANY_ACCOUNT = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def versioning(status):
    return f"<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>".encode()


def tagging(pairs):
    tags = "".join(f"<Tag><Key>{escape(key)}</Key><Value>{escape(value)}</Value></Tag>" for key, value in pairs)
    return f"<Tagging><TagSet>{tags}</TagSet></Tagging>".encode()


def grant(who, permission):
    """`who` is an account's id or a group's URI."""
    kind, inside = ("Group", f"<URI>{who}</URI>") if "://" in who else ("CanonicalUser", f"<ID>{who}</ID>")
    return f'<Grant><Grantee {_XSI} xsi:type="{kind}">{inside}</Grantee><Permission>{permission}</Permission></Grant>'


def acl(owner, *grants):
    """`grants` are pairs of an account or group and a permission."""
    listed = "".join(grant(*pair) for pair in grants)
    return f"<AccessControlPolicy><Owner><ID>{owner}</ID></Owner><AccessControlList>{listed}</AccessControlList></AccessControlPolicy>".encode()


def grants_of(answer):
    """The grants of an ACL as pairs, in order of who has them."""
    return sorted((item.findtext("Grantee/ID") or item.findtext("Grantee/URI") or item.findtext("Grantee/Canned"), item.findtext("Permission"))
                  for item in answer.root.findall("AccessControlList/Grant"))


def statement(bucket, action, effect="Allow", principal="*", resource="/*", condition=None, **more):
    """`resource` is what follows the bucket in its ARN, one or several."""
    resources = [resource] if isinstance(resource, str) else resource
    made = {"Effect": effect, "Principal": principal, "Action": action, "Resource": [f"arn:aws:s3:::{bucket}{tail}" for tail in resources], **more}
    return {**made, "Condition": condition} if condition else made


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}).encode()


def cors(**rule):
    """One rule: cors(AllowedOrigin=["*"], AllowedMethod=["GET"])."""
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, values in rule.items() for value in values)
    return f"<CORSRule>{inside}</CORSRule>"


def cors_of(*rules):
    return f"<CORSConfiguration>{''.join(rules)}</CORSConfiguration>".encode()


def access_block(**flags):
    inside = "".join(f"<{name}>{str(value).lower()}</{name}>" for name, value in flags.items())
    return f"<PublicAccessBlockConfiguration>{inside}</PublicAccessBlockConfiguration>".encode()


def ownership(word):
    return f"<OwnershipControls><Rule><ObjectOwnership>{word}</ObjectOwnership></Rule></OwnershipControls>".encode()


def lifecycle(*rules):
    return f"<LifecycleConfiguration>{''.join(f'<Rule>{rule}</Rule>' for rule in rules)}</LifecycleConfiguration>".encode()
