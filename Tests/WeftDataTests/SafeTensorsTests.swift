import Foundation
import Testing
import Weft

@Suite struct SafeTensorsTests {
  private static let types: [DType] = DType.allCases

  /// A file of this header and these elements.
  private func file(_ header: String, elements: [UInt8] = [], length: Int? = nil) -> FileBytes {
    let text = Array(header.utf8)
    let size = (0..<8).map { UInt8(truncatingIfNeeded: (length ?? text.count) >> (8 * $0)) }
    return FileBytes(name: "model.safetensors", bytes: size + text + elements)
  }

  private func failure(_ header: String, elements: [UInt8] = [], length: Int? = nil) -> DataFileError? {
    HostileFiles.failure { () throws(DataFileError) in try SafeTensors(file(header, elements: elements, length: length))
    }
  }

  @Test func everyTypeAndShapeComesBack() throws {
    let shapes: [Shape] = [[], [3], [2, 3], [0, 4], [1, 2, 1, 2]]
    let tensors = Self.types.flatMap { dtype in
      shapes.map { shape in
        let values = (0..<shape.elementCount).map { dtype == .bool ? $0 % 2 : $0 - (dtype == .uint8 ? 0 : 1) }
        return (name: "\(dtype).\(shape)", tensor: Tensor(values, shape: shape, dtype: dtype))
      }
    }
    let metadata = ["format": "pt", "a \"quoted\" key\n": "žluťoučký \\ kůň \u{1F600}\u{1}"]
    let bytes = SafeTensors(tensors, metadata: metadata).encoded()
    #expect(bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) } % 8 == 0)
    let read = try SafeTensors(FileBytes(name: "file", bytes: bytes))
    #expect(read.metadata == metadata)
    #expect(Set(read.tensors.map(\.name)) == Set(tensors.map(\.name)))
    for (name, tensor) in tensors {
      let found = try #require(read[name])
      #expect(found.spec == tensor.spec)
      #expect(found.rawBytes == tensor.rawBytes, "\(name)")
    }
  }

  @Test func viewsAreWrittenInTheirOrder() throws {
    let tensor = Tensor([[1.0, 2], [3, 4]]).transposed(0, 1)
    let read = try SafeTensors(FileBytes(name: "file", bytes: SafeTensors([("t", tensor)]).encoded()))
    #expect(read["t"]?.scalars(as: Double.self) == [1, 3, 2, 4])
  }

