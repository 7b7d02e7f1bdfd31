import Testing
import Weft

@Suite("PNG images")
struct PNGTests {
  private static let gray: [UInt8] = (0..<35).map { $0 * 7 }
  private static let image = PNG.encoded(gray, width: 7, height: 5)

  private static func decode(_ file: FileBytes) throws(DataFileError) -> RawArray { try PNG.decoded(file, as: .gray) }

  private static func failure(_ bytes: [UInt8], maximumPixels: Int = PNG.defaultMaximumPixels) -> DataFileError? {
    HostileFiles.failure { () throws(DataFileError) in
      try PNG.decoded(FileBytes(name: "cat.png", bytes: bytes), as: .rgb, maximumPixels: maximumPixels)
    }
  }

  @Test("Gray and RGB pixels come back as they were written")
  func roundTrip() throws {
    let file = FileBytes(name: "gray.png", bytes: Self.image)
    #expect(try PNG.decoded(file, as: .gray) == RawArray(shape: [5, 7], values: .uint8(Self.gray)))
    let tripled = Self.gray.flatMap { [$0, $0, $0] }
    #expect(try PNG.decoded(file, as: .rgb) == RawArray(shape: [5, 7, 3], values: .uint8(tripled)))
    let colors: [UInt8] = [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30]
    let colored = FileBytes(name: "rgb.png", bytes: PNG.encoded(colors, width: 2, height: 2, as: .rgb))
    #expect(try PNG.decoded(colored, as: .rgb) == RawArray(shape: [2, 2, 3], values: .uint8(colors)))
  }

  @Test("Palettes, 16 bits and transparency become 8-bit pixels", arguments: PNGSamples.all)
  func otherEncodings(sample: PNGSamples) throws {
    let file = FileBytes(name: sample.name, bytes: sample.bytes)
    #expect(try PNG.decoded(file, as: .rgb, background: 100).bytes == sample.rgb)
  }

  /// [10, 20, 30] at no, half and full alpha, as Pillow writes it.
  private static let seeThrough: [UInt8] = [
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 3, 0, 0, 0, 1, 8, 6, 0, 0, 0, 27, 224, 20,
    180, 0, 0, 0, 21, 73, 68, 65, 84, 120, 156, 99, 224, 18, 145, 99, 224, 18, 145, 107, 224, 18, 145, 251, 15, 0, 8,
    60, 2, 52, 0, 45, 9, 239, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
  ]

  @Test("Without a background, colors are those of the file")
  func transparencyIsPassedOver() throws {
    let file = FileBytes(name: "rgba.png", bytes: Self.seeThrough)
    #expect(try PNG.decoded(file, as: .rgb, background: nil).bytes == [10, 20, 30, 10, 20, 30, 10, 20, 30])
    #expect(try PNG.decoded(file, as: .rgb).bytes?.prefix(3) == [255, 255, 255])
    let image = try Image(decoding: file, background: nil)
    #expect(image.width == 3 && image.pixels == [10, 20, 30, 10, 20, 30, 10, 20, 30])
    let plain = FileBytes(name: "gray.png", bytes: Self.image)
    #expect(try PNG.decoded(plain, as: .gray, background: nil).bytes == Self.gray)
    HostileFiles.expectEveryCutIsRefused(Self.seeThrough) { file throws(DataFileError) in
      try PNG.decoded(file, as: .rgb, background: nil)
    }
  }

  /// Red, green, blue and half a gray over white, from files of color, of gray and alpha, and of a palette: Pillow's
  /// `convert("L")`, and its `alpha_composite` before it.
  @Test("Grays and transparency are Pillow's, whatever the file stores")
  func pillowsNumbers() throws {
    func decoded(_ kind: UInt8, _ chunks: [UInt8], _ row: [UInt8], width: UInt32, _ channels: PNG.Channels) throws
      -> [UInt8]?
    {
      let header = PNGSamples.header(width: width, height: 1, kind: kind)
      let file = header + chunks + PNGSamples.data([0] + row) + PNGSamples.chunk("IEND", [])
      return try PNG.decoded(FileBytes(name: "image.png", bytes: file), as: channels).bytes
    }
    let colors: [UInt8] = [255, 0, 0, 0, 255, 0, 0, 0, 255]
    #expect(try decoded(2, [], colors, width: 3, .gray) == [76, 150, 29])
    #expect(try decoded(3, PNGSamples.chunk("PLTE", colors), [0, 1, 2], width: 3, .gray) == [76, 150, 29])
    #expect(try decoded(6, [], [100, 0, 200, 128], width: 1, .rgb) == [177, 127, 227])
    #expect(try decoded(4, [], [100, 128, 100, 0], width: 2, .gray) == [177, 255])
    let clear = PNGSamples.chunk("PLTE", colors) + PNGSamples.chunk("tRNS", [0, 128])
    #expect(try decoded(3, clear, [0, 1, 2], width: 3, .rgb) == [255, 255, 255, 127, 255, 127, 0, 0, 255])
    // An exponent for displays is no part of the numbers.
    let linear = PNGSamples.chunk("gAMA", [0, 1, 0x86, 0xA0])
    #expect(try decoded(2, linear, [1, 60, 200], width: 1, .rgb) == [1, 60, 200])
    #expect(try decoded(0, linear, [1, 60, 200], width: 3, .gray) == [1, 60, 200])
  }

