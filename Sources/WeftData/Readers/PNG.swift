import CPNG

/// PNG images: decoding to 8-bit gray or RGB whatever the file stores, and encoding.
public enum PNG {
  /// What a pixel is made of; the raw value is the number of bytes.
  public enum Channels: Int, Hashable, Sendable {
    /// One byte: brightness.
    case gray = 1
    /// Three bytes: red, green, blue.
    case rgb = 3
  }

  /// The most pixels that are decoded unless told otherwise: 64 Mi, as in an image of 8192x8192.
  public static let defaultMaximumPixels = 1 << 26

  /// Reads a PNG file; see `decoded(_:as:background:maximumPixels:)`.
  public static func read(
    _ path: String, as channels: Channels, background: UInt8? = 255, maximumPixels: Int = defaultMaximumPixels,
    limit: Int = FileBytes.defaultLimit
  ) throws(DataFileError) -> RawArray {
    let file = try FileBytes(contentsOf: path, limit: limit)
    return try decoded(file, as: channels, background: background, maximumPixels: maximumPixels)
  }

  /// The pixels of a PNG image, 8 bits a channel.
  ///
  /// Palettes are looked up, 16-bit samples scaled to 8, colors turned to gray by their luminance, the image turned as
  /// its camera says (Exif). The numbers are those that Pillow and torchvision decode: a display's exponent (gAMA) is
  /// passed over, and what is transparent is mixed without one. Every chunk's checksum is verified. Bytes after the
  /// image's end are ignored.
  ///
  /// Shape: `[height, width]` for gray, `[height, width, 3]` for RGB.
  ///
  /// - Parameters:
  ///   - file: the file's bytes.
  ///   - channels: gray or RGB.
  ///   - background: the gray that shows through transparent pixels; white unless given. Nil leaves colors as the file has
  ///     them under what is transparent.
  ///   - maximumPixels: the most pixels to decode: a small file can announce a very large image.
  /// - Throws: `DataFileError`.
  public static func decoded(
    _ file: FileBytes, as channels: Channels, background: UInt8? = 255, maximumPixels: Int = defaultMaximumPixels
  ) throws(DataFileError) -> RawArray {
    let chunks = try PNGChunks(of: file)
    let header = try chunks.verifiedHeader()
    try checkPixels(header.size, of: file, maximum: maximumPixels)
    guard let count = product(of: [header.size.width, header.size.height, 4]).map({ $0 / 4 * header.depth }) else {
      throw .tooManyPixels(file, header.size, maximum: maximumPixels)
    }
    let bytes = try pixels(of: file.name, chunks.bytes(without: header.gammas), depth: header.depth, count: count)
    let stored = PNGPixels(size: header.size, depth: header.depth, bytes: bytes)
    let image = PixelGrid(
      width: header.size.width, height: header.size.height, depth: channels.rawValue,
      bytes: stored.converted(to: channels.rawValue, background: background)
    ).upright(from: header.orientation)
    let shape = [image.height, image.width] + (channels == .gray ? [] : [channels.rawValue])
    return RawArray(shape: shape, values: .uint8(image.bytes))
  }

  /// 8-bit pixels, row by row, as a PNG file.
  ///
  /// Traps unless there are `width * height * channels` pixel bytes and at least one pixel.
  public static func encoded(_ pixels: [UInt8], width: Int, height: Int, as channels: Channels = .gray) -> [UInt8] {
    precondition(
      width > 0 && height > 0 && product(of: [width, height, channels.rawValue]) == pixels.count,
      "PNG.encoded: expected \(width)x\(height)x\(channels.rawValue) bytes, got \(pixels.count)")
    var size = 0
    var message = emptyMessage
    // The first call only measures.
    let measured = encode(pixels, width, height, channels, into: nil, &size, &message)
    precondition(measured, "PNG.encoded: \(text(message))")
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      let done = encode(pixels, width, height, channels, into: buffer.baseAddress, &size, &message)
      precondition(done, "PNG.encoded: \(text(message))")
      count = size
    }
    return bytes
  }
}

extension PNG {
  private static var emptyMessage: [CChar] { Array(repeating: 0, count: Int(weft_png_message_size)) }

  /// libpng's message, up to its final zero.
  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func checkPixels(_ size: PNGChunks.Size, of file: FileBytes, maximum: Int) throws(DataFileError) {
    guard let pixels = product(of: [size.width, size.height]), pixels <= maximum else {
      throw .tooManyPixels(file, size, maximum: maximum)
    }
  }

  private static func pixels(
    of name: String, _ bytes: [UInt8], depth: Int, count: Int
  ) throws(DataFileError) -> [UInt8] {
    var message = emptyMessage
    var isDone = false
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      isDone = weft_png_decode(bytes, bytes.count, Int32(depth), buffer.baseAddress, count, &message) != 0
      initialized = isDone ? count : 0
    }
    guard isDone else {
      let reason = text(message)
      throw DataFileError(
        .corrupt, file: name, expected: "a valid PNG image",
        found: "one that libpng refuses (\(reason.isEmpty ? "its size changed" : reason))")
    }
    return pixels
  }

  private static func encode(
    _ pixels: [UInt8], _ width: Int, _ height: Int, _ channels: Channels, into target: UnsafeMutablePointer<UInt8>?,
    _ size: inout Int, _ message: inout [CChar]
  ) -> Bool {
    weft_png_encode(
      pixels, UInt32(clamping: width), UInt32(clamping: height), Int32(channels.rawValue), target, &size, &message) != 0
  }
}

extension DataFileError {
  fileprivate static func tooManyPixels(_ file: FileBytes, _ size: PNGChunks.Size, maximum: Int) -> DataFileError {
    DataFileError(
      .limitExceeded, file: file.name, at: 16, expected: "at most \(maximum) pixels",
      found: "an image of \(size.width)x\(size.height)",
      hint: "if the image is meant to be so large, raise `maximumPixels`")
  }
}
