import Foundation
import TestSupport
import Testing
import Weft

@Suite struct TensorFileWritingTests {
  private func samples() -> [(name: String, tensor: Tensor)] {
    let shapes: [Shape] = [[], [3], [2, 3], [0, 4], [1, 2, 1, 2]]
    return DType.allCases.flatMap { dtype in
      shapes.map { shape in
        let values = (0..<shape.elementCount).map { dtype == .bool ? $0 % 2 : $0 - (dtype.isUnsigned ? 0 : 1) }
        return (
          name: "\(dtype).\(shape.rank).\(shape.elementCount)", tensor: Tensor(values, shape: shape, dtype: dtype)
        )
      }
    }
  }

  @Test(arguments: ["m.safetensors", "m.pt", "m.npz"], [false, true])
  func everyTypeAndShapeComesBack(_ name: String, isCompressed: Bool) throws {
    let folder = try TemporaryFolder()
    let tensors = samples() + [("transposed", Tensor([[1.0, 2], [3, 4], [5, 6]]).transposed())]
    try TensorFile.write(tensors, to: folder(name), isCompressed: isCompressed)
    let file = try TensorFile(folder(name))
    #expect(Set(file.entries.map(\.name)) == Set(tensors.map(\.name)))
    for (key, tensor) in tensors {
      let found = try file.tensor(named: key)
      // NumPy has no bfloat16; float32 holds its numbers.
      let isWider = file.format == .numPyArchive && tensor.dtype == .bfloat16
      #expect(found.spec == TensorSpec(tensor.shape, isWider ? .float32 : tensor.dtype), "\(key)")
      #expect(found.elementsEqual(isWider ? tensor.converted(to: .float32) : tensor), "\(key)")
    }
  }

  /// A header of 640 bytes has the length 80 02 00 ..., as a pickle of protocol 2 begins.
  @Test(arguments: [640, 896, 1152, 1408]) func aHeaderWhoseLengthLooksLikeAPickleIsRead(length: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder("m.safetensors")
    for count in stride(from: length - 100, to: length, by: 1) {
      let name = String(repeating: "w", count: count)
      try TensorFile.write([(name: name, tensor: Tensor([Float(1.5)]))], to: path, format: .safetensors)
      let start = Array(try FileBytes(contentsOf: path).bytes.prefix(8))
      guard start == [0x80, UInt8(length >> 8), 0, 0, 0, 0, 0, 0] else { continue }
      for other in ["m.safetensors", "m", "m.bin"] {
        try AtomicFile.write(try FileBytes(contentsOf: path).bytes, to: folder(other))
        let file = try TensorFile(folder(other))
        #expect(try file.format == .safetensors && file.tensor(named: name).scalars(as: Float.self) == [1.5])
      }
      return
    }
    Issue.record("no name gives a header of \(length) bytes")
  }

  @Test func oneArrayIsAFileOfItsOwn() throws {
    let folder = try TemporaryFolder()
    try TensorFile.write([("x", Tensor([[1, 2], [3, 4]]))], to: folder("x.npy"))
    let file = try TensorFile(folder("x.npy"))
    #expect(file.format == .numPy)
    #expect(try file.tensor(named: "array").scalars(as: Int.self) == [1, 2, 3, 4])
    let error = #expect(throws: DataFileError.self) { try TensorFile.write(samples(), to: folder("x.npy")) }
    #expect(error?.hint == "an archive (.npz) holds several")
    let readOnly = #expect(throws: DataFileError.self) { try TensorFile.write(samples(), to: folder("x.gguf")) }
    #expect(readOnly?.code == .unsupported)
    #expect(folder.names == ["x.npy"])
  }

  @Test func tiedTensorsAreSavedOnce() throws {
    let folder = try TemporaryFolder()
    let x = Tensor(zeros: [1000])
    try TensorFile.write([("a", x), ("b", x), ("c", x.reshaped(10, 100))], to: folder("m.pt"))
    let size = try FileManager.default.attributesOfItem(atPath: folder("m.pt"))[.size] as? Int ?? 0
    #expect((8000..<10_000).contains(size), "\(size)")
    #expect(try TensorFile(folder("m.pt")).tensor(named: "b").shape == [1000])
  }

