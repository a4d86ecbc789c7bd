"""Event files as TensorBoard reads them, written byte by byte: records of protocol buffers with masked CRC-32C sums.

Their times are those of now: TensorBoard takes a file whose last event is a day old for one that grows no more.
"""

import struct
import time

START = time.time()


def _crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _crc_table()


def _masked_crc(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def _record(data):
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", _masked_crc(length)) + data + struct.pack("<I", _masked_crc(data))


def _varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def _field(number, data):
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def header():
    """The first record of every event file."""
    return _record(struct.pack("<Bd", 1 << 3 | 1, START) + _field(3, b"brain.Event:2"))


def scalar(tag, value, step):
    summary_value = _field(1, tag.encode()) + struct.pack("<Bf", 2 << 3 | 5, value)
    event = struct.pack("<Bd", 1 << 3 | 1, START + step) + _varint(2 << 3) + _varint(step)
    return _record(event + _field(5, _field(1, summary_value)))


def curve(tag, values, first_step=0):
    return b"".join(scalar(tag, value, first_step + index) for index, value in enumerate(values))
