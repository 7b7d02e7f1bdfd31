/// What a JPEG file says before its pixels: size, colors, and which way up it is. Read before the library sees the
/// file, so that no memory is taken for an image that is too large.
struct JPEGHeader {
  private(set) var width = 0
  private(set) var height = 0
  /// 1 for gray, 3 for color, 4 for the colors of print.
  private(set) var components = 0
  /// The byte where the size stands.
  private(set) var offset = 0
  /// 1 to 8, as Exif counts them; 1 is upright.
  private(set) var orientation = 1
  /// Whether Adobe's mark is there: inks are stored inverted.
  private(set) var isAdobe = false

  init(of file: FileBytes) throws(DataFileError) {
    let (bytes, expected) = (file.bytes, "a JPEG file (ff d8 ff)")
    guard bytes.starts(with: [0xFF, 0xD8, 0xFF].prefix(bytes.count)) else {
      throw .wrongFormat(file, expected: expected)
    }
    guard bytes.count > 3 else { throw .truncated(file, expected: expected) }
    var place = 2
    while components == 0 { try readSegment(of: file, at: &place) }
  }

  /// Reads the segment at `place` and moves on behind it.
  private mutating func readSegment(of file: FileBytes, at place: inout Int) throws(DataFileError) {
    let bytes = file.bytes
    // Fill bytes may stand before a marker, and anything that is none is passed over, as decoders do.
    while place < bytes.count, bytes[place] != 0xFF { place += 1 }
    while place < bytes.count, bytes[place] == 0xFF { place += 1 }
    guard place < bytes.count else { throw .truncated(file, expected: "a segment with the image's size") }
    let marker = bytes[place]
    place += 1
    // Markers without a length: stuffed zeros, restarts, the start again.
    if marker == 0 || marker == 1 || (0xD0...0xD8).contains(marker) { return }
    guard marker != 0xD9, marker != 0xDA else {
      throw DataFileError(
        .corrupt, file: file.name, at: place - 2, expected: "the image's size before its pixels", found: "none")
    }
    guard bytes.count - place >= 2 else { throw .truncated(file, expected: "the length of a segment") }
    let length = Int(bytes[place]) << 8 | Int(bytes[place + 1])
    guard length >= 2 else {
      throw DataFileError(
        .corrupt, file: file.name, at: place, expected: "a segment of 2 bytes or more", found: "\(length)")
    }
    guard length <= bytes.count - place else { throw .truncated(file, expected: "a segment of \(length) bytes") }
    try read(marker, place + 2..<place + length, of: file)
    place += length
  }

  private mutating func read(_ marker: UInt8, _ range: Range<Int>, of file: FileBytes) throws(DataFileError) {
    let body = file.bytes[range]
    switch marker {
    case 0xC0...0xCF where marker != 0xC4 && marker != 0xC8 && marker != 0xCC:
      try readFrame(body, of: file)
    case 0xE1 where body.starts(with: Array("Exif".utf8) + [0, 0]):
      orientation = ExifOrientation.read(body.dropFirst(6)) ?? orientation
    case 0xEE where body.starts(with: "Adobe".utf8):
      isAdobe = true
    default: break
    }
  }

  /// The frame's header: bits a sample, height, width, number of components.
  private mutating func readFrame(_ body: ArraySlice<UInt8>, of file: FileBytes) throws(DataFileError) {
    let start = body.startIndex
    guard body.count >= 6 else {
      throw DataFileError(
        .corrupt, file: file.name, at: start, expected: "a frame's header of 6 bytes or more", found: "\(body.count)")
    }
    offset = start
    height = Int(body[start + 1]) << 8 | Int(body[start + 2])
    width = Int(body[start + 3]) << 8 | Int(body[start + 4])
    let count = Int(body[start + 5])
    guard width > 0, height > 0 else {
      throw DataFileError(
        .corrupt, file: file.name, at: start + 1, expected: "an image of one pixel or more", found: "\(width)x\(height)"
      )
    }
    guard body[start] == 8, count == 1 || count == 3 || count == 4 else {
      throw DataFileError(
        .unsupported, file: file.name, at: start, expected: "8 bits a sample in 1, 3 or 4 components",
        found: "\(body[start]) bits in \(count)", hint: "convert the image to an ordinary JPEG or PNG file")
    }
    components = count
  }
}

/// The orientation in a camera's description of an image (Exif 2.32, which is a TIFF file in small).
enum ExifOrientation {
  /// 1 to 8; nil where there is none, or where the description makes no sense: an image is no worse for it.
  static func read(_ tiff: ArraySlice<UInt8>) -> Int? {
    let bytes = Array(tiff)
    guard bytes.count >= 8 else { return nil }
    let isLittle = bytes.starts(with: [0x49, 0x49, 0x2A, 0])
    guard isLittle || bytes.starts(with: [0x4D, 0x4D, 0, 0x2A]) else { return nil }
    func number(at place: Int, bytes count: Int) -> Int? {
      guard place >= 0, place <= bytes.count - count else { return nil }
      let digits = bytes[place..<place + count]
      return isLittle ? digits.reversed().reduce(0) { $0 << 8 | Int($1) } : digits.reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(at: 4, bytes: 4), let count = number(at: directory, bytes: 2) else { return nil }
    for entry in 0..<count {
      let place = directory + 2 + 12 * entry
      guard let tag = number(at: place, bytes: 2) else { return nil }
      // Tag 0x112, of type 3: 16 bits.
      if tag == 0x112, number(at: place + 2, bytes: 2) == 3 {
        return number(at: place + 8, bytes: 2).flatMap { (1...8).contains($0) ? $0 : nil }
      }
    }
    return nil
  }
}