  @Test(arguments: Golden.values.keys.sorted())
  func whatIsConvertedThereAndBackIsTheSame(_ name: String) throws {
    let folder = try TemporaryFolder()
    let file = try TensorFile(Golden.path(name), skipsRefused: true)
    for target in ["m.safetensors", "m.pt", "m.npz"] {
      try file.write(to: folder(target))
      let copy = try TensorFile(folder(target))
      #expect(copy.entries.count == file.entries.count)
      for entry in file.entries {
        let (old, new) = (try file.tensor(named: entry.name), try copy.tensor(named: entry.name))
        #expect(
          new.isClose(to: old, relative: 0, absolute: 0, nanIsEqual: true) || new.dtype != old.dtype,
          "\(target) \(entry.name)")
        #expect(
          new.converted(to: .float64).isClose(
            to: old.converted(to: .float64), relative: 0, absolute: 0, nanIsEqual: true)
            || old.dtype == .uint64, "\(target) \(entry.name)")
        if target == "m.safetensors", SafeTypes.keeps(entry.type) {
          #expect(copy[entry.name]?.type == entry.type)
          #expect(try copy.bytes(named: entry.name) == file.bytes(named: entry.name), "\(entry.name)")
        }
      }
    }
  }

  @Test func whatCannotBeKeptIsSaid() throws {
    let folder = try TemporaryFolder()
    let notes = try TensorFile(Golden.path("types.gguf")).write(to: folder("m.npz"))
    #expect(notes.contains("1 tensors: Q4_K became float32"))
    #expect(notes.contains("1 tensors: bfloat16 became float32"))
    let brain = try TensorFile(Golden.path("types.safetensors")).write(to: folder("b.npz"), as: .bfloat16)
    #expect(brain.contains { $0.hasSuffix("tensors: bfloat16 became float32") }, "\(brain)")
    let half = try TensorFile(Golden.path("types.safetensors")).write(to: folder("h.safetensors"), as: .float16)
    #expect(half.isEmpty)
    let file = try TensorFile(folder("h.safetensors"))
    #expect(file["f8_e4m3"]?.type == .plain(.float16))
    #expect(file["i32"]?.type == .plain(.int32))
    #expect(file.value("format") == .text("pt"))
  }

  @Test func aModelIsSavedInAnyFormat() throws {
    let folder = try TemporaryFolder()
    for name in ["m.safetensors", "m.pt", "m.npz", "m"] {
      let (saved, loaded) = (Linear(3, 2), Linear(3, 2))
      try saved.save(to: folder(name))
      try loaded.load(from: folder(name))
      #expect(loaded.weight.value.elementsEqual(saved.weight.value))
    }
    #expect(try TensorFile(folder("m.pt")).format == .pyTorch)
    #expect(try TensorFile(folder("m")).format == .safetensors)
    // A name that promises another format is not given to a file of safetensors.
    for name in ["m.npy", "m.gguf"] {
      #expect(throws: DataFileError.self) { try Linear(3, 2).save(to: folder(name)) }
      #expect(!FileManager.default.fileExists(atPath: folder(name)))
    }
  }

  /// Readers count metadata as one more.
  @Test func moreTensorsThanReadersTakeAreNotWritten() throws {
    let folder = try TemporaryFolder()
    let one = Tensor(zeros: [0])
    let tensors = (0..<LoadLimits().tensors).map { (name: String($0), tensor: one) }
    let error = #expect(throws: DataFileError.self) {
      try TensorFile.write(tensors, metadata: ["k": "v"], to: folder("m.safetensors"))
    }
    #expect(error?.found.hasPrefix("\(LoadLimits().tensors + 1) entries") == true, "\(String(describing: error))")
    #expect(!FileManager.default.fileExists(atPath: folder("m.safetensors")))
  }

  @Test func aNameTooLongForAnArchiveIsRefused() throws {
    let folder = try TemporaryFolder()
    let name = String(repeating: "n", count: 70_000)
    #expect(throws: DataFileError.self) { try TensorFile.write([(name, Tensor(1))], to: folder("m.npz")) }
    #expect(!FileManager.default.fileExists(atPath: folder("m.npz")))
  }
}

private enum SafeTypes {
  static func keeps(_ type: StoredType) -> Bool {
    switch type {
    case .blocks, .quantized: false
    case .complex(let dtype): dtype == .float32
    default: true
    }
  }
}
