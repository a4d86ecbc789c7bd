"""The clients that judge the platform interface, in the order of the page's columns; README.md says what they have in common."""

from platform_clients.curl import Curl
from platform_clients.huawei import HuaweiSdk, HuaweiSdkWithoutProject
from platform_clients.openstack_cli import OpenStackCli
from platform_clients.openstack_sdk import OpenStackSdk

CLIENTS = {kind.name: kind for kind in (OpenStackSdk, HuaweiSdk, HuaweiSdkWithoutProject, Curl, OpenStackCli)}