  /// Written by the `safetensors` package for Python (0.8.0), the script in Goldens/make_safetensors.py.
  @Test func aFileWrittenInPythonIsRead() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Goldens/python.safetensors").path
    let read = try SafeTensors(contentsOf: path)
    #expect(read.metadata == ["format": "np", "text": "a \"b\" \u{1F9F5}"])
    let expected: [String: (DType, Shape)] = [
      "f32": (.float32, [2, 3]), "f64": (.float64, [2, 3]), "f16": (.float16, [2, 3]), "i8": (.int8, [2, 3]),
      "u8": (.uint8, [2, 3]), "i32": (.int32, [2, 3]), "i64": (.int64, [2, 3]), "bool": (.bool, [2, 3]),
      "i16": (.int16, [2, 3]), "u16": (.uint16, [2, 3]), "u32": (.uint32, [2, 3]), "u64": (.uint64, [2, 3]),
      "scalar": (.float32, []), "empty": (.float32, [0, 5]), "bf16": (.bfloat16, [2, 3]),
    ]
    #expect(Set(read.tensors.map(\.name)) == Set(expected.keys))
    for (name, spec) in expected {
      let tensor = try #require(read[name])
      #expect(tensor.dtype == spec.0, "\(name)")
      #expect(tensor.shape == spec.1, "\(name)")
      guard tensor.elementCount == 6 else { continue }
      #expect(
        tensor.scalars(as: Double.self) == (name == "bool" ? [0, 1, 1, 1, 1, 1] : [0, 1, 2, 3, 4, 5]), "\(name)")
    }
    #expect(read["scalar"]?.item() == 0.5)
  }

  @Test func aFileCutOffAnywhereIsRefused() {
    let tensors = [(name: "a", tensor: Tensor([1.0, 2, 3])), (name: "b", tensor: Tensor([[1, 2]]))]
    HostileFiles.expectEveryCutIsRefused(SafeTensors(tensors, metadata: ["k": "v"]).encoded()) {
      (file: FileBytes) throws(DataFileError) in try SafeTensors(file)
    }
  }

  @Test func noChangedBitTraps() {
    let tensors = [(name: "a", tensor: Tensor([1.0, 2, 3])), (name: "b", tensor: Tensor([true, false]))]
    HostileFiles.withEveryBitFlipped(SafeTensors(tensors, metadata: ["k": "v"]).encoded()) { file, _ in
      let outcome = Result { () throws(DataFileError) in try SafeTensors(file) }
      guard case .success(let read) = outcome else { return }
      #expect(read.tensors.count <= 2)
    }
  }

  @Test func otherFilesAreCalledWhatTheyAre() {
    HostileFiles.expectKindIsNamed { (file: FileBytes) throws(DataFileError) in try SafeTensors(file) }
  }

  @Test func hostileHeadersAreRefused() {
    let wrong = [
      "", "[]", "1", "{", "{}x", "{\"a\"}", "{\"a\":}", "{\"a\":1}", "{\"a\":{}}", "{a:1}",
      "{\"a\":{\"dtype\":\"F32\"}}",
      "{\"__metadata__\":{\"a\":1}}", "{\"__metadata__\":3}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\q\"}",
      "{\"\\u00g0\":1}",
      "{\"a\":\"\u{1}\"}", String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
      "{\"a\":1e3}", "{\"a\":99999999999999999999}", "{\"a\":01}", "{\"a\":nul}", "{\"a\":true}",
    ]
    for header in wrong { #expect(failure(header)?.code == .wrongFormat, "\(header.prefix(40))") }
    #expect(failure("{}") == nil)
    #expect(failure("  { } \n") == nil)
  }

  @Test func entriesThatDoNotFitAreRefused() {
    func header(_ dtype: String, _ shape: String, _ offsets: String) -> String {
      "{\"a\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}}"
    }
    let elements = [UInt8](repeating: 0, count: 8)
    #expect(failure(header("F32", "[2]", "[0,8]"), elements: elements) == nil)
    let wrong: [(String, String, String)] = [
      ("F32", "[2]", "[0,4]"), ("F32", "[2]", "[8,0]"), ("F32", "[2]", "[-8,0]"), ("F32", "[2]", "[4,12]"),
      ("F32", "[2]", "[0,8,8]"), ("F32", "[2]", "[]"), ("F32", "[3]", "[0,12]"), ("F32", "[1]", "[0,4]"),
      ("F32", "[-2]", "[0,8]"), ("F32", "[-2,-1]", "[0,8]"), ("F99", "[2]", "[0,8]"), ("f32", "[2]", "[0,8]"),
      ("F32", "[4611686018427387904,4]", "[0,8]"), ("F32", "[9223372036854775807,2]", "[0,8]"),
      ("F32", "[2]", "[9223372036854775799,9223372036854775807]"), ("F32", "[0,9223372036854775807]", "[0,0]"),
      ("F32", "[2.0]", "[0,8]"), ("F32", "\"2\"", "[0,8]"), ("F32", "[2]", "[0,8],\"shape\":[2]"),
      ("F32", "[\(Array(repeating: "1", count: 40).joined(separator: ","))]", "[0,4]"),
      ("F32", "[2]", "[0,8],\"more\":1"), ("U24", "[4]", "[0,8]"),
    ]
    for (dtype, shape, offsets) in wrong {
      #expect(failure(header(dtype, shape, offsets), elements: elements) != nil, "\(dtype) \(shape) \(offsets)")
    }
  }

  @Test func overlapsGapsAndDuplicatesAreRefused() {
    func entry(_ name: String, _ begin: Int, _ end: Int) -> String {
      "\"\(name)\":{\"dtype\":\"U8\",\"shape\":[\(end - begin)],\"data_offsets\":[\(begin),\(end)]}"
    }
    let elements = [UInt8](repeating: 0, count: 8)
    #expect(failure("{\(entry("b", 4, 8)),\(entry("a", 0, 4))}", elements: elements) == nil)
    let overlap = failure("{\(entry("a", 0, 5)),\(entry("b", 4, 8))}", elements: elements)
    #expect(overlap?.description.contains("tensor b to begin where the one before ends, at 5") == true)
    #expect(failure("{\(entry("a", 0, 3)),\(entry("b", 4, 8))}", elements: elements) != nil)
    #expect(failure("{\(entry("a", 0, 4)),\(entry("b", 0, 4))}", elements: elements) != nil)
    #expect(failure("{\(entry("a", 0, 7))}", elements: elements)?.code == .trailingBytes)
    let twice = failure("{\(entry("a", 0, 4)),\(entry("a", 4, 8))}", elements: elements)
    #expect(twice?.description.contains("expected in the header, each key once, found a again") == true)
    let escaped = failure("{\(entry("a", 0, 4)),\(entry("\\u0061", 4, 8))}", elements: elements)
    #expect(escaped?.code == .wrongFormat)
  }

  @Test func announcedLengthsAreNotBelieved() {
    #expect(failure("{}", length: Int.max)?.description.contains("a length of 9223372036854775807") == true)
    #expect(failure("{}", length: -1)?.code == .wrongFormat)
    #expect(failure("{}", length: 3)?.code == .wrongFormat)
    #expect(failure("{}", length: 200_000_000)?.code == .wrongFormat)
  }

  @Test func aTruthValueIsZeroOrOne() {
    let header = "{\"a\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[0,3]}}"
    #expect(failure(header, elements: [0, 1, 1]) == nil)
    let error = failure(header, elements: [0, 1, 2])
    #expect(error?.code == .badValue)
    #expect(error?.offset == 8 + header.utf8.count + 2)
  }

  @Test func aNameGivenTwiceIsAnErrorBeforeWriting() {
    #expect(throws: TensorError.self) {
      try withTensorErrors { SafeTensors([("a", Tensor(1.0)), ("a", Tensor(2.0))]) }
    }
  }
}
