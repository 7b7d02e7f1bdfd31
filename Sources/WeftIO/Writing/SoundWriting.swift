import WeftData

extension Sound {
  /// Writes the sound to a WAV file, whole or not at all.
  ///
  /// Traps for an encoding that is none, and for more than 4 GiB.
  /// - Throws: `FileWriteError`; what was at the path is then unchanged.
  public func write(wav path: String, as encoding: WAVEncoding = .integer(bits: 16)) throws(FileWriteError) {
    try AtomicFile.write(wav(encoding), to: path)
  }
}
