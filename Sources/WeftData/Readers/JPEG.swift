import CTurboJPEG

/// JPEG images: decoding to 8-bit gray or RGB whatever the file stores, upright, and encoding.
public enum JPEG {
  /// Reads a JPEG file; see `decoded(_:as:maximumPixels:)`.
  public static func read(
    _ path: String, as channels: PNG.Channels, maximumPixels: Int = PNG.defaultMaximumPixels,
    limit: Int = FileBytes.defaultLimit
  ) throws(DataFileError) -> RawArray {
    try decoded(FileBytes(contentsOf: path, limit: limit), as: channels, maximumPixels: maximumPixels)
  }

  /// The pixels of a JPEG image, 8 bits a channel, turned as the camera that took it says (Exif).
  ///
  /// Baseline and progressive images are read; the four colors of print become RGB as if ink were a filter, without
  /// color profiles. Bytes after the image's end are ignored. The format has no checksums: a changed byte may be
  /// another pixel.
  ///
  /// Shape: `[height, width]` for gray, `[height, width, 3]` for RGB.
  ///
  /// - Parameters:
  ///   - file: the file's bytes.
  ///   - channels: gray or RGB.
  ///   - maximumPixels: the most pixels to decode: a small file can announce a very large image.
  /// - Throws: `DataFileError`.
  public static func decoded(
    _ file: FileBytes, as channels: PNG.Channels, maximumPixels: Int = PNG.defaultMaximumPixels
  ) throws(DataFileError) -> RawArray {
    let header = try JPEGHeader(of: file)
    guard let pixels = product(of: [header.width, header.height]), pixels <= maximumPixels else {
      throw DataFileError(
        .limitExceeded, file: file.name, at: header.offset, expected: "at most \(maximumPixels) pixels",
        found: "an image of \(header.width)x\(header.height)",
        hint: "if the image is meant to be so large, raise `maximumPixels`")
    }
    // The colors of print are converted here: the library does not.
    let stored = header.components == 4 ? 4 : channels.rawValue
    var values = try decode(file, header, channels: stored, count: pixels * stored)
    if stored == 4 { values = unprinted(values, areInverted: header.isAdobe, as: channels) }
    let image = PixelGrid(width: header.width, height: header.height, depth: channels.rawValue, bytes: values)
      .upright(from: header.orientation)
    return RawArray(
      shape: [image.height, image.width] + (channels == .gray ? [] : [channels.rawValue]),
      values: .uint8(image.bytes))
  }

  /// 8-bit pixels, row by row, as a baseline JPEG file. Color is kept at half the resolution below a quality of 90.
  ///
  /// Traps unless there are `width * height * channels` pixel bytes, from 1 to 65,500 pixels each way.
  /// - Parameter quality: 1 (smallest) to 100 (best); values outside are taken as the nearest.
  public static func encoded(
    _ pixels: [UInt8], width: Int, height: Int, as channels: PNG.Channels = .rgb, quality: Int = 90
  ) -> [UInt8] {
    precondition(
      width > 0 && height > 0 && width <= 65_500 && height <= 65_500
        && product(of: [width, height, channels.rawValue]) == pixels.count,
      "JPEG.encoded: expected \(width)x\(height)x\(channels.rawValue) bytes, got \(pixels.count)")
    let quality = min(max(quality, 1), 100)
    let room = weft_jpeg_bound(Int32(width), Int32(height), Int32(channels.rawValue))
    var message = emptyMessage
    return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      var size = room
      let done = weft_jpeg_encode(
        pixels, Int32(width), Int32(height), Int32(channels.rawValue), Int32(quality), quality < 90 ? 1 : 0,
        buffer.baseAddress, &size, &message)
      precondition(done != 0, "JPEG.encoded: \(text(message))")
      count = size
    }
  }
}

extension JPEG {
  private static var emptyMessage: [CChar] { Array(repeating: 0, count: Int(weft_jpeg_message_size)) }

  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The pixels, or an error for data that has a fault. Some of what the library warns of is harmless: such an image is
  /// decoded again. The library then keeps the first warning alone, so that the image's end is looked for here: what
  /// else is wrong with such a file goes unnoticed.
  private static func decode(
    _ file: FileBytes, _ header: JPEGHeader, channels: Int, count: Int
  ) throws(DataFileError) -> [UInt8] {
    var message = emptyMessage
    for lenient: Int32 in [0, 1] {
      var outcome: Int32 = 0
      let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        // Where a row is missing, the library leaves the memory as it is.
        buffer.initialize(repeating: 0)
        outcome = weft_jpeg_decode(
          file.bytes, file.bytes.count, Int32(channels), lenient, buffer.baseAddress, Int32(header.width),
          Int32(header.height), &message)
        initialized = count
      }
      if Int(outcome) == weft_jpeg_done { return pixels }
      let isHarmless = Int(outcome) == weft_jpeg_doubtful && Self.isHarmless(text(message))
      if !isHarmless { break }
      guard hasEnd(file, header) else { throw refused(file, "Premature end of JPEG file") }
      if lenient == 1 { return pixels }
    }
    throw refused(file, text(message))
  }

  /// Bytes between segments, a mark of Adobe's that says nothing new, and a later version of the file's head.
  private static func isHarmless(_ message: String) -> Bool {
    ["extraneous bytes", "Adobe color transform", "JFIF revision"].contains { message.contains($0) }
  }

  /// Whether the end's mark comes after the frame's head; a small picture in the description has one of its own.
  private static func hasEnd(_ file: FileBytes, _ header: JPEGHeader) -> Bool {
    let rest = file.bytes[header.offset...]
    return zip(rest, rest.dropFirst()).contains { $0 == 0xFF && $1 == 0xD9 }
  }

  private static func refused(_ file: FileBytes, _ reason: String) -> DataFileError {
    let isCut = reason.contains("Premature end") || reason.contains("premature end")
    return DataFileError(
      isCut ? .truncated : .corrupt, file: file.name, expected: "a valid JPEG image",
      found: isCut
        ? "one whose data ends too early"
        : "one that libjpeg-turbo refuses (\(reason.isEmpty ? "its size changed" : reason))",
      hint: isCut ? "a download may have been cut short" : nil)
  }

  /// Cyan, magenta, yellow and black as filters before white light; Adobe's programs store what is let through.
  private static func unprinted(_ inks: [UInt8], areInverted: Bool, as channels: PNG.Channels) -> [UInt8] {
    let light = areInverted ? inks : inks.map { 255 - $0 }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(light.count / 4 * channels.rawValue)
    for place in stride(from: 0, to: light.count, by: 4) {
      let black = Int(light[place + 3])
      let rgb = (0..<3).map { (Int(light[place + $0]) * black + 127) / 255 }
      if channels == .rgb { pixels += rgb.map { UInt8($0) } } else { pixels.append(luminance(rgb[0], rgb[1], rgb[2])) }
    }
    return pixels
  }
}
