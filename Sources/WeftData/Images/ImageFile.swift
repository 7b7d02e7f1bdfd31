// Images from files, and as the bytes of files.

extension Image {
  /// Reads a PNG or JPEG file, whichever its first bytes say it is.
  ///
  /// - Parameters:
  ///   - channels: Gray or RGB; whatever the file stores is converted.
  ///   - background: The gray that shows through transparent pixels; nil leaves colors as the file has them under what is
  ///     transparent, as Pillow's `convert("RGB")` does.
  ///   - maximumPixels: The most pixels to decode: a small file can announce a very large image.
  ///   - limit: The most bytes that the file may have.
  /// - Throws: `DataFileError` that names the file and what is wrong with it.
  public init(
    contentsOf path: String, as channels: PNG.Channels = .rgb, background: UInt8? = 255,
    maximumPixels: Int = PNG.defaultMaximumPixels, limit: Int = FileBytes.defaultLimit
  ) throws(DataFileError) {
    let file = try FileBytes(contentsOf: path, limit: limit)
    try self.init(decoding: file, as: channels, background: background, maximumPixels: maximumPixels)
  }

  /// The same from bytes in memory.
  /// - Throws: `DataFileError` that names the file and what is wrong with it.
  public init(
    decoding file: FileBytes, as channels: PNG.Channels = .rgb, background: UInt8? = 255,
    maximumPixels: Int = PNG.defaultMaximumPixels
  ) throws(DataFileError) {
    let array: RawArray
    if file.bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      array = try JPEG.decoded(file, as: channels, maximumPixels: maximumPixels)
    } else if file.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
      array = try PNG.decoded(file, as: channels, background: background, maximumPixels: maximumPixels)
    } else {
      let isImage = FileKind(firstBytes: file.bytes).isOtherImage
      throw .wrongFormat(
        file, expected: "a PNG file (89 50 4e 47) or a JPEG file (ff d8 ff)",
        hint: isImage ? "convert the image to PNG or JPEG" : nil)
    }
    self.init(checked: array.bytes ?? [], array.shape[1], array.shape[0], channels)
  }

  /// The image as a PNG file, which loses nothing.
  public func png() -> [UInt8] { PNG.encoded(pixels, width: width, height: height, as: channels) }

  /// The image as a JPEG file.
  ///
  /// Traps above 65,500 pixels each way, which the format does not hold.
  /// - Parameter quality: 1 (smallest) to 100 (best).
  public func jpeg(quality: Int = 90) -> [UInt8] {
    JPEG.encoded(pixels, width: width, height: height, as: channels, quality: quality)
  }
}
