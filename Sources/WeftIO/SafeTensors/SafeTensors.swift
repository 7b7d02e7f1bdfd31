import Foundation
import WeftData
import WeftTensor

/// Named tensors in a file of the safetensors format: a length, a JSON header, then the elements' bytes.
public struct SafeTensors: Sendable {
  /// The tensors by name, in the order of the file.
  public var tensors: [(name: String, tensor: Tensor)]
  /// Free text by key.
  public var metadata: [String: String]

  public init(_ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The tensor of this name, if there is one.
  public subscript(name: String) -> Tensor? { tensors.first { $0.name == name }?.tensor }

  /// Reads a file whole.
  /// - Throws: `DataFileError` that names the file, the byte and what is wrong there.
  public init(contentsOf path: String, limit: Int = 1 << 34) throws(DataFileError) {
    try self.init(FileBytes(contentsOf: path, limit: limit))
  }

  /// Writes the file whole or not at all.
  public func write(to path: String) throws(FileWriteError) {
    try AtomicFile.write(encoded(), to: path)
  }
}

// Writing.
extension SafeTensors {
  /// The file's bytes.
  public func encoded() -> [UInt8] {
    var header: [String: Any] = metadata.isEmpty ? [:] : ["__metadata__": metadata]
    var end = 0
    for (name, tensor) in tensors {
      let start = end
      end += tensor.elementCount * tensor.dtype.byteCount
      header[name] = ["dtype": tensor.dtype.fileName, "shape": tensor.shape.sizes, "data_offsets": [start, end]] as [String: Any]
    }
    // The header is numbers, strings and arrays of them: it always has a JSON form.
    var json = (try? JSONSerialization.data(withJSONObject: header, options: [.sortedKeys])).map { [UInt8]($0) } ?? []
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }  // aligns the elements
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) }
    bytes.reserveCapacity(8 + json.count + end)
    bytes += json
    for (_, tensor) in tensors { bytes += tensor.rawBytes }
    return bytes
  }
}

// Reading.
extension SafeTensors {
  /// The largest header that is read.
  static let headerLimit = 100_000_000

  /// Reads the bytes of a file.
  public init(_ file: FileBytes) throws(DataFileError) {
    let header = try Self.header(file)
    let start = 8 + header.length
    var entries: [(name: String, begin: Int, tensor: Tensor)] = []
    for (name, value) in header.entries where name != "__metadata__" {
      let entry = try SafeTensorsEntry(name, value, file)
      guard entry.end <= file.bytes.count - start else {
        throw DataFileError(
          .truncated, file: file.name, at: file.bytes.count, expected: "tensor \(name) up to byte \(start + entry.end)",
          found: "the end of the file", hint: "a download may have been cut short")
      }
      guard let tensor = Tensor(rawBytes: file.bytes[(start + entry.begin)..<(start + entry.end)], entry.spec) else {
        throw DataFileError(
          .wrongFormat, file: file.name, at: start + entry.begin,
          expected: "tensor \(name) of \(entry.spec) within memory", found: "\(entry.end - entry.begin) bytes")
      }
      entries.append((name, entry.begin, tensor))
    }
    tensors = entries.sorted { ($0.begin, $0.name) < ($1.begin, $1.name) }.map { ($0.name, $0.tensor) }
    metadata = header.entries["__metadata__"] as? [String: String] ?? [:]
  }

  private static func header(_ file: FileBytes) throws(DataFileError) -> (entries: [String: Any], length: Int) {
    let expected = "a safetensors file: the header's length in 8 bytes, then the header"
    guard file.bytes.count >= 8 else {
      throw DataFileError(.truncated, file: file.name, at: file.bytes.count, expected: expected, found: "the end of the file")
    }
    let length = file.bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(headerLimit), Int(length) <= file.bytes.count - 8 else {
      throw DataFileError(
        .wrongFormat, file: file.name, at: 0, expected: expected,
        found: "a length of \(length) in a file of \(file.bytes.count) bytes", looksLike: file.kind)
    }
    let json = Data(file.bytes[8..<(8 + Int(length))])
    guard let entries = (try? JSONSerialization.jsonObject(with: json)) as? [String: Any] else {
      throw DataFileError(
        .wrongFormat, file: file.name, at: 8, expected: "a header that is a JSON object", found: "something else",
        looksLike: file.kind)
    }
    return (entries, Int(length))
  }
}

/// One tensor's entry in the header, checked.
struct SafeTensorsEntry {
  let spec: TensorSpec
  let begin: Int
  let end: Int

  init(_ name: String, _ value: Any, _ file: FileBytes) throws(DataFileError) {
    func wrong(_ expected: String, _ found: String) -> DataFileError {
      DataFileError(.wrongFormat, file: file.name, at: 8, expected: "for tensor \(name), \(expected)", found: found)
    }
    guard let entry = value as? [String: Any], let type = entry["dtype"] as? String,
      let sizes = entry["shape"] as? [Int], let offsets = entry["data_offsets"] as? [Int]
    else { throw wrong("dtype, shape and data_offsets", "an entry without one of them") }
    guard let dtype = DType(fileName: type) else {
      throw wrong("one of the types \(DType.allCases.map(\.fileName).joined(separator: " "))", type)
    }
    guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1] else {
      throw wrong("two ascending data_offsets", "\(offsets)")
    }
    guard let count = Shape(sizes).validElementCount, offsets[1] - offsets[0] == count * dtype.byteCount else {
      throw wrong("bytes for \(dtype) of shape \(sizes)", "\(offsets[1] - offsets[0]) bytes")
    }
    spec = TensorSpec(Shape(sizes), dtype)
    (begin, end) = (offsets[0], offsets[1])
  }
}

extension DType {
  /// The type's name in safetensors files.
  var fileName: String {
    switch self {
    case .float32: "F32"
    case .float64: "F64"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .int8: "I8"
    case .uint8: "U8"
    case .int32: "I32"
    case .int64: "I64"
    case .bool: "BOOL"
    }
  }

  init?(fileName: String) {
    guard let match = DType.allCases.first(where: { $0.fileName == fileName }) else { return nil }
    self = match
  }
}
