/// The big-endian 32-bit number at `offset`, where four bytes must be.
func bigEndian32(_ bytes: [UInt8], at offset: Int) -> UInt32 {
  bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
}

/// A number's bytes, most significant first.
func bigEndianBytes(_ number: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: number.bigEndian, Array.init)
}

/// The product of extents read from a file, or nil where it is no `Int`.
func product(of extents: [Int]) -> Int? {
  var product = 1
  for extent in extents {
    let (next, overflows) = product.multipliedReportingOverflow(by: extent)
    guard !overflows else { return nil }
    product = next
  }
  return product
}
