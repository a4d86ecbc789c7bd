"""The clients that judge the object store, each behind the same few methods; see README.md."""

from clients.referees.awscli import AwsCli
from clients.referees.boto3_sdk import Boto3V2, Boto3V4
from clients.referees.curl import Curl
from clients.referees.esdk import EsdkHostObs, EsdkHostV2, EsdkIpV2, EsdkIpV4
from clients.referees.go_obs import GoObs, GoV2, GoV4
from clients.referees.rclone import Rclone
from clients.referees.s3cmd import S3cmd

# In the order of the table's columns.
REFEREES = {kind.name: kind for kind in (Boto3V4, Boto3V2, AwsCli, S3cmd, Rclone, Curl, EsdkIpV2, EsdkHostObs, EsdkHostV2, EsdkIpV4,
                                         GoV2, GoObs, GoV4)}
