/// How long a text may be, as it is given and as normalizers make it: offsets are kept in 32 bits.
enum TextLimit {
  static let bytes = Int(Int32.max) / 4

  static func check(_ count: Int) throws(TokenizerError) {
    guard count < bytes else {
      throw TokenizerError(
        .limitExceeded, expected: "a text of fewer than \(bytes) bytes, as given and as normalized", found: "\(count)")
    }
  }
}
