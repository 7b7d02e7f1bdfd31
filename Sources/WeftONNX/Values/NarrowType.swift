import WeftTensor

/// A type of whole numbers narrower than a byte, several of which stand in each byte of a file. Weft holds each in a
/// byte of its own, under the type that the model declares.
struct NarrowType: Sendable {
  let bits: Int
  let isSigned: Bool

  /// The type by its number in ONNX files; nil for all others.
  init?(_ number: Int) {
    switch number {
    case 21: (bits, isSigned) = (4, false)
    case 22: (bits, isSigned) = (4, true)
    case 25: (bits, isSigned) = (2, false)
    case 26: (bits, isSigned) = (2, true)
    default: return nil
    }
  }

  /// What its numbers are held in.
  var dtype: DType { isSigned ? .int8 : .uint8 }

  /// The least and the greatest number.
  var range: (low: Double, high: Double) {
    let count = Double(1 << bits)
    return isSigned ? (-count / 2, count / 2 - 1) : (0, count - 1)
  }

  /// How many bytes of a file hold so many numbers.
  func byteCount(of count: Int) -> Int { (count * bits + 7) / 8 }

  /// The numbers in bytes of a file, the low bits first.
  func unpacked(_ bytes: Tensor, shape: Shape) -> Tensor {
    let codes = PackedNumbers.unpacked(bytes.reshaped(to: [1, bytes.elementCount]), bits)
      .reshaped(-1).narrowed(axis: 0, from: 0, count: shape.elementCount).reshaped(to: shape)
    return signed(codes)
  }

  /// Bits as the numbers that they are.
  private func signed(_ codes: Tensor) -> Tensor {
    guard isSigned else { return codes }
    let numbers = codes.converted(to: .int8)
    return Tensor.where(numbers .> Int(range.high), numbers - Tensor(1 << bits).converted(to: .int8), numbers)
  }

  /// Numbers of another type, cut to this one's bits as conversions between whole numbers do; of fractions the nearest
  /// whole number, halves to the even one, unlike conversions to wider types, which end at the point.
  func converted(_ x: Tensor) -> Tensor {
    let whole = (x.dtype.isFloatingPoint ? x.round() : x).converted(to: .int64)
    return signed(whole.bitwiseAnd(Tensor((1 << bits) - 1)).converted(to: .uint8))
  }
}

// What is known of types that tensors do not say, while a graph is built.
extension NarrowType {
  /// Nodes whose results are of their own types, whatever their inputs are of.
  private static let ending: Set = [
    "Cast", "CastLike", "QuantizeLinear", "DequantizeLinear", "Shape", "Size", "BitCast",
  ]

  /// The number of the type that a node's results have, where tensors do not say it; nil for others.
  static func result(of node: Onnx_NodeProto, inputs: [Int?]) -> Int? {
    func named(_ name: String) -> Int? {
      let number = node.attribute.first { $0.name == name }.map { Int($0.i) }
      return number.flatMap { Self($0) == nil && ByteFloat($0) == nil ? nil : $0 }
    }
    switch node.opType {
    case "Cast": return named("to")
    case "CastLike": return inputs.dropFirst().first ?? nil
    case "QuantizeLinear": return named("output_dtype") ?? (inputs.count > 2 ? inputs[2] : nil)
    case "Constant", "ConstantOfShape":
      return node.attribute.first { $0.name == "value" }.map { Int($0.t.dataType) }
    default: return ending.contains(node.opType) ? nil : inputs.first ?? nil
    }
  }
}
