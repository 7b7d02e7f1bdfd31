import Foundation
import Testing
import WeftTensor

/// Tensors from memory, sequences and files' formats, and back.
@Suite struct TensorDataTests {
  @Test func fromSequences() {
    let numbers = [1.5, 2, 3, 4]
    #expect(Tensor(numbers[1...]).values == [2, 3, 4])
    #expect(Tensor(numbers[1...]).dtype == .float32)
    #expect(Tensor(0..<4, shape: [2, 2]).values == [0, 1, 2, 3])
    #expect(Tensor(numbers.lazy.map { Float($0) }).values == numbers)
    #expect(Tensor(stride(from: 1, to: 8, by: 3), dtype: .int16).dtype == .int16)
    numbers.withUnsafeBufferPointer { #expect(Tensor($0, shape: [2, 2], dtype: .float64).values == numbers) }
    #expect(Tensor(Data([1, 2, 255])).dtype == .uint8)
    #expect(Tensor(Data([1, 2, 255])).values == [1, 2, 255])
    #expect(Tensor([Float]()[...]).shape == [0])
    #expect(throws: TensorError.self) { try withTensorErrors { Tensor(0..<3, shape: [2, 2]) } }
  }

  @Test func fromBytes() {
    let data = Data([0, 0, 128, 63, 0, 0, 0, 64])
    #expect(Tensor(bytes: data, shape: [2], dtype: .float32).values == [1, 2])
    #expect(Tensor(bytes: [UInt8](data)[4...], shape: [], dtype: .float32).item() == 2)
    #expect(Tensor(bytes: AnySequence(data), shape: [2], dtype: .float32).values == [1, 2])
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors { Tensor(bytes: data, shape: [3], dtype: .float32) }
    }
    #expect(error?.description.contains("expected the bytes of a tensor float32 [3], got 8 bytes") == true)
    let bool = #expect(throws: TensorError.self) {
      try withTensorErrors { Tensor(bytes: [0, 1, 7], shape: [3], dtype: .bool) }
    }
    #expect(bool?.description == "[Tensor]: expected bytes of 0 or 1 for a tensor bool [3], got 7 as byte 2")
    // A sequence that can be read once.
    var left: [UInt8] = [1, 2, 3]
    let once = #expect(throws: TensorError.self) {
      try withTensorErrors { Tensor(bytes: AnyIterator { left.popLast() }, shape: [2], dtype: .uint8) }
    }
    #expect(once?.description == "[Tensor]: expected the bytes of a tensor uint8 [2], got 3 bytes")
    #expect(throws: TensorError.self) { try withTensorErrors { Tensor(bytes: [], shape: [.max, 4], dtype: .int8) } }
    #expect(throws: TensorError.self) { try withTensorErrors { Tensor(bytes: [], shape: [-1], dtype: .int8) } }
  }

  @Test func memoryIsReadWithoutACopy() {
    let x = Tensor([1.0, 2, 3])
    let addresses = (0..<2).map { _ in x.withUnsafeBufferPointer(as: Float.self) { $0.baseAddress } }
    #expect(addresses[0] == addresses[1] && addresses[0] != nil)
    let inner = x[1...].withUnsafeBufferPointer(as: Float.self) { $0.baseAddress }
    #expect(inner == addresses[0].map { $0 + 1 })
    #expect(x.withUnsafeBytes { $0.count } == 12)
    // In another type or order the elements are brought together first.
    #expect(x.withUnsafeBufferPointer(as: Int.self) { Array($0) } == [1, 2, 3])
    let columns = Tensor([[1, 2], [3, 4]]).transposed()
    #expect(columns.withUnsafeBufferPointer(as: Int.self) { Array($0) } == [1, 3, 2, 4])
    #expect(columns.withUnsafeBytes { Array($0.bindMemory(to: Int.self)) } == [1, 3, 2, 4])
    struct Stop: Error {}
    #expect(throws: Stop.self) { try x.withUnsafeBytes { _ in throw Stop() } }
  }

  @Test(arguments: DType.allCases) func everyTypeIsCoded(_ dtype: DType) throws {
    for shape in [Shape([]), [3], [2, 3], [0, 4]] {
      let values = (0..<shape.elementCount).map { dtype == .bool ? $0 % 2 : $0 }
      let tensor = Tensor(values, shape: shape, dtype: dtype)
      let read = try JSONDecoder().decode(Tensor.self, from: JSONEncoder().encode(tensor))
      #expect(read.spec == tensor.spec)
      #expect(read.elementsEqual(tensor))
    }
  }

  @Test func codedTextIsCompact() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = try String(decoding: encoder.encode(Tensor([[1.0, 2]])), as: UTF8.self)
    #expect(text == #"{"bytes":"AACAPwAAAEA=","dtype":"float32","shape":[1,2]}"#)
    let x = Tensor([1.0, .nan]).requiringGrad()
    let read = try JSONDecoder().decode(Tensor.self, from: encoder.encode(x * 2))
    #expect(!read.requiresGrad && read.scalars(as: Float.self)[1].isNaN)
    #expect(throws: EncodingError.self) {
      _ = try vmap(over: [Tensor([1.0, 2])]) { x in
        _ = try encoder.encode(x[0])
        return x
      }
    }
  }

  @Test(arguments: [
    #"{"bytes":"AACAPw==","dtype":"float32","shape":[2]}"#,
    #"{"bytes":"AACAPw==","dtype":"float32","shape":[-1]}"#,
    #"{"bytes":"","dtype":"float32","shape":[4611686018427387904,4]}"#,
    #"{"bytes":"","dtype":"float32","shape":[9223372036854775807]}"#,
    #"{"bytes":"AACAPw=","dtype":"float32","shape":[1]}"#,
    #"{"bytes":"AACAP===","dtype":"float32","shape":[1]}"#,
    #"{"bytes":"AACAPx==","dtype":"float32","shape":[1]}"#,
    #"{"bytes":"AA=APw==","dtype":"float32","shape":[1]}"#,
    #"{"bytes":"AACA ~~~","dtype":"float32","shape":[1]}"#,
    #"{"bytes":"Ag==","dtype":"bool","shape":[1]}"#,
    #"{"bytes":"AACAPw==","dtype":"float31","shape":[1]}"#,
    #"{"bytes":"AA==","dtype":"int8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}"#,
    #"{"dtype":"int8","shape":[1]}"#, "[1]", "null",
  ]) func hostileTextIsRefused(_ text: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Tensor.self, from: Data(text.utf8)) }
  }

  @Test func generatorsAreCoded() throws {
    var generator = RandomGenerator(seed: .max, counter: 3)
    var read = try JSONDecoder().decode(RandomGenerator.self, from: JSONEncoder().encode(generator))
    #expect(read == generator)
    #expect(read.next() == generator.next())
  }
}
