// A ZIP of files in memory, and the liberties a hostile one takes.
import { deflateRawSync } from 'node:zlib';

// `files`: Map of name to bytes. `change(entry)` may alter what is written of one file:
// name, localName, method, data (packed), size, mode. With `wide`, sizes, places and counts
// are marked and written as ZIP64 does (APPNOTE 4.5.3, 4.3.14).
export function zip(files, change = () => {}, wide = false) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, bytes] of files) {
    const deflated = deflateRawSync(bytes);
    const small = deflated.length < bytes.length;
    const entry = { name, localName: name, method: small ? 8 : 0, data: small ? deflated : bytes, size: bytes.length, mode: 0o100644, offset };
    change(entry);
    const localName = Buffer.from(entry.localName);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(0x0800, 6);
    local.writeUInt16LE(entry.method, 8);
    local.writeUInt32LE(entry.data.length, 18);
    local.writeUInt32LE(entry.size % 2 ** 32, 22);
    local.writeUInt16LE(localName.length, 26);
    parts.push(local, localName, entry.data);

    const centralName = Buffer.from(entry.name);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt8(20, 4);
    central.writeUInt8(3, 5);
    central.writeUInt16LE(0x0800, 8);
    central.writeUInt16LE(entry.method, 10);
    central.writeUInt32LE(entry.data.length, 20);
    central.writeUInt32LE(entry.size % 2 ** 32, 24);
    central.writeUInt16LE(centralName.length, 28);
    central.writeUInt32LE((entry.mode << 16) >>> 0, 38);
    central.writeUInt32LE(entry.offset % 2 ** 32, 42);
    directory.push(central, centralName);
    if (wide) {
      for (const at of [20, 24, 42]) central.writeUInt32LE(0xffffffff, at);
      const extra = Buffer.alloc(28);
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      [entry.size, entry.data.length, entry.offset].forEach((number, i) => extra.writeBigUInt64LE(BigInt(number), 4 + 8 * i));
      central.writeUInt16LE(extra.length, 30);
      directory.push(extra);
    }
    offset += 30 + localName.length + entry.data.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  if (!wide) return Buffer.concat([...parts, listing, end]);
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  [files.size, files.size, listing.length, offset].forEach((number, i) => record.writeBigUInt64LE(BigInt(number), 24 + 8 * i));
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(offset + listing.length), 64);
  record.writeUInt32LE(1, 72);
  end.writeUInt16LE(0xffff, 8);
  end.writeUInt16LE(0xffff, 10);
  end.writeUInt32LE(0xffffffff, 12);
  end.writeUInt32LE(0xffffffff, 16);
  return Buffer.concat([...parts, listing, record, end]);
}
