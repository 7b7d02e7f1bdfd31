// What the numbers in ggml's blocks are, to the bit as `gguf.quants.dequantize` for Python has them: the order of
// multiplications and additions is its order.

extension BlockType {
  /// Turns whole blocks into numbers. There is room for all of them.
  func decode(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) {
    let unpack = unpacking
    for (index, start) in stride(from: 0, to: source.count - byteCount + 1, by: byteCount).enumerated() {
      let block = Block(bytes: UnsafeRawBufferPointer(rebasing: source[start..<(start + byteCount)]))
      unpack(block, UnsafeMutableBufferPointer(rebasing: target[(index * length)..<((index + 1) * length)]))
    }
  }

  private var unpacking: (Block, UnsafeMutableBufferPointer<Float>) -> Void {
    switch self {
    case .q4_0: Block.q4_0
    case .q4_1: Block.q4_1
    case .q5_0: Block.q5_0
    case .q5_1: Block.q5_1
    case .q8_0: Block.q8_0
    case .q2K: Block.q2K
    case .q3K: Block.q3K
    case .q4K: Block.q4K
    case .q5K: Block.q5K
    case .q6K: Block.q6K
    default: { _, _ in }
    }
  }
}

private typealias Numbers = UnsafeMutableBufferPointer<Float>

/// One block's bytes.
private struct Block {
  let bytes: UnsafeRawBufferPointer

  /// A number of 2 bytes, by which others are multiplied.
  func scale(at offset: Int) -> Float { Float(bytes.loadUnaligned(fromByteOffset: offset, as: Float16.self)) }

  func byte(_ offset: Int) -> Int { Int(bytes[offset]) }
  func signed(_ offset: Int) -> Int { Int(Int8(bitPattern: bytes[offset])) }

  /// Bit `index` of the four bytes at `offset`.
  func bit(_ index: Int, from offset: Int) -> Int { (byte(offset + index / 8) >> (index % 8)) & 1 }
}

// Blocks of 32.
extension Block {
  static func q4_0(_ block: Block, _ out: Numbers) {
    let d = block.scale(at: 0)
    for i in 0..<16 {
      let pair = block.byte(2 + i)
      out[i] = d * Float((pair & 15) - 8)
      out[i + 16] = d * Float((pair >> 4) - 8)
    }
  }

  static func q4_1(_ block: Block, _ out: Numbers) {
    let (d, m) = (block.scale(at: 0), block.scale(at: 2))
    for i in 0..<16 {
      let pair = block.byte(4 + i)
      out[i] = d * Float(pair & 15) + m
      out[i + 16] = d * Float(pair >> 4) + m
    }
  }

  static func q5_0(_ block: Block, _ out: Numbers) {
    let d = block.scale(at: 0)
    for i in 0..<16 {
      let pair = block.byte(6 + i)
      out[i] = d * Float((pair & 15 | block.bit(i, from: 2) << 4) - 16)
      out[i + 16] = d * Float((pair >> 4 | block.bit(i + 16, from: 2) << 4) - 16)
    }
  }

  static func q5_1(_ block: Block, _ out: Numbers) {
    let (d, m) = (block.scale(at: 0), block.scale(at: 2))
    for i in 0..<16 {
      let pair = block.byte(8 + i)
      out[i] = d * Float(pair & 15 | block.bit(i, from: 4) << 4) + m
      out[i + 16] = d * Float(pair >> 4 | block.bit(i + 16, from: 4) << 4) + m
    }
  }

  static func q8_0(_ block: Block, _ out: Numbers) {
    let d = block.scale(at: 0)
    for i in 0..<32 { out[i] = Float(block.signed(2 + i)) * d }
  }
}

// Blocks of 256: groups of 16 or 32 with scales of their own.
extension Block {
  static func q2K(_ block: Block, _ out: Numbers) {
    let (d, m) = (block.scale(at: 80), block.scale(at: 82))
    for i in 0..<256 {
      let scale = block.byte(i / 16)
      let quant = block.byte(16 + i / 128 * 32 + i % 32) >> (2 * (i / 32 % 4)) & 3
      out[i] = (d * Float(scale & 15)) * Float(quant) - m * Float(scale >> 4)
    }
  }

  static func q3K(_ block: Block, _ out: Numbers) {
    let d = block.scale(at: 108)
    for i in 0..<256 {
      let group = i / 16
      let low = block.byte(96 + group % 8) >> (4 * (group / 8)) & 15
      let high = block.byte(104 + group % 4) >> (2 * (group / 4)) & 3
      let quant = block.byte(32 + i / 128 * 32 + i % 32) >> (2 * (i / 32 % 4)) & 3
      let isLow = block.byte(i % 32) >> (i / 32) & 1 == 0
      out[i] = (d * Float((low | high << 4) - 32)) * Float(quant - (isLow ? 4 : 0))
    }
  }

  /// The six-bit scale and minimum of a group, which share 12 bytes.
  private func scaleAndMinimum(_ group: Int) -> (Int, Int) {
    if group < 4 { return (byte(4 + group) & 63, byte(8 + group) & 63) }
    let mixed = byte(8 + group)
    return (mixed & 15 | (byte(group) >> 6) << 4, mixed >> 4 | (byte(4 + group) >> 6) << 4)
  }

  static func q4K(_ block: Block, _ out: Numbers) {
    let (d, m) = (block.scale(at: 0), block.scale(at: 2))
    for group in 0..<8 {
      let (scale, minimum) = block.scaleAndMinimum(group)
      let (step, least) = (d * Float(scale), m * Float(minimum))
      for i in 0..<32 {
        let quant = block.byte(16 + group / 2 * 32 + i) >> (4 * (group % 2)) & 15
        out[group * 32 + i] = step * Float(quant) - least
      }
    }
  }

  static func q5K(_ block: Block, _ out: Numbers) {
    let (d, m) = (block.scale(at: 0), block.scale(at: 2))
    for group in 0..<8 {
      let (scale, minimum) = block.scaleAndMinimum(group)
      let (step, least) = (d * Float(scale), m * Float(minimum))
      for i in 0..<32 {
        let low = block.byte(48 + group / 2 * 32 + i) >> (4 * (group % 2)) & 15
        let high = block.byte(16 + i) >> group & 1
        out[group * 32 + i] = step * Float(low | high << 4) - least
      }
    }
  }

  static func q6K(_ block: Block, _ out: Numbers) {
    let d = block.scale(at: 208)
    for group in 0..<8 {
      let (half, quarter) = (group / 4, group % 4)
      for i in 0..<32 {
        let place = group * 32 + i
        let low = block.byte(half * 64 + quarter % 2 * 32 + i) >> (4 * (quarter / 2)) & 15
        let high = block.byte(128 + half * 32 + i) >> (2 * quarter) & 3
        out[place] = (d * Float(block.signed(192 + place / 16))) * Float((low | high << 4) - 32)
      }
    }
  }
}
