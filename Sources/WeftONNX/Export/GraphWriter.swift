import Foundation
import WeftTensor

/// The graph of an ONNX file while it is written: nodes, initializers, and what is known of the values.
final class GraphWriter {
  /// What a value was made by, in Weft's terms.
  struct Maker {
    let operation: any TensorOperation
    let inputs: [GraphValue]
  }

  /// The version of the operators.
  let opset: Int
  /// How often the model was recorded, at various sizes.
  let recordings: Int
  /// The free axes' sizes, and the value and axis that show each.
  var freeSizes: [(sizes: [Int], value: GraphValue, axis: Int)] = []
  /// The module whose operations are written now.
  var modulePath = ""
  /// Which operation made a value, for rules that make one node of several operations.
  var makers: [String: Maker] = [:]
  /// Values that are one number throughout, though not of one size.
  var uniforms: [String: Double] = [:]

  var nodes: [Onnx_NodeProto] = []
  private(set) var initializers: [String: Tensor] = [:]
  private(set) var initializerOrder: [String] = []
  private var anonymous: [String: Tensor] = [:]
  private var constants: [ConstantKey: GraphValue] = [:]
  private var casts: [CastKey: GraphValue] = [:]
  private var dimensions: [DimensionKey: GraphValue] = [:]
  private var names: Set<String> = []
  private var counts: [String: Int] = [:]

  private struct ConstantKey: Hashable {
    let spec: TensorSpec
    let bytes: [UInt8]
  }

  private struct CastKey: Hashable {
    let name: String
    let dtype: DType
  }

  private struct DimensionKey: Hashable {
    let name: String
    let axis: Int
  }

  init(opset: Int, recordings: Int) {
    (self.opset, self.recordings) = (opset, recordings)
  }

  /// A name that no value has yet: `wanted`, or with a number behind it.
  func unique(_ wanted: String) -> String {
    if names.insert(wanted).inserted { return wanted }
    var name: String
    repeat {
      counts[wanted, default: 1] += 1
      name = "\(wanted)_\(counts[wanted] ?? 0)"
    } while !names.insert(name).inserted
    return name
  }
}

// Values that are known.
extension GraphWriter {
  /// A weight or buffer by its name in Weft's files, or a value without a name.
  func initializer(_ name: String, _ value: Tensor) -> GraphValue {
    if name.isEmpty { return constant(value) }
    return keep(unique(name), value)
  }

  /// A constant without a name; small ones that are equal are one.
  func constant(_ value: Tensor) -> GraphValue {
    let spec = TensorSpec(value.shape, value.dtype)
    guard value.elementCount <= 64 else { return keepAnonymous(value) }
    let key = ConstantKey(spec: spec, bytes: value.withUnsafeBytes { Array($0) })
    if let known = constants[key] { return known }
    let made = keepAnonymous(value)
    constants[key] = made
    return made
  }

  private func keepAnonymous(_ value: Tensor) -> GraphValue {
    let made = keep(unique("constant"), value)
    anonymous[made.name] = value
    return made
  }

  private func keep(_ name: String, _ value: Tensor) -> GraphValue {
    initializers[name] = value
    initializerOrder.append(name)
    return GraphValue(
      name: name, dtype: value.dtype, shapes: Array(repeating: value.shape.sizes, count: recordings))
  }

  /// A list of integers, as shapes and axes are given.
  func integers(_ values: [Int]) -> GraphValue { constant(Tensor(values, shape: [values.count], dtype: .int64)) }

  /// One number, without axes. Of an integer type, what it does not hold becomes the nearest that it does.
  func scalar(_ value: Double, _ dtype: DType) -> GraphValue {
    constant(Tensor(value, dtype: .float64).converted(to: dtype))
  }

  /// The number of a value without a name of its own that is one number throughout; nil for others.
  func number(of value: GraphValue) -> Double? {
    if let uniform = uniforms[value.name] { return uniform }
    guard let known = anonymous[value.name], known.elementCount > 0 else { return nil }
    let numbers = known.scalars(as: Double.self)
    return numbers.allSatisfy { $0 == numbers[0] } ? numbers[0] : nil
  }

  /// The tensor of a value that is known and has no name of its own.
  func known(_ value: GraphValue) -> Tensor? { anonymous[value.name] }

  /// The value in another type.
  func cast(_ value: GraphValue, to dtype: DType) -> GraphValue {
    if value.dtype == dtype { return value }
    if let known = anonymous[value.name] { return constant(known.converted(to: dtype)) }
    let key = CastKey(name: value.name, dtype: dtype)
    if let known = casts[key] { return known }
    let made = emit("Cast", [value], ["to": .integer(dtype.onnxNumber)], as: dtype)
    casts[key] = made
    return made
  }

  /// The size of an axis as a list of one integer.
  func dimension(of value: GraphValue, axis: Int) -> GraphValue {
    let key = DimensionKey(name: value.name, axis: axis)
    if let known = dimensions[key] { return known }
    let made = emit(
      "Shape", [value], ["start": .integer(axis), "end": .integer(axis + 1)], as: .int64,
      shapes: Array(repeating: [1], count: recordings))
    dimensions[key] = made
    return made
  }
}

// Nodes.
extension GraphWriter {
  /// A node with one result, of the first input's type and the shape that the inputs broadcast to, unless said
  /// otherwise.
  func emit(
    _ type: String, _ inputs: [GraphValue?], _ attributes: GraphAttributes = [:], as dtype: DType? = nil,
    shapes: [[Int]]? = nil
  ) -> GraphValue {
    let given = inputs.compactMap { $0 }
    let common = shapes ?? given.dropFirst().reduce(given.first?.shapes ?? []) { $0.broadcast(with: $1.shapes) }
    return emit(
      type, inputs, attributes,
      results: [(dtype ?? given.first?.dtype ?? .float32, common)])[0]
  }

  /// A node with several results, of which those behind the ones stated are left out.
  func emit(
    _ type: String, _ inputs: [GraphValue?], _ attributes: GraphAttributes = [:],
    results: [(dtype: DType, shapes: [[Int]])]
  ) -> [GraphValue] {
    let base = modulePath.isEmpty ? type : "\(modulePath)/\(type)"
    var node = Onnx_NodeProto()
    node.opType = type
    node.input = inputs.map { $0?.name ?? "" }
    while node.input.last?.isEmpty == true { node.input.removeLast() }
    node.attribute = attributes.map { $0.value.proto($0.key) }
    let values = results.map { GraphValue(name: unique(base), dtype: $0.dtype, shapes: $0.shapes) }
    node.output = values.map(\.name)
    node.name = values.first?.name ?? unique(base)
    nodes.append(node)
    return values
  }
}

extension DType {
  /// The type's number in ONNX files.
  var onnxNumber: Int {
    let type: Onnx_TensorProto.DataType =
      switch self {
      case .float32: .float
      case .float64: .double
      case .float16: .float16
      case .bfloat16: .bfloat16
      case .int8: .int8
      case .uint8: .uint8
      case .int16: .int16
      case .uint16: .uint16
      case .int32: .int32
      case .uint32: .uint32
      case .int64: .int64
      case .uint64: .uint64
      case .bool: .bool
      }
    return type.rawValue
  }
}
