"""The OBS SDK for Python, in its four ways of talking."""

from obs import (CompleteMultipartUploadRequest, CompletePart, DeleteObjectsRequest, GetObjectHeader, ListMultipartUploadsRequest, Object,
                 ObsClient)

from clients.referees.base import Head, Refused, Referee

PART = 5 * 1024 * 1024


def make_esdk(server, mode):
    keys = {"access_key_id": server.access_key, "secret_access_key": server.secret_key, "security_token": server.security_token,
            "max_retry_count": 0}
    by_ip = f"http://127.0.0.1:{server.s3_port}"
    by_name = f"http://localhost:{server.s3_port}"
    if mode == "ip_v2":
        return ObsClient(server=by_ip, **keys)
    if mode == "host_obs":  # asks HEAD /?apiversion, then signs the OBS way, with the bucket in the host name
        return ObsClient(server=by_name, **keys)
    if mode == "host_v2":
        return ObsClient(server=by_name, path_style=True, **keys)
    if mode == "ip_v4":
        return ObsClient(server=by_ip, signature="v4", region="region-of-a-script", **keys)
    raise ValueError(mode)


class _Esdk(Referee):
    package = "esdk-obs-python"
    mode = ""

    def __init__(self, server, folder):
        super().__init__(server, folder)
        self.client = make_esdk(server, self.mode)

    def close(self):
        self.client.close()

    def call(self, operation, *arguments, **options):
        answer = getattr(self.client, operation)(*arguments, **options)
        if answer.status >= 300:
            raise Refused(f"{operation}: {answer.status} {answer.errorCode} {answer.errorMessage}", answer.errorCode)
        return answer

    def make_bucket(self, bucket):
        self.call("createBucket", bucket)

    def remove_bucket(self, bucket):
        self.call("deleteBucket", bucket)

    def buckets(self):
        return [item.name for item in self.call("listBuckets").body.buckets]

    def put(self, bucket, key, body, metadata=None):
        self.call("putContent", bucket, key, body, metadata=metadata or {})

    def get(self, bucket, key, **options):
        return self.call("getObject", bucket, key, loadStreamInMemory=True, **options).body.buffer or b""

    def get_range(self, bucket, key, first, last):
        return self.get(bucket, key, headers=GetObjectHeader(range=f"{first}-{last}"))

    def head(self, bucket, key):
        answer = self.call("getObjectMetadata", bucket, key)
        # The SDK takes the prefix off: what is "x-amz-meta-a" on the wire comes as "meta-a" or "a".
        metadata = {name.removeprefix("meta-"): value for name, value in answer.header}
        return Head(answer.body.contentLength, answer.body.etag.strip('"'), self.own_metadata(metadata))

    def keys(self, bucket, prefix=""):
        return [item.key for item in self.call("listObjects", bucket, prefix=prefix, encoding_type="url").body.contents]

    def folder_of(self, bucket, prefix=""):
        page = self.call("listObjects", bucket, prefix=prefix, delimiter="/").body
        return [item.key for item in page.contents], [item.prefix for item in page.commonPrefixs]

    def pages(self, bucket, size):
        pages, marker = [], None
        while True:
            page = self.call("listObjects", bucket, max_keys=size, marker=marker).body
            pages.append([item.key for item in page.contents])
            if not page.is_truncated:
                return pages
            marker = page.next_marker

    def copy(self, bucket, key, to):
        self.call("copyObject", bucket, key, bucket, to)

    def delete(self, bucket, key):
        self.call("deleteObject", bucket, key)

    def delete_many(self, bucket, keys):
        self.call("deleteObjects", bucket, DeleteObjectsRequest(quiet=False, objects=[Object(key) for key in keys], encoding_type="url"))

    def put_file(self, bucket, key, path):
        self.call("uploadFile", bucket, key, str(path), partSize=PART, taskNum=2)

    def get_file(self, bucket, key, path):
        self.call("downloadFile", bucket, key, str(path), partSize=PART, taskNum=2)

    def begin_upload(self, bucket, key):
        return self.call("initiateMultipartUpload", bucket, key).body.uploadId

    def put_part(self, bucket, key, upload, number, body):
        return self.call("uploadPart", bucket, key, number, upload, content=body).body.etag

    def complete_upload(self, bucket, key, upload, etags):
        parts = [CompletePart(partNum=number, etag=etag) for number, etag in enumerate(etags, start=1)]
        self.call("completeMultipartUpload", bucket, key, upload, CompleteMultipartUploadRequest(parts=parts))

    def uploads(self, bucket):
        return [item.uploadId for item in self.call("listMultipartUploads", bucket, ListMultipartUploadsRequest()).body.upload]

    def parts(self, bucket, key, upload):
        return [(part.partNumber, part.size) for part in self.call("listParts", bucket, key, upload).body.parts]

    def abort_upload(self, bucket, key, upload):
        self.call("abortMultipartUpload", bucket, key, upload)

    def presign(self, method, bucket, key, expires=300):
        return self.client.createSignedUrl(method, bucket, key, expires=expires).signedUrl

    def presign_get(self, bucket, key):
        return self.presign("GET", bucket, key)

    def presign_put(self, bucket, key):
        return self.presign("PUT", bucket, key)

    def presign_expired(self, bucket, key):
        return self.presign("GET", bucket, key, expires=-10)


class EsdkIpV2(_Esdk):
    name = "esdk V2"
    mode = "ip_v2"
    how = '`ObsClient(server="http://127.0.0.1:9000")`: on an IP address the SDK signs V2, whatever it is told'


class EsdkHostObs(_Esdk):
    name = "esdk OBS"
    mode = "host_obs"
    how = '`ObsClient(server="http://obs.local:9000")`: on a host name it speaks OBS, with the bucket as `BUCKET.obs.local`'


class EsdkHostV2(_Esdk):
    name = "esdk V2 host"
    mode = "host_v2"
    how = '`ObsClient(server="http://obs.local:9000", path_style=True)`'


class EsdkIpV4(_Esdk):
    name = "esdk V4"
    mode = "ip_v4"
    how = '`ObsClient(server="http://127.0.0.1:9000", signature="v4", region="any")`'
