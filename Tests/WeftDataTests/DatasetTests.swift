import TestSupport
import Testing
import Weft

@Suite struct DatasetTests {
  /// An IDX file of bytes.
  private func idx(_ shape: [Int], _ bytes: [UInt8]) -> [UInt8] {
    let sizes = shape.flatMap { size in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } }
    return [0, 0, 8, UInt8(shape.count)] + sizes + bytes
  }

  private func folder(images: [UInt8], labels: [UInt8]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try AtomicFile.write(images, to: folder("train-images-idx3-ubyte"))
    try AtomicFile.write(labels, to: folder("train-labels-idx1-ubyte"))
    return folder
  }

  private func failure(images: [UInt8], labels: [UInt8]) throws -> DataFileError {
    let folder = try folder(images: images, labels: labels)
    return try #require(HostileFiles.failure { () throws(DataFileError) in try MNIST.load(.train, from: folder.path) })
  }

  @Test func theDigitsAreWhole() {
    #expect(Digits.all.count == 1797)
    #expect(Digits.train.count + Digits.test.count == 1797)
    let batch = Digits.all.batch(at: [0, 1796])
    #expect(batch.images.shape == [2, 1, 8, 8])
    #expect(batch.labels.scalars(as: Int.self) == [0, 8])
    let everything = Digits.all.batch(at: Array(0..<1797)).images
    #expect(abs(everything.mean().item()) < 0.01)
    #expect(abs((everything * everything).mean().item() - 1) < 0.01)
  }

  @Test func filesOfMNISTAreRead() throws {
    let pixels = (0..<2 * 784).map { UInt8(truncatingIfNeeded: $0) }
    let folder = try folder(images: idx([2, 28, 28], pixels), labels: idx([2], [3, 9]))
    let images = try MNIST.load(.train, from: folder.path)
    #expect(images.count == 2)
    #expect(images.pixels(at: 1) == Array(pixels[784...]))
    let batch = images.batch(at: [1, 0])
    #expect(batch.labels.scalars(as: Int.self) == [9, 3])
    let expected = (Double(pixels[784]) / 255 - 0.1307) / 0.3081
    #expect(abs(batch.images.scalars(as: Double.self)[0] - expected) < 1e-6)
  }

  @Test func fashionHasItsOwnScale() throws {
    let folder = try folder(images: idx([1, 28, 28], Array(repeating: 255, count: 784)), labels: idx([1], [9]))
    let images = try FashionMNIST.load(.train, from: folder.path)
    #expect(images.name == "fashion-mnist" && FashionMNIST.classNames[images.label(at: 0)] == "ankle boot")
    // (1 - 0.2860)/0.3530
    #expect(abs(images.batch(at: [0]).images.mean().item() - 2.022663) < 1e-5)
    #expect(FashionMNIST.classNames.count == 10)
    let missing = HostileFiles.failure { () throws(DataFileError) in
      try FashionMNIST.load(.test, from: folder.path)
    }
    #expect(missing?.description.contains("the four original files of fashion-mnist belong in this folder") == true)
  }

  @Test func filesThatDoNotFitAreRefused() throws {
    let images = idx([2, 28, 28], Array(repeating: 0, count: 2 * 784))
    let wrong = try failure(images: images, labels: idx([2], [3, 10]))
    #expect(wrong.code == .badValue)
    #expect(wrong.description.contains("at byte 9: expected labels from 0 through 9, found label 10 for sample 1"))
    #expect(try failure(images: images, labels: idx([3], [1, 2, 3])).description.contains("expected 2 labels"))
    let small = try failure(images: idx([2, 8, 8], Array(repeating: 0, count: 128)), labels: idx([2], [3, 1]))
    #expect(small.description.contains("expected images of 28x28, found 8x8"))
    #expect(try failure(images: idx([2], [1, 2]), labels: idx([2], [3, 1])).code == .wrongFormat)
    #expect(try failure(images: Array(images.dropLast()), labels: idx([2], [3, 1])).code == .truncated)
    #expect(try failure(images: HostileFiles.page, labels: idx([2], [3, 1])).looksLike == .htmlPage)
    let missing = HostileFiles.failure { () throws(DataFileError) in try MNIST.load(.test, from: "/nowhere") }
    #expect(missing?.code == .unreadable)
  }
}
