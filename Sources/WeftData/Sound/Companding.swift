/// Numbers of 8 bits as telephones have them (G.711): a sign, an exponent and four bits behind it.
enum Companding {
  /// The numbers of the bytes by A-law, from -1 to 1.
  static let aLaw: [Float] = (0..<256).map { byte in
    let code = byte ^ 0x55
    let (exponent, steps) = (code >> 4 & 7, (code & 15) << 4 + 8)
    let level = exponent == 0 ? steps : (steps + 0x100) << (exponent - 1)
    return Float(code & 0x80 == 0 ? -level : level) / 0x1p15
  }

  /// The numbers of the bytes by mu-law, from -1 to 1.
  static let muLaw: [Float] = (0..<256).map { byte in
    let code = ~byte & 0xFF
    let level = ((code & 15) << 3 + 0x84) << (code >> 4 & 7) - 0x84
    return Float(code & 0x80 == 0 ? level : -level) / 0x1p15
  }

  /// The byte of the nearest number of a table, halves to the one nearer to zero. What lies outside of -1 to 1 is cut off.
  static func byte(of number: Float, in table: [Float]) -> Int {
    let wanted = number.isNaN ? 0 : max(-1, min(1, number))
    var nearest = 0
    for place in 1..<256 {
      let (old, new) = (abs(table[nearest] - wanted), abs(table[place] - wanted))
      if new < old || new == old && abs(table[place]) < abs(table[nearest]) { nearest = place }
    }
    return nearest
  }
}
