import WeftData

extension Image {
  /// Writes the image to a file, whole or not at all: as JPEG where the path ends in `.jpg` or `.jpeg`, otherwise as
  /// PNG.
  ///
  /// Traps for a JPEG file of more than 65,500 pixels each way, which the format does not hold.
  ///
  /// - Parameter quality: Of a JPEG file, 1 (smallest) to 100 (best).
  /// - Throws: `FileWriteError`; what was at the path is then unchanged.
  public func write(to path: String, quality: Int = 90) throws(FileWriteError) {
    let ending = path.split(separator: ".").last.map { $0.lowercased() }
    let isJPEG = ending == "jpg" || ending == "jpeg"
    try AtomicFile.write(isJPEG ? jpeg(quality: quality) : png(), to: path)
  }
}
