import Foundation
import TestSupport
import Testing
import Weft

@Suite("Data sets in their original files")
struct OriginalFileTests {
  private func failure(_ body: () throws(DataFileError) -> LabeledImages) -> DataFileError? {
    HostileFiles.failure(body)
  }

  private func write(_ bytes: [UInt8], _ path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

  @Test("EMNIST's images are upright, and its letters begin with 0")
  func emnist() throws {
    let folder = try TemporaryFolder()
    // The second pixel of the file's first row is the first of the second row.
    let pixels = [UInt8]([0, 255]) + [UInt8](repeating: 0, count: 782)
    let images = IDX.encoded(RawArray(shape: [1, 28, 28], values: .uint8(pixels)))
    try write(Gzip.deflated(images), folder("emnist-letters-train-images-idx3-ubyte.gz"))
    func labels(_ label: UInt8) throws {
      try write(
        IDX.encoded(RawArray(shape: [1], values: .uint8([label]))), folder("emnist-letters-train-labels-idx1-ubyte"))
    }
    try labels(26)
    let data = try EMNIST.load(.letters, .train, from: folder.path)
    #expect(data.classCount == 26 && data.label(at: 0) == 25 && data.pixels(at: 0)[28] == 255)
    #expect(EMNIST.Division.letters.classNames[25] == "Z")
    #expect(EMNIST.Division.allCases.map(\.classNames.count) == [62, 47, 47, 26, 10, 10])
    try labels(0)
    let error = failure { () throws(DataFileError) in try EMNIST.load(.letters, .train, from: folder.path) }
    #expect(error?.description.contains("expected labels from 1 through 26, found label 0") == true)
  }

  @Test("CIFAR's binary files")
  func cifar() throws {
    let folder = try TemporaryFolder()
    func record(_ labels: [UInt8], _ color: [UInt8]) -> [UInt8] {
      labels + color.flatMap { [UInt8](repeating: $0, count: 1024) }
    }
    for number in 1...5 { try write(record([UInt8(number)], [255, 0, 127]), folder("data_batch_\(number).bin")) }
    let train = try CIFAR.load10(.train, from: folder.path)
    #expect(train.count == 5 && train.classCount == 10 && train.channels == 3 && train.label(at: 4) == 5)
    #expect(try train.image(at: 0).pixels.prefix(3) == [255, 0, 127])
    #expect(CIFAR.classNames[train.label(at: 0)] == "automobile")
    let missing = failure { () throws(DataFileError) in try CIFAR.load10(.test, from: folder.path) }
    #expect(missing?.code == .unreadable)

    let two = record([3, 99], [1, 2, 3]) + record([19, 0], [4, 5, 6])
    try write(two, folder("train.bin"))
    #expect(try CIFAR.load100(.train, from: folder.path).label(at: 0) == 99)
    let coarse = try CIFAR.load100(.train, labels: .coarse, from: folder.path)
    #expect(coarse.classCount == 20 && coarse.label(at: 1) == 19 && coarse.pixels(at: 1)[1024] == 5)
    try write(Array(two.dropLast()), folder("test.bin"))
    let cut = failure { () throws(DataFileError) in try CIFAR.load100(.test, from: folder.path) }
    #expect(cut?.code == .truncated && cut?.offset == 3074)
    try write(record([20, 1], [1, 2, 3]), folder("test.bin"))
    let wrong = failure { () throws(DataFileError) in try CIFAR.load100(.test, labels: .coarse, from: folder.path) }
    #expect(wrong?.description.contains("expected a label from 0 through 19, found 20") == true)
    try write(HostileFiles.page, folder("test.bin"))
    let page = failure { () throws(DataFileError) in try CIFAR.load100(.test, from: folder.path) }
    #expect(page?.code == .wrongFormat && page?.looksLike == .htmlPage)
    try write(Array((0..<100).map { "name \($0)" }.joined(separator: "\n").utf8), folder("fine_label_names.txt"))
    #expect(try CIFAR.classNames100(from: folder.path)[99] == "name 99")
  }

  @Test("Windows of a text, and the same one token later")
  func text() throws {
    let folder = try TemporaryFolder()
    try write([0xEF, 0xBB, 0xBF] + Array("héllo héllo".utf8), folder("a.txt"))
    let text = try TextFile.read(folder("a.txt"))
    let alphabet = Alphabet(of: text)
    #expect(alphabet.characters == [" ", "h", "l", "o", "é"])
    let tokens = try alphabet.indices(of: text)
    #expect(alphabet.text(of: tokens) == text)
    let data = try TextWindows(tokens, length: 4)
    #expect(data.count == 2)
    let batch = data.batch(at: [1, 0])
    #expect(batch.inputs.elementsEqual(Tensor([[3, 0, 1, 4], [1, 4, 2, 2]])))
    #expect(batch.targets.elementsEqual(Tensor([[0, 1, 4, 2], [4, 2, 2, 3]])))
    #expect(try TextWindows(tokens, length: 4, step: 1).count == 7)
    let last = try TextWindows(tokens, length: 4, step: 1).batch(at: [6])
    #expect(alphabet.text(of: last.targets.scalars(as: Int.self)) == "éllo")
    #expect(throws: TensorError.self) { try TextWindows(tokens, length: 11) }
    #expect(throws: TensorError.self) { try alphabet.indices(of: "x") }
    #expect(try alphabet.indices(of: "xh", unknown: 9) == [9, 1])
    try write([0xFF, 0xFE, 0x41, 0], folder("wide.txt"))
    let error = HostileFiles.failure { () throws(DataFileError) in try TextFile.read(folder("wide.txt")) }
    #expect(error?.looksLike == .utf16Text)
  }
}
