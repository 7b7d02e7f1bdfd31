/// How the numbers of a WAV file are stored.
public enum WAVEncoding: Hashable, Sendable {
  /// Whole numbers of 8 (without a sign), 16, 24 or 32 bits.
  case integer(bits: Int)
  /// Floating-point numbers of 32 or 64 bits.
  case float(bits: Int)
  /// 8 bits of a logarithmic scale, as European telephones have them (G.711).
  case aLaw
  /// 8 bits of a logarithmic scale, as American and Japanese telephones have them (G.711).
  case muLaw

  var byteCount: Int {
    switch self {
    case .integer(let bits), .float(let bits): bits / 8
    case .aLaw, .muLaw: 1
    }
  }

  /// The number that files call it by.
  var tag: Int {
    switch self {
    case .integer: 1
    case .float: 3
    case .aLaw: 6
    case .muLaw: 7
    }
  }

  /// Nil for what is not read.
  init?(tag: Int, bits: Int) {
    switch (tag, bits) {
    case (1, _): self = .integer(bits: bits)
    case (3, _): self = .float(bits: bits)
    case (6, 8): self = .aLaw
    case (7, 8): self = .muLaw
    default: return nil
    }
    if !isKnown { return nil }
  }

  /// Whether files of this kind are read and written.
  var isKnown: Bool {
    switch self {
    case .integer(let bits): [8, 16, 24, 32].contains(bits)
    case .float(let bits): [32, 64].contains(bits)
    case .aLaw, .muLaw: true
    }
  }
}

extension WAVEncoding: CustomStringConvertible {
  /// As in "16 bits" or "32 bits, floating point".
  public var description: String {
    switch self {
    case .integer(let bits): "\(bits) bits"
    case .float(let bits): "\(bits) bits, floating point"
    case .aLaw: "8 bits, A-law"
    case .muLaw: "8 bits, mu-law"
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
  /// The bytes of sound as a file beyond 4 GiB states them, ahead of the format.
  private var longSize: Int?

  private static let mostChannels = 1024
  /// What files that may be beyond 4 GiB begin with.
  private static let longNames = ["RF64", "BW64"]
  /// A sound of a few numbers a second would become a giant when it is resampled.
  private static let rates = 100...1 << 20

  /// Reads what stands before the numbers.
  ///
  /// - Throws: `DataFileError` for what is no WAV file, or one of a kind that is not read.
  public init(of file: FileBytes) throws(DataFileError) {
    let bytes = file.bytes
    let expected = "a WAV file (RIFF or RF64, a size, WAVE)"
    let isLong = Self.longNames.contains { bytes.starts(with: $0.utf8.prefix(bytes.count)) }
    guard isLong || bytes.starts(with: Array("RIFF".utf8).prefix(bytes.count)), !bytes.isEmpty else {
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
        if isLong, size >= 16, bytes[place..<place + 4].elementsEqual("ds64".utf8) {
          let long = Self.number(bytes, place + 16, 8)
          guard long >= 0 else { throw .truncated(file, expected: "fewer than 2^63 bytes of sound (ds64)") }
          longSize = long
        }
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
    guard let encoding = WAVEncoding(tag: tag, bits: bits) else {
      throw DataFileError(
        .unsupported, file: file.name, at: place,
        expected: "PCM of 8, 16, 24 or 32 bits, floats of 32 or 64, A-law or mu-law",
        found: "the format \(tag) of \(bits) bits",
        hint: "convert it, as with `ffmpeg -i in.wav -c:a pcm_s16le out.wav`")
    }
    self.encoding = encoding
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
    let known = isUnknown ? longSize ?? rest : size
    guard known >= 0, known <= rest else {
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
