import Foundation
import WeftIO
import WeftTensor

/// Makes tensors of the messages in a file: of elements in the message, in the file behind it, or in files beside it.
struct TensorReader {
  /// What errors call the file.
  let file: String
  let memory: FileMemory
  /// Nil where there is no folder to look in.
  let external: ExternalData?
  let limits: LoadLimits

  /// A tensor of numbers, or of texts.
  func value(_ proto: Onnx_TensorProto) throws -> ONNXValue {
    Int(proto.dataType) == ElementType.string ? .texts(try texts(proto)) : .tensor(try tensor(proto))
  }

  /// Texts, whose bytes are taken for UTF-8.
  private func texts(_ proto: Onnx_TensorProto) throws -> TextTensor {
    let shape = Shape(proto.dims.map { Int($0) })
    guard let texts = TextTensor(proto.stringData.map { String(decoding: $0, as: UTF8.self) }, shape: shape) else {
      throw ONNXError(
        .malformed, file: file,
        "\(proto.name.isEmpty ? "a tensor" : "tensor \"\(proto.name)\"") has \(proto.stringData.count) texts, and the "
          + "sizes \(proto.dims.prefix(20))")
    }
    return texts
  }

  func tensor(_ proto: Onnx_TensorProto) throws -> Tensor {
    let name = proto.name.isEmpty ? "a tensor" : "tensor \"\(proto.name)\""
    let narrow = NarrowType(Int(proto.dataType))
    guard let dtype = ElementType.held(Int(proto.dataType)) else {
      throw ONNXError(
        .unsupported, file: file, "\(name) is of \(ElementType.name(of: Int(proto.dataType))), which Weft does not have"
      )
    }
    guard !proto.hasSegment else { throw ONNXError(.unsupported, file: file, "\(name) is in segments") }
    let shape = Shape(proto.dims.map { Int($0) })
    guard let count = shape.validElementCount, count <= limits.tensorBytes / dtype.byteCount else {
      throw ONNXError(
        .limitExceeded, file: file,
        "\(name) has the sizes \(proto.dims.prefix(20)), beyond \(limits.tensorBytes) bytes",
        hint: "if the file is meant to be so, raise `LoadLimits.tensorBytes`")
    }
    if let floats = ByteFloat(Int(proto.dataType)) {
      let bytes = try elements(of: proto, name, TensorSpec([floats.byteCount(of: count)], .uint8))
      return try withTensorErrors { floats.numbers(bytes, shape: shape) }
    }
    guard let narrow else { return try elements(of: proto, name, TensorSpec(shape, dtype)) }
    let packed = try elements(of: proto, name, TensorSpec([narrow.byteCount(of: count)], .uint8))
    return try withTensorErrors { narrow.unpacked(packed, shape: shape) }
  }

  private func elements(of proto: Onnx_TensorProto, _ name: String, _ spec: TensorSpec) throws -> Tensor {
    if let entry = proto.externalData.first(where: { $0.key == ModelMemory.key }) {
      return try mapped(name, memory, try range(entry.value, name), spec)
    }
    if proto.dataLocation == .external { return try externalTensor(proto, name, spec) }
    if proto.hasRawData { return try made(name, proto.rawData, spec) }
    return try listed(proto, name, spec)
  }

  /// A sparse tensor, with its zeros.
  func dense(_ proto: Onnx_SparseTensorProto) throws -> Tensor {
    let values = try tensor(proto.values)
    let indices = try tensor(proto.indices).converted(to: .int64)
    let shape = Shape(proto.dims.map { Int($0) })
    guard let count = shape.validElementCount, count <= limits.tensorBytes / values.dtype.byteCount else {
      throw ONNXError(.limitExceeded, file: file, "a sparse tensor has the sizes \(proto.dims.prefix(20))")
    }
    do {
      return try withTensorErrors {
        var places = indices
        if indices.rank == 2 {
          let steps = shape.sizes.indices.map { axis in shape.sizes[(axis + 1)...].reduce(1, *) }
          places = (indices * Tensor(steps)).sum(axis: 1)
        }
        return Tensor(zeros: [count], dtype: values.dtype).scattered(values, at: places, axis: 0).reshaped(to: shape)
      }
    } catch {
      throw ONNXError(.malformed, file: file, "a sparse tensor does not fit together: \(error)")
    }
  }

  private func range(_ text: String, _ name: String) throws -> Range<Int> {
    let parts = text.split(separator: " ").compactMap { Int($0) }
    guard parts.count == 2, parts[0] >= 0, parts[0] <= parts[1], parts[1] <= memory.count else {
      throw ONNXError(.malformed, file: file, "\(name) lies at \"\(text)\", outside the file")
    }
    return parts[0]..<parts[1]
  }

  private func externalTensor(_ proto: Onnx_TensorProto, _ name: String, _ spec: TensorSpec) throws -> Tensor {
    guard let external else {
      throw ONNXError(.externalData, file: file, "\(name) is in another file, and there is no folder to look in")
    }
    var entries: [String: String] = [:]
    for entry in proto.externalData { entries[entry.key] = entry.value }
    let source = try external.file(entries["location"] ?? "")
    let start = entries["offset"].map { Int($0) ?? -1 } ?? 0
    let length = entries["length"].map { Int($0) ?? -1 } ?? spec.byteCount
    guard start >= 0, length == spec.byteCount, start <= source.count, length <= source.count - start else {
      throw ONNXError(
        .externalData, file: file,
        "\(name), \(spec), expects \(spec.byteCount) bytes of \"\(entries["location"] ?? "")\", found "
          + "\(entries["length"] ?? "the rest") from \(entries["offset"] ?? "0") of \(source.count)")
    }
    return try mapped(name, source, start..<start + length, spec)
  }

  /// A tensor over bytes of a mapped file, or, where they do not lie as elements do, of a copy.
  private func mapped(_ name: String, _ memory: FileMemory, _ range: Range<Int>, _ spec: TensorSpec) throws -> Tensor {
    if range.count == spec.byteCount, spec.dtype != .bool,
      let tensor = Tensor(sharing: memory.storage, spec, byteOffset: range.lowerBound)
    {
      return tensor
    }
    return try made(name, memory.bytes[range], spec)
  }

  private func made(_ name: String, _ bytes: some Sequence<UInt8>, _ spec: TensorSpec) throws -> Tensor {
    do {
      return try withTensorErrors { Tensor(bytes: bytes, shape: spec.shape, dtype: spec.dtype) }
    } catch {
      throw ONNXError(.malformed, file: file, "\(name) does not have the elements of \(spec): \(error)")
    }
  }

  /// Elements as numbers in the message.
  private func listed(_ proto: Onnx_TensorProto, _ name: String, _ spec: TensorSpec) throws -> Tensor {
    do {
      return try withTensorErrors {
        switch spec.dtype {
        case .float32: Tensor(proto.floatData, shape: spec.shape)
        case .float64: Tensor(proto.doubleData, shape: spec.shape, dtype: .float64)
        case .int64: Tensor(proto.int64Data, shape: spec.shape)
        case .uint64: Tensor(proto.uint64Data, shape: spec.shape)
        case .uint32: Tensor(proto.uint64Data.map { UInt32(truncatingIfNeeded: $0) }, shape: spec.shape)
        case .int32: Tensor(proto.int32Data, shape: spec.shape)
        case .float16, .bfloat16, .int16, .uint16:
          Tensor(bytes: Self.bytes(proto.int32Data, 2), shape: spec.shape, dtype: spec.dtype)
        case .int8, .uint8, .bool:
          Tensor(bytes: Self.bytes(proto.int32Data, 1), shape: spec.shape, dtype: spec.dtype)
        }
      }
    } catch {
      throw ONNXError(.malformed, file: file, "\(name) does not have the elements of \(spec): \(error)")
    }
  }

  private static func bytes(_ numbers: [Int32], _ width: Int) -> [UInt8] {
    numbers.flatMap { number in (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
  }
}

// Int64 as elements.
extension Tensor {
  fileprivate init(_ numbers: [Int64], shape: Shape) { self.init(numbers.map { Int($0) }, shape: shape) }
}
