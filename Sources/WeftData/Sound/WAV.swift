// Sound from WAV files, and as their bytes.

extension Sound {
  /// Reads a WAV file: PCM of 8, 16, 24 or 32 bits, which become numbers from -1 to below 1, A-law and mu-law
  /// likewise, or floats as they are. Files beyond 4 GiB (RF64) are read where the limit allows.
  ///
  /// - Parameter limit: The most bytes that the file may have; in memory a number takes four.
  /// - Throws: `DataFileError`.
  public init(wav path: String, limit: Int = FileBytes.defaultLimit) throws(DataFileError) {
    try self.init(decoding: FileBytes(contentsOf: path, limit: limit))
  }

  /// The same from bytes in memory.
  ///
  /// - Throws: `DataFileError`.
  public init(decoding file: FileBytes) throws(DataFileError) {
    let header = try WAVHeader(of: file)
    let (count, width) = (header.channelCount, header.encoding.byteCount)
    let channels = file.bytes.withUnsafeBytes { bytes in
      (0..<count).map { channel in
        (0..<header.frameCount).map { frame in
          Self.number(bytes, header.start + (frame * count + channel) * width, header.encoding)
        }
      }
    }
    self.init(checked: channels, header.sampleRate)
  }

  private static func number(_ bytes: UnsafeRawBufferPointer, _ place: Int, _ encoding: WAVEncoding) -> Float {
    switch encoding {
    case .aLaw: return Companding.aLaw[Int(bytes[place])]
    case .muLaw: return Companding.muLaw[Int(bytes[place])]
    case .integer(8): return (Float(bytes[place]) - 128) / 128
    case .integer(16):
      return Float(Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int16.self))) / 0x1p15
    case .integer(24):
      let high = Int32(Int8(bitPattern: bytes[place + 2])) << 16
      return Float(high | Int32(bytes[place + 1]) << 8 | Int32(bytes[place])) / 0x1p23
    case .integer:
      return Float(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int32.self))) / 0x1p31
    case .float(32):
      return Float(
        bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
    case .float:
      return Float(
        Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))))
    }
  }

  /// The sound as a WAV file. Whole numbers are rounded, and what lies outside of -1 to 1 is cut off.
  ///
  /// Traps for an encoding that is none, for more than 1024 channels, and for more than 4 GiB.
  public func wav(_ encoding: WAVEncoding = .integer(bits: 16)) -> [UInt8] {
    precondition(
      encoding.isKnown,
      "Sound.wav: expected 8, 16, 24 or 32 bits, floats of 32 or 64, A-law or mu-law, got \(encoding)")
    let (count, width) = (channels.count, encoding.byteCount)
    let size = frameCount * count * width
    precondition(
      size < 0xFFFF_FF00 && count <= 1024,
      "Sound.wav: expected at most 1024 channels and less than 4 GiB, got \(count) channels and \(size) bytes")
    var bytes: [UInt8] = []
    func add(_ number: Int, _ width: Int) {
      for place in 0..<width { bytes.append(UInt8(number >> (8 * place) & 255)) }
    }
    bytes += "RIFF".utf8
    add(36 + size + size % 2, 4)
    bytes += "WAVEfmt ".utf8
    add(16, 4)
    add(encoding.tag, 2)
    add(count, 2)
    add(sampleRate, 4)
    add(sampleRate * count * width, 4)
    add(count * width, 2)
    add(8 * width, 2)
    bytes += "data".utf8
    add(size, 4)
    bytes.reserveCapacity(44 + size + 1)
    for frame in 0..<frameCount { for channel in channels { add(Self.bits(channel[frame], encoding), width) } }
    if size % 2 == 1 { bytes.append(0) }
    return bytes
  }

  /// The bits that stand for a number.
  private static func bits(_ number: Float, _ encoding: WAVEncoding) -> Int {
    switch encoding {
    case .float(32): return Int(number.bitPattern)
    case .float: return Int(bitPattern: UInt(Double(number).bitPattern))
    case .aLaw: return Companding.byte(of: number, in: Companding.aLaw)
    case .muLaw: return Companding.byte(of: number, in: Companding.muLaw)
    case .integer(let bits):
      let white = Double(1 << (bits - 1))
      let level = number.isNaN ? 0 : max(-white, min(white - 1, (Double(number) * white).rounded()))
      return Int(level) + (bits == 8 ? 128 : 0)
    }
  }
}
