import WeftTensor

extension Profile {
  /// Writes the trace for chrome://tracing and ui.perfetto.dev, whole or not at all.
  ///
  /// - Throws: `FileWriteError`; what was at the path is then unchanged.
  public func writeTrace(to path: String) throws(FileWriteError) {
    let file = try AtomicFile(replacing: path)
    var waiting: [UInt8] = []
    for line in traceLines {
      waiting += line.utf8
      waiting.append(UInt8(ascii: "\n"))
      guard waiting.count > 1 << 16 else { continue }
      try file.append(waiting)
      waiting.removeAll(keepingCapacity: true)
    }
    try file.append(waiting)
    try file.commit()
  }
}
