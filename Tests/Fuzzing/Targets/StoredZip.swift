/// Zip archives of members that are stored as they are.
enum StoredZip {
  static func archive(_ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var (archive, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, bytes) in members {
      let fields =
        numbers(20, 0, 0, 0, 0x21) + number(Checksums.crc(bytes)) + number(UInt32(bytes.count))
        + number(UInt32(bytes.count)) + numbers(UInt16(name.utf8.count), 0)
      directory += number(UInt32(0x0201_4B50)) + numbers(20) + fields + numbers(0, 0, 0, 0, 0)
      directory += number(UInt32(archive.count)) + Array(name.utf8)
      archive += number(UInt32(0x0403_4B50)) + fields + Array(name.utf8) + bytes
    }
    let (count, start) = (UInt16(members.count), archive.count)
    archive += directory + number(UInt32(0x0605_4B50)) + numbers(0, 0, count, count)
    return archive + number(UInt32(directory.count)) + number(UInt32(start)) + numbers(0)
  }

  private static func numbers(_ numbers: UInt16...) -> [UInt8] { numbers.flatMap { number($0) } }

  private static func number(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian, Array.init)
  }
}
