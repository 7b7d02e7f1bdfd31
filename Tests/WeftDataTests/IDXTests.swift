import Testing
import Weft

@Suite("IDX files")
struct IDXTests {
  private static let images = RawArray(
    shape: [2, 3, 2], values: .uint8([0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255]))

  private static func decode(_ bytes: [UInt8]) throws(DataFileError) -> RawArray {
    try IDX.decoded(FileBytes(name: "train-images", bytes: bytes))
  }

  private static func failure(_ bytes: [UInt8]) -> DataFileError? {
    HostileFiles.failure { () throws(DataFileError) in try decode(bytes) }
  }

  @Test("The format's own example is read")
  func labels() throws {
    let array = try Self.decode([0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4])
    #expect(array.shape == [3])
    #expect(array.bytes == [5, 0, 4])
    #expect(array.floats == [5, 0, 4])
  }

  @Test(
    "Every type and rank comes back as it was written",
    arguments: [
      images, RawArray(shape: [], values: .uint8([9])), RawArray(shape: [0, 28, 28], values: .uint8([])),
      RawArray(shape: [3], values: .int8([-128, 0, 127])), RawArray(shape: [2, 1], values: .int16([-32768, 258])),
      RawArray(shape: [2], values: .int32([.min, 16_909_060])),
      RawArray(shape: [2], values: .float32([-1.5, .infinity])),
      RawArray(shape: [1, 2], values: .float64([0.1, -0.0])),
    ])
  func roundTrip(array: RawArray) throws {
    let bytes = IDX.encoded(array)
    #expect(try Self.decode(bytes) == array)
    #expect(try Self.decode(Gzip.deflated(bytes)) == array)
    #expect(array.floats.count == array.count)
  }

  @Test("A file cut off anywhere is refused, plain or gzipped")
  func truncated() {
    let bytes = IDX.encoded(Self.images)
    let decode = { (file: FileBytes) throws(DataFileError) in try IDX.decoded(file) }
    HostileFiles.expectEveryCutIsRefused(bytes, decode)
    HostileFiles.expectEveryCutIsRefused(Gzip.deflated(bytes), decode)
    #expect(Self.failure(Array(bytes.dropLast(5)))?.code == .truncated)
    #expect(Self.failure([])?.code == .truncated)
    #expect(Self.failure([])?.found == "an empty file")
  }

  @Test("A flipped bit of the header is refused, or the array has the flipped type's shape")
  func bitFlips() {
    let bytes = IDX.encoded(Self.images)
    HostileFiles.withEveryBitFlipped(bytes) { file, byte in
      let result = Result { () throws(DataFileError) in try IDX.decoded(file) }
      guard case .success(let array) = result else { return }
      // 08 and 09 differ in one bit; any other change of the header is seen.
      #expect(array.shape == Self.images.shape && (byte >= 16 || byte == 2))
    }
  }

  @Test("Giant extents are refused before anything is allocated")
  func giants() {
    let giant: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
    #expect(Self.failure([0, 0, 8, 1] + giant)?.code == .truncated)
    #expect(Self.failure([0, 0, 8, 3] + giant + giant + giant)?.code == .corrupt)
    #expect(Self.failure([0, 0, 14, 2] + giant + giant)?.code == .corrupt)
    #expect(Self.failure([0, 0, 8, 255] + [UInt8](repeating: 255, count: 4 * 255))?.code == .corrupt)
    #expect(Self.failure([0, 0, 8, 255, 1, 2])?.code == .truncated)
  }

  @Test("More values than announced are refused, with the place")
  func trailing() {
    let error = Self.failure(IDX.encoded(Self.images) + [1, 2])
    #expect(error?.code == .trailingBytes)
    #expect(error?.offset == 28)
    #expect(error?.found == "2 more bytes")
  }

  @Test("Another kind of file is called by its name")
  func otherKinds() {
    HostileFiles.expectKindIsNamed { (file: FileBytes) throws(DataFileError) in try IDX.decoded(file) }
    #expect(Self.failure([3, 8, 0, 0, 1, 0, 0, 0])?.looksLike == .idxWrongByteOrder)
    #expect(Self.failure([0, 0, 10, 1, 0, 0, 0, 0])?.code == .wrongFormat)
    #expect(Self.failure([UInt8](repeating: 0, count: 64))?.looksLike == .zeros)
  }

  @Test("A gzipped file is bounded after decompression, and its errors say which bytes they count")
  func gzipped() {
    let zeros = RawArray(shape: [100_000], values: .uint8(.init(repeating: 0, count: 100_000)))
    let file = FileBytes(name: "labels.gz", bytes: Gzip.deflated(IDX.encoded(zeros)))
    let error = HostileFiles.failure { () throws(DataFileError) in try IDX.decoded(file, limit: 5000) }
    #expect(error?.code == .limitExceeded)
    let broken = Self.failure(Gzip.deflated([0, 0, 8]))
    #expect(broken?.file == "train-images (decompressed)")
  }
}
