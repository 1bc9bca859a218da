// A ZIP of files in memory, and the liberties a hostile one takes.
import { deflateRawSync } from 'node:zlib';

// `files`: Map of name to bytes. `change(entry)` may alter what is written of one file:
// name, localName, method, data (packed), size, mode.
export function zip(files, change = () => {}) {
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
    local.writeUInt32LE(entry.size, 22);
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
    central.writeUInt32LE(entry.size, 24);
    central.writeUInt16LE(centralName.length, 28);
    central.writeUInt32LE((entry.mode << 16) >>> 0, 38);
    central.writeUInt32LE(entry.offset, 42);
    directory.push(central, centralName);
    offset += 30 + localName.length + entry.data.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listing, end]);
}