  @Test("An image is turned as its camera says, as a JPEG is")
  func orientation() throws {
    // One entry: orientation (0x112), of 16 bits, 6: the first row is the right side.
    let exif: [UInt8] = [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]
    let header = PNGSamples.header(width: 3, height: 2, kind: 0) + PNGSamples.chunk("eXIf", exif)
    let file = header + PNGSamples.data([0, 1, 2, 3, 0, 4, 5, 6]) + PNGSamples.chunk("IEND", [])
    let image = try PNG.decoded(FileBytes(name: "image.png", bytes: file), as: .gray)
    #expect(image == RawArray(shape: [3, 2], values: .uint8([4, 1, 5, 2, 6, 3])))
  }

  @Test("A picture of another format is named, with what to do")
  func otherPictures() {
    let file = FileBytes(name: "a.heic", bytes: [0, 0, 0, 24] + Array("ftypheic".utf8))
    let error = HostileFiles.failure { () throws(DataFileError) in try Image(decoding: file) }
    #expect(error?.looksLike == .heif && error?.hint == "convert the image to PNG or JPEG")
  }

  @Test("A file cut off anywhere is refused")
  func truncated() {
    HostileFiles.expectEveryCutIsRefused(Self.image, Self.decode)
    #expect(Self.failure(Array(Self.image.dropLast()))?.code == .truncated)
    #expect(Self.failure(Array(Self.image.prefix(5)))?.code == .truncated)
  }

  @Test("Every flipped bit is found")
  func bitFlips() {
    HostileFiles.withEveryBitFlipped(Self.image) { file, byte in
      let error = HostileFiles.failure { () throws(DataFileError) in try Self.decode(file) }
      #expect(error != nil, "byte \(byte)")
    }
  }

  @Test("A giant image is refused before anything is allocated, and the message says how to allow it")
  func giants() {
    for (width, height) in [(65536, 65536), (Int(Int32.max), Int(Int32.max)), (1 << 32 - 1, 1 << 32 - 1)] {
      let header = PNGSamples.header(width: UInt32(width), height: UInt32(height))
      let error = Self.failure(header + PNGSamples.chunk("IEND", []))
      #expect(error?.code == .limitExceeded)
      #expect(error?.found == "an image of \(width)x\(height)")
      #expect(error?.hint?.contains("`maximumPixels`") == true)
    }
    #expect(Self.failure(Self.image, maximumPixels: 34)?.code == .limitExceeded)
    #expect(Self.failure(Self.image, maximumPixels: 35) == nil)
  }

  @Test("Headers that libpng refuses, missing and short pixel data are damage, not a crash")
  func damage() {
    let end = PNGSamples.chunk("IEND", [])
    #expect(Self.failure(PNGSamples.header(width: 0, height: 3) + end)?.code == .corrupt)
    #expect(Self.failure(PNGSamples.header(width: 3, height: 3) + end)?.code == .corrupt)
    #expect(Self.failure(PNGSamples.header(width: 3, height: 3, depth: 5) + end)?.code == .corrupt)
    let short = PNGSamples.header(width: 3, height: 3) + PNGSamples.data([0, 1, 2, 3]) + end
    #expect(Self.failure(short)?.code == .corrupt)
    #expect(Self.failure(PNGSamples.signature + end)?.expected == "a header chunk (IHDR) of 13 bytes")
  }

  @Test("Damage is reported at the chunk it is in")
  func damagedChunk() {
    var bytes = Self.image
    bytes[18] ^= 1
    #expect(Self.failure(bytes)?.offset == 8)
    #expect(Self.failure(bytes)?.found == "the chunk IHDR of 13 bytes, which is damaged")
  }

  @Test("Another kind of file is called by its name")
  func otherKinds() {
    HostileFiles.expectKindIsNamed(Self.decode)
    #expect(Self.failure([0xFF, 0xD8, 0xFF, 0xE0])?.looksLike == .jpeg)
  }
}
