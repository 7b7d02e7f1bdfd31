import Foundation
import SwiftProtobuf
import WeftIO
import WeftTensor

/// Reads the inputs and results that the official test cases keep in files of their own.
struct ValueReader {
  private let path: String
  private let limits: LoadLimits
  private let memory: FileMemory

  init(_ path: String, limits: LoadLimits) throws {
    (self.path, self.limits) = (path, limits)
    memory = try FileMemory(mapping: path, limits: limits)
  }

  /// The value in the file, of the type that the model declares.
  func value(of type: DeclaredType) throws -> ONNXValue {
    do {
      switch type {
      case .tensor: return try tensors.value(try Onnx_TensorProto(serializedBytes: brief))
      case .sequence: return try value(try Onnx_SequenceProto(serializedBytes: [UInt8](memory.bytes)), depth: 0)
      case .optional: return try value(try Onnx_OptionalProto(serializedBytes: [UInt8](memory.bytes)), depth: 0)
      case .other(let name): throw ONNXError(.unsupported, file: path, "values of \(name)")
      }
    } catch let error as BinaryDecodingError {
      throw ONNXError(.malformed, file: path, "expected \(type) in a protocol buffer, found \(error)")
    }
  }

  private var brief: [UInt8] { get throws { try ModelMemory(memory, limits: limits).tensor() } }
  private var tensors: TensorReader { TensorReader(file: path, memory: memory, external: nil, limits: limits) }

  private func value(_ proto: Onnx_SequenceProto, depth: Int) throws -> ONNXValue {
    try check(depth)
    if !proto.sequenceValues.isEmpty {
      return .sequence(try proto.sequenceValues.map { try value($0, depth: depth + 1) })
    }
    if !proto.optionalValues.isEmpty {
      return .sequence(try proto.optionalValues.map { try value($0, depth: depth + 1) })
    }
    guard proto.mapValues.isEmpty else { throw ONNXError(.unsupported, file: path, "maps in a sequence") }
    if !proto.sparseTensorValues.isEmpty {
      return .sequence(try proto.sparseTensorValues.map { .tensor(try tensors.dense($0)) })
    }
    return .sequence(try proto.tensorValues.map(tensors.value))
  }

  private func value(_ proto: Onnx_OptionalProto, depth: Int) throws -> ONNXValue {
    try check(depth)
    if proto.hasTensorValue { return try tensors.value(proto.tensorValue) }
    if proto.hasSequenceValue { return try value(proto.sequenceValue, depth: depth + 1) }
    if proto.hasOptionalValue { return try value(proto.optionalValue, depth: depth + 1) }
    if proto.hasSparseTensorValue { return .tensor(try tensors.dense(proto.sparseTensorValue)) }
    guard !proto.hasMapValue else { throw ONNXError(.unsupported, file: path, "a map in an optional") }
    return .none
  }

  private func check(_ depth: Int) throws {
    guard depth <= limits.nesting else {
      throw ONNXError(.limitExceeded, file: path, "sequences nested deeper than \(limits.nesting)")
    }
  }
}
