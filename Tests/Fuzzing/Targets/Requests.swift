import WeftServe

extension FuzzTarget {
  /// What comes over the net.
  static let requests: [FuzzTarget] = [
    FuzzTarget("chat", longest: 2048) { bytes in succeeds { try RequestReading.conversation(bytes) } },
    // Two bytes say how long the JSON is that tensors' bytes follow; the largest number that there are none.
    FuzzTarget("inference", longest: 1024) { bytes in
      guard bytes.count >= 2 else { return false }
      let length = Int(bytes[0]) | Int(bytes[1]) << 8
      return succeeds {
        try RequestReading.tensors(Array(bytes.dropFirst(2)), headerLength: length == 0xFFFF ? nil : length)
      }
    },
    // The first line is what the header says of the form.
    FuzzTarget("form", longest: 1024) { bytes in
      let head = bytes.prefix { $0 != 0x0A }
      return succeeds {
        let form = try MultipartForm(
          Array(bytes.dropFirst(head.count + 1)), type: String(decoding: head, as: UTF8.self))
        for part in form.parts { _ = succeeds { _ = try part.text() } }
      }
    },
  ]
}
