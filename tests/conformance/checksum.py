"""The checksums of the protocols, as base64 of the big-endian digest."""

import base64
import hashlib
import zlib


def reflected_crc(data, polynomial, bits):
    """The textbook loop, bit by bit: all ones before and after."""
    ones = (1 << bits) - 1
    value = ones
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)
    return value ^ ones


DIGESTS = {
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "crc32c": lambda data: reflected_crc(data, 0x82F63B78, 32).to_bytes(4, "big"),
    "crc64nvme": lambda data: reflected_crc(data, 0x9A6C9329AC4BC9B5, 64).to_bytes(8, "big"),
    "sha1": lambda data: hashlib.sha1(data).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
}


def checksum(algorithm, data):
    return base64.b64encode(DIGESTS[algorithm](data)).decode()


def md5(data):
    return base64.b64encode(hashlib.md5(data).digest()).decode()


def crc64_ecma(data):
    """Huawei's, as a decimal number."""
    return str(reflected_crc(data, 0xC96C5795D7870F42, 64))
