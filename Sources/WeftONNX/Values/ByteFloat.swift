import Foundation
import WeftTensor

/// A type of floating-point numbers of 8 bits. Weft computes with none of them: it reads them, as the float32 numbers
/// that they are.
struct ByteFloat: Sendable {
  private let mantissaBits: Int
  private let bias: Int
  /// Whether the greatest exponent stands for infinities, and not for numbers.
  private let hasInfinities: Bool
  /// Whether the place of -0 is what is no number, and nothing else is.
  private let hasOneZero: Bool

  /// The type by its number in ONNX files; nil for all others.
  init?(_ number: Int) {
    switch number {
    case 17: (mantissaBits, bias, hasInfinities, hasOneZero) = (3, 7, false, false)
    case 18: (mantissaBits, bias, hasInfinities, hasOneZero) = (3, 8, false, true)
    case 19: (mantissaBits, bias, hasInfinities, hasOneZero) = (2, 15, true, false)
    case 20: (mantissaBits, bias, hasInfinities, hasOneZero) = (2, 16, false, true)
    default: return nil
    }
  }

  /// The number of a byte.
  private func value(_ byte: UInt8) -> Float {
    if hasOneZero, byte == 0x80 { return .nan }
    let count = Float(1 << mantissaBits)
    let (exponent, mantissa) = (Int(byte & 0x7F) >> mantissaBits, Float(Int(byte) & ((1 << mantissaBits) - 1)))
    let greatest = 0x7F >> mantissaBits
    let magnitude: Float
    if hasInfinities, exponent == greatest {
      magnitude = mantissa == 0 ? .infinity : .nan
    } else if !hasInfinities, !hasOneZero, byte & 0x7F == 0x7F {
      magnitude = .nan
    } else {
      magnitude =
        exponent == 0
        ? mantissa / count * exp2(Float(1 - bias)) : (1 + mantissa / count) * exp2(Float(exponent - bias))
    }
    return byte & 0x80 == 0 ? magnitude : -magnitude
  }

  /// The numbers of bytes, as float32.
  func numbers(_ bytes: Tensor, shape: Shape) -> Tensor {
    let table = Tensor((0...255).map { value(UInt8($0)) })
    return table.indexSelected(bytes.reshaped(-1).converted(to: .int64), axis: 0).reshaped(to: shape)
  }
}
