import Foundation
import WeftTensor

/// A type of floating-point numbers of 8 bits or fewer. Weft computes with none of them: it holds them as the float32
/// numbers that they are, and rounds to them.
struct ByteFloat: Sendable {
  /// Bits of an element: 8, or 4 where two stand in a byte.
  let bits: Int
  private let mantissaBits: Int
  private let bias: Int
  private var special = Special.one
  /// Whether all are powers of two above zero.
  private var isScale: Bool { mantissaBits == 0 }

  private enum Special {
    /// The greatest of all exponents stands for infinities and what is no number.
    case infinities
    /// The last place of each sign is no number.
    case one
    /// The place of -0 is no number.
    case negativeZero
    /// Everything is a number.
    case none
  }

  /// The type by its number in ONNX files; nil for all others.
  init?(_ number: Int) {
    bits = number == 23 ? 4 : 8
    switch number {
    case 17: (mantissaBits, bias) = (3, 7)
    case 18: (mantissaBits, bias, special) = (3, 8, .negativeZero)
    case 19: (mantissaBits, bias, special) = (2, 15, .infinities)
    case 20: (mantissaBits, bias, special) = (2, 16, .negativeZero)
    case 23: (mantissaBits, bias, special) = (1, 1, .none)
    case 24: (mantissaBits, bias) = (0, 127)
    default: return nil
    }
  }

  /// Nodes that take such numbers.
  static let movers: Set = [
    "Cast", "CastLike", "QuantizeLinear", "DequantizeLinear", "Identity", "Reshape", "Transpose", "Squeeze",
    "Unsqueeze", "Flatten", "Shape", "Size",
  ]

  /// How many bytes of a file hold so many numbers.
  func byteCount(of count: Int) -> Int { (count * bits + 7) / 8 }

  /// The codes without a sign.
  private var codes: Range<Int> { 0..<(isScale ? 256 : 1 << (bits - 1)) }

  /// The number that a code without a sign would be if none had another meaning.
  private func magnitude(_ code: Int) -> Double {
    if isScale { return exp2(Double(code - bias)) }
    let count = Double(1 << mantissaBits)
    let (exponent, mantissa) = (code >> mantissaBits, Double(code & ((1 << mantissaBits) - 1)))
    return exponent == 0
      ? mantissa / count * exp2(Double(1 - bias)) : (1 + mantissa / count) * exp2(Double(exponent - bias))
  }

  /// The first code, without a sign, that is no finite number.
  private var end: Int {
    switch special {
    case .infinities: codes.upperBound - 1 << mantissaBits
    case .one: codes.upperBound - 1
    case .negativeZero, .none: codes.upperBound
    }
  }

  private func value(_ byte: Int) -> Float {
    if isScale { return byte < end ? Float(magnitude(byte)) : .nan }
    let (code, isNegative) = (byte & (codes.upperBound - 1), byte >= codes.upperBound)
    if special == .negativeZero, isNegative, code == 0 { return .nan }
    if code >= end {
      if special == .one || code > end { return .nan }
      return isNegative ? -.infinity : .infinity
    }
    return Float(isNegative ? -magnitude(code) : magnitude(code))
  }

  /// The numbers in bytes of a file, as float32.
  func numbers(_ bytes: Tensor, shape: Shape) -> Tensor {
    let codes = PackedNumbers.unpacked(bytes.reshaped(to: [1, bytes.elementCount]), bits)
      .reshaped(-1).narrowed(axis: 0, from: 0, count: shape.elementCount)
    let table = Tensor((0..<1 << bits).map(value))
    return table.indexSelected(codes.converted(to: .int64), axis: 0).reshaped(to: shape)
  }
}

// Rounding to what the type holds.
extension ByteFloat {
  /// How a number between two of a type of scales becomes one of them.
  enum Rounding: String {
    case up
    case down
    /// Halves go up.
    case nearest
  }

  /// The nearest numbers of the type, halves to the even one, as float32; scales are rounded as is said. No gradient
  /// passes.
  /// - Parameter saturates: Whether what is beyond the greatest becomes that, and not an infinity or no number at all.
  func converted(_ x: Tensor, saturates: Bool, _ rounding: Rounding = .up) -> Tensor {
    // In the type that holds what is given: rounding twice would not be rounding.
    let fits = x.dtype.isFloatingPoint && x.dtype != .float64 && !isScale
    let wide = x.detach().converted(to: fits ? .float32 : .float64)
    let size = wide.abs().clamped(low: 0, high: wide.dtype == .float32 ? Double(Float.greatestFiniteMagnitude) : 1e300)
    let place = Tensor(boundaries(rounding, wide.dtype), dtype: wide.dtype).searchSorted(size)
    let found = Tensor(results(saturates, rounding)).indexSelected(place.reshaped(-1), axis: 0).reshaped(to: x.shape)
    let signed: Tensor
    if isScale {
      // Nothing is below zero: what would be is none, and without saturation nothing is below the least either.
      signed = Tensor.where(wide .< (saturates ? 0 : magnitude(0)), Tensor(Float.nan), found)
    } else if special == .negativeZero {
      signed = Tensor.where(wide .< 0, -found, found) + 0
    } else {
      signed = found.withSign(of: wide.converted(to: .float32))
    }
    // What is no number is zero where everything is one.
    return Tensor.where(wide.isNaN(), Tensor(special == .none ? 0 : Float.nan), signed)
  }

  /// Where one number of the type gives way to the next, in the given type: a number that is above as many of them as
  /// say so becomes the one of that place.
  private func boundaries(_ rounding: Rounding, _ dtype: DType) -> [Double] {
    (0..<end).map { code in
      let (low, high) = (magnitude(code), magnitude(code + 1))
      let edge: Double
      let isBelow: Bool
      switch isScale ? rounding : nil {
      case nil: (edge, isBelow) = ((low + high) / 2, code % 2 == 1)
      case .nearest: (edge, isBelow) = ((low + high) / 2, true)
      case .up: (edge, isBelow) = (low, false)
      case .down: (edge, isBelow) = (high, true)
      }
      // What is at the edge itself belongs above where the edge is moved to the number before it.
      guard isBelow else { return edge }
      return dtype == .float32 ? Double(Float(edge).nextDown) : edge.nextDown
    }
  }

  /// The numbers of the places between boundaries; the last is what is beyond all.
  private func results(_ saturates: Bool, _ rounding: Rounding) -> [Float] {
    let greatest = Float(magnitude(end - 1))
    let beyond: Float = saturates || special == .none ? greatest : special == .infinities ? .infinity : .nan
    return (0..<end).map { Float(magnitude($0)) } + [beyond]
  }
}
