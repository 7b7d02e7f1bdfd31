/// How the numbers of a WAV file are stored.
public enum WAVEncoding: Hashable, Sendable {
  /// Whole numbers of 8 (without a sign), 16, 24 or 32 bits.
  case integer(bits: Int)
  /// Floating-point numbers of 32 or 64 bits.
  case float(bits: Int)

  var byteCount: Int {
    switch self {
    case .integer(let bits), .float(let bits): bits / 8
    }
  }

  /// Whether files of this kind are read and written.
  var isKnown: Bool {
    switch self {
    case .integer(let bits): [8, 16, 24, 32].contains(bits)
    case .float(let bits): [32, 64].contains(bits)
    }
  }
}

extension WAVEncoding: CustomStringConvertible {
  /// As in "16 bits" or "32 bits, floating point".
  public var description: String {
    switch self {
    case .integer(let bits): "\(bits) bits"
    case .float(let bits): "\(bits) bits, floating point"
    }
  }
}

/// What a WAV file says before its numbers, and where these are.
public struct WAVHeader: Hashable, Sendable {
  /// The number of channels.
  public private(set) var channelCount = 0
  /// The numbers of a second.
  public private(set) var sampleRate = 0
  /// How numbers are stored.
  public private(set) var encoding = WAVEncoding.integer(bits: 16)
  /// The numbers of a channel.
  public private(set) var frameCount = 0
  /// The byte where the numbers begin.
  var start = 0
  private var hasFormat = false

  private static let mostChannels = 1024
  /// A sound of a few numbers a second would become a giant when it is resampled.
  private static let rates = 100...1 << 20

  /// Reads what stands before the numbers.
  ///
  /// - Throws: `DataFileError` for what is no WAV file, or one of a kind that is not read.
  public init(of file: FileBytes) throws(DataFileError) {
    let bytes = file.bytes
    let expected = "a WAV file (RIFF, a size, WAVE)"
    guard bytes.starts(with: Array("RIFF".utf8).prefix(bytes.count)), !bytes.isEmpty else {
      throw .wrongFormat(file, expected: expected)
    }
    guard bytes.count >= 12 else { throw .truncated(file, expected: expected) }
    guard bytes[8..<12].elementsEqual("WAVE".utf8) else { throw .wrongFormat(file, expected: expected) }
    var place = 12
    while start == 0 {
      guard bytes.count - place >= 8 else {
        throw .truncated(file, expected: "a chunk with the sound's numbers (data)")
      }
      let size = Self.number(bytes, place + 4, 4)
      let isData = bytes[place..<place + 4].elementsEqual("data".utf8)
      let isFormat = bytes[place..<place + 4].elementsEqual("fmt ".utf8)
      let rest = bytes.count - place - 8
      if isData {
        try readData(file, at: place + 8, size: size, rest: rest)
      } else {
        guard size <= rest else { throw .truncated(file, expected: "a chunk of \(size) bytes at byte \(place)") }
        if isFormat { try readFormat(file, at: place + 8, size: size) }
        // Chunks begin at even places.
        place += 8 + size + size % 2
      }
    }
  }

  private mutating func readFormat(_ file: FileBytes, at place: Int, size: Int) throws(DataFileError) {
    guard size >= 16 else {
      throw DataFileError(
        .corrupt, file: file.name, at: place - 4, expected: "a format of 16 bytes or more", found: "\(size)")
    }
    var tag = Self.number(file.bytes, place, 2)
    let bits = Self.number(file.bytes, place + 14, 2)
    // Extensible: the first two bytes of a name of 16 say what the tag did.
    if tag == 0xFFFE, size >= 40 { tag = Self.number(file.bytes, place + 24, 2) }
    channelCount = Self.number(file.bytes, place + 2, 2)
    sampleRate = Self.number(file.bytes, place + 4, 4)
    encoding = tag == 3 ? .float(bits: bits) : .integer(bits: bits)
    guard tag == 1 || tag == 3, encoding.isKnown else {
      throw DataFileError(
        .unsupported, file: file.name, at: place, expected: "PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64",
        found: "the format \(tag) of \(bits) bits",
        hint: "convert it, as with `ffmpeg -i in.wav -c:a pcm_s16le out.wav`")
    }
    let block = Self.number(file.bytes, place + 12, 2)
    guard (1...Self.mostChannels).contains(channelCount), Self.rates.contains(sampleRate),
      block == channelCount * encoding.byteCount
    else {
      throw DataFileError(
        .corrupt, file: file.name, at: place, expected: "channels, a rate from 100, and as many bytes as they take",
        found: "\(channelCount) channels at \(sampleRate) in \(block) bytes")
    }
    hasFormat = true
  }

  private mutating func readData(
    _ file: FileBytes, at place: Int, size: Int, rest: Int
  ) throws(DataFileError) {
    guard hasFormat else {
      throw DataFileError(
        .corrupt, file: file.name, at: place - 8, expected: "a format before the numbers", found: "none")
    }
    // What was written to a pipe does not know its size, nor the whole's; a sound of no numbers has a whole.
    let whole = Self.number(file.bytes, 4, 4)
    let isUnknown = size == 0xFFFF_FFFF || (size == 0 && (whole == 0 || whole == 0xFFFF_FFFF))
    let known = isUnknown ? rest : size
    guard known <= rest else {
      throw .truncated(file, expected: "\(known) bytes of sound, of which \(rest) are there")
    }
    frameCount = known / (channelCount * encoding.byteCount)
    start = place
  }

  /// The little-endian number of `count` bytes, which must be there.
  static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
    (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[place + $1]) }
  }
}
