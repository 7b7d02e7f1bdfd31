import Foundation
import TestSupport
import Testing
import Weft

@Suite("CIFAR's pickles")
struct CIFARPickleTests {
  private func failure(_ body: () throws(DataFileError) -> LabeledImages) -> DataFileError? {
    do throws(DataFileError) {
      _ = try body()
      return nil
    } catch {
      return error
    }
  }

  @Test("The python version gives what the binary one does")
  func python() throws {
    let images = try CIFAR.load10(.test, pickles: Golden.path("cifar"))
    #expect(images.count == 2 && images.label(at: 1) == 8 && images.classCount == 10)
    #expect(try images.image(at: 0).pixels.prefix(6) == [255, 0, 127, 255, 0, 127])
  }

  @Test("Files that are no such batches, and cut ones, are refused")
  func refused() throws {
    #expect(failure { () throws(DataFileError) in try CIFAR.load10(.train, pickles: Golden.path("cifar")) } != nil)
    let folder = try TemporaryFolder()
    let bytes = try Golden.bytes("cifar/test_batch")
    let path = folder("test")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let other = failure { () throws(DataFileError) in try CIFAR.load100(.test, pickles: folder.path) }
    #expect(other?.description.contains("expected 2 \"fine_labels\" from 0 through 99, found none") == true)
    for count in stride(from: 0, to: bytes.count, by: 37) {
      try Data(bytes.prefix(count)).write(to: URL(fileURLWithPath: folder("test_batch")))
      #expect(failure { () throws(DataFileError) in try CIFAR.load10(.test, pickles: folder.path) } != nil)
    }
  }
}
