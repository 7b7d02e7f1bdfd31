import Foundation
import SwiftProtobuf
import WeftIO
import WeftTensor

/// Writes a model's file, and beside it one with the weights of a large one.
package struct ModelFileWriter {
  /// Tensors below this many bytes always stand in the model's file, as shapes must.
  private static let smallest = 1024
  /// Where each tensor of the other file begins: readers map it page by page.
  private static let alignment = 4096
  /// A message of 2 GiB cannot be read.
  private static let limit = 1_900_000_000

  var model: Onnx_ModelProto
  let tensors: [Tensor]

  /// - Parameter tensors: The initializers' values, in the order of the model's.
  package init(model: Onnx_ModelProto, tensors: [Tensor]) { (self.model, self.tensors) = (model, tensors) }

  /// - Parameter externalDataBeyond: How many bytes of weights the model's file holds at most.
  /// - Throws: `FileWriteError`; what was at the paths is then unchanged.
  mutating func write(to path: String, externalDataBeyond most: Int) throws {
    let total = tensors.reduce(0) { $0 + $1.elementCount * $1.dtype.byteCount }
    guard total > min(most, Self.limit) else {
      return try AtomicFile.write(wholeFile(), to: path)
    }
    let dataPath = path + ".data"
    let location = dataPath.split(separator: "/").last.map(String.init) ?? dataPath
    let data = try AtomicFile(replacing: dataPath)
    for (place, tensor) in tensors.enumerated() {
      if tensor.elementCount * tensor.dtype.byteCount < Self.smallest {
        hold(tensor, at: place)
      } else {
        try append(tensor, at: place, to: data, location)
      }
    }
    let file = try AtomicFile(replacing: path)
    try file.append(bytes())
    try data.commit()
    try file.commit()
  }

  /// The model's file with all weights in it.
  package mutating func wholeFile() throws -> [UInt8] {
    for (place, tensor) in tensors.enumerated() { hold(tensor, at: place) }
    return try bytes()
  }

  private func bytes() throws -> [UInt8] { try model.serializedBytes() }

  private mutating func hold(_ tensor: Tensor, at place: Int) {
    model.graph.initializer[place].rawData = tensor.withUnsafeBytes { Data($0) }
  }

  private mutating func append(_ tensor: Tensor, at place: Int, to data: AtomicFile, _ location: String) throws {
    let rest = data.count % Self.alignment
    if rest > 0 { try data.append(Array(repeating: 0, count: Self.alignment - rest)) }
    let offset = data.count
    try tensor.withUnsafeBytes { try data.append($0) }
    model.graph.initializer[place].dataLocation = .external
    let entries = [("location", location), ("offset", "\(offset)"), ("length", "\(data.count - offset)")]
    model.graph.initializer[place].externalData = entries.map { key, value in
      var entry = Onnx_StringStringEntryProto()
      (entry.key, entry.value) = (key, value)
      return entry
    }
  }
}
