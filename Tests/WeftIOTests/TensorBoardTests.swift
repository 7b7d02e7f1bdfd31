import Foundation
import TestSupport
import Testing
import Weft

/// Event files, written and read. That the real TensorBoard opens them is checked by `scripts/check-tensorboard`, on
/// what `everything` leaves in the folder that `WEFT_TENSORBOARD` names.
@Suite("TensorBoard")
struct TensorBoardTests {
  private func failure(_ bytes: [UInt8]) -> DataFileError? {
    do throws(DataFileError) {
      _ = try EventFile(decoding: FileBytes(name: "events", bytes: bytes))
      return nil
    } catch {
      return error
    }
  }

  private func fill(_ board: TensorBoard) throws {
    for step in 0..<5 { board.add("loss/train", 1 / Double(step + 1), step: step) }
    board.add("weights", histogramOf: Tensor([1, 2, 2, 3, .nan, .infinity]), step: 2)
    board.add("constant", histogramOf: Tensor([5, 5]), step: 2)
    board.add("empty", histogramOf: Tensor(zeros: [0]), step: 2)
    board.add("picture", image: Image(width: 3, height: 2, color: [255, 0, 10]), step: 1)
    board.add("tone", sound: try Sound(channels: [[0, 0.5, -0.5]], sampleRate: 8000), step: 1)
    board.add("note", text: "# Title\n\n*text*", step: 4)
    let model = Random.withSeed(1) {
      Sequential {
        Linear(4, 3); ReLU(); Linear(3, 2)
      }
    }
    let example = Tensor(zeros: [1, 4])
    board.add(graph: try model.frozen(for: example).program(for: example))
    board.add(
      hyperparameters: ["rate": 0.1, "optimizer": "adam", "nesterov": true, "layers": 3], metrics: ["accuracy": 0.9])
    try board.add(
      embedding: "words", Tensor([[1.0, 2], [3, 4], [5, 6]]), labels: ["a", "b\tc", "d"],
      images: Array(repeating: Image(width: 2, height: 2, color: [9]), count: 3))
    try board.add(embedding: "bare", Tensor([[1.0, 2, 3]]))
  }

  @Test("What is written is read back")
  func everything() throws {
    let temporary = try TemporaryFolder()
    let folder = ProcessInfo.processInfo.environment["WEFT_TENSORBOARD"] ?? temporary("runs/one")
    let board = try TensorBoard(folder)
    try fill(board)
    try board.close()
    board.add("late", 1, step: 1)
    let events = try EventFile(contentsOf: board.path)
    #expect(events.scalars["loss/train"]?.map(\.step) == [0, 1, 2, 3, 4])
    #expect(events.scalars["loss/train"]?.map(\.value).prefix(2) == [1, 0.5])
    #expect(events.scalars["accuracy"]?.first?.value == Double(Float(0.9)) && events.scalars["late"] == nil)
    #expect(events.others["weights"]?.kind == "histogram" && events.others["picture"]?.kind == "image")
    #expect(events.others["tone"]?.kind == "sound" && events.others["note/text_summary"]?.kind == "text")
    #expect(events.others["_hparams_/experiment"]?.kind == "hparams")
    #expect(events.hasGraph && !events.isCut && events.eventCount == 1 + 5 + 3 + 1 + 1 + 1 + 1 + 3 + 1)
    let time = try #require(events.scalars["loss/train"]?.last?.time)
    #expect(abs(time - Date().timeIntervalSince1970) < 600)
    let list = try String(contentsOfFile: "\(folder)/projector_config.pbtxt", encoding: .utf8)
    #expect(list.contains("tensor_path: \"words.tensors.tsv\"") && list.contains("tensor_name: \"bare\""))
    #expect(try String(contentsOfFile: "\(folder)/words.labels.tsv", encoding: .utf8) == "a\nb c\nd\n")
    #expect(try Image(contentsOf: "\(folder)/words.sprite.png").width == 4)
  }

  @Test("Points whose names become the same file name have files of their own")
  func pointsByName() throws {
    let folder = try TemporaryFolder()
    let board = try TensorBoard(folder.path)
    for name in ["a/b", "a b", "a-b"] { try board.add(embedding: name, Tensor([[1.0, 2]])) }
    #expect(folder.names.filter { $0.hasSuffix(".tensors.tsv") }.count == 3)
    let list = try String(contentsOfFile: folder("projector_config.pbtxt"), encoding: .utf8)
    #expect(list.contains("tensor_path: \"a-b.tensors.tsv\"") && list.contains("tensor_name: \"a/b\""))
    #expect(list.components(separatedBy: "embeddings {").count == 4)
  }

  @Test("Two boards of one folder have files of their own, and any thread may add")
  func threads() throws {
    let folder = try TemporaryFolder()
    let (one, two) = (try TensorBoard(folder.path), try TensorBoard(folder.path))
    #expect(one.path != two.path && one.path.contains("/events.out.tfevents."))
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for step in 0..<500 { one.add("thread \(thread)", Double(step), step: step) }
    }
    try one.flush()
    let events = try EventFile(contentsOf: one.path)
    #expect(events.scalars.count == 8 && events.scalars.values.allSatisfy { $0.map(\.step) == Array(0..<500) })
    try two.close()
    #expect(try EventFile(contentsOf: two.path).eventCount == 1)
  }

  @Test("Events come into the file by themselves")
  func timer() throws {
    let folder = try TemporaryFolder()
    let board = try TensorBoard(folder.path)
    board.add("a", 1, step: 1)
    let end = Date().addingTimeInterval(30)
    while (try? EventFile(contentsOf: board.path))?.eventCount != 2, Date() < end { Thread.sleep(forTimeInterval: 0.2) }
    #expect(try EventFile(contentsOf: board.path).scalars["a"]?.count == 1)
    // A board that is let go of writes what waits.
    var path = ""
    do {
      let other = try TensorBoard(folder("other"))
      other.add("b", 2, step: 2)
      path = other.path
    }
    #expect(try EventFile(contentsOf: path).scalars["b"]?.first?.value == 2)
  }

  @Test("What waits is written when the program ends")
  func end() async throws {
    let folder = try TemporaryFolder()
    await #expect(processExitsWith: .success) { [path = folder.path as String] in
      let board = try TensorBoard(path)
      board.add("a", 1, step: 1)
      // Never let go of, as a global one.
      _ = Unmanaged.passRetained(board)
      exit(0)
    }
    let name = try #require(folder.names.first)
    #expect(try EventFile(contentsOf: folder(name)).scalars["a"]?.count == 1)
  }

  @Test("PyTorch's event files are read")
  func pyTorch() throws {
    let events = try EventFile(contentsOf: Golden.path("events.out.tfevents"))
    let points = try #require(events.scalars["loss/train"])
    #expect(points.map(\.step) == [0, 1, 2] && points.map(\.time) == [100, 101, 102])
    #expect(points[2].value == Double(Float(1.0 / 3)))
    let far = try #require(events.scalars["far"]?.first)
    #expect(far.step == 1 << 40 && far.time == 7 && far.value == -2.5)
    #expect(events.scalars["as tensor"]?.first?.value == 0.75)
    #expect(events.others["picture"]?.kind == "image" && events.others["weights"]?.kind == "histogram")
    #expect(events.others["note/text_summary"]?.kind == "text" && events.others.count == 3)
  }

  @Test("Cut files give what is whole, damaged ones an error")
  func hostile() throws {
    let bytes = try Golden.bytes("events.out.tfevents")
    var last = 0
    for count in stride(from: 12, to: bytes.count, by: 3) {
      let events = try EventFile(decoding: FileBytes(name: "cut", bytes: Array(bytes.prefix(count))))
      #expect(events.eventCount >= last)
      last = events.eventCount
    }
    for count in 0..<12 { #expect(failure(Array(bytes.prefix(count))) != nil) }
    // A length is under a checksum too: no change goes unseen.
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 1 << UInt8(place % 8)
      #expect(failure(changed) != nil, "byte \(place)")
    }
    var mended = bytes
    mended[14] ^= 4
    #expect(failure(mended)?.code == .corrupt && failure(mended)?.offset == 12)
    #expect(failure(Array("<!doctype html><html>".utf8))?.looksLike == .htmlPage)
    // A length of 2^64 - 1 with the checksum that it should have, and one of messages that end within a field.
    let giant: [UInt8] = Array(repeating: 0xFF, count: 8)
    let framed = EventSamples.framed(length: giant, data: [])
    #expect(failure(framed) == nil)
    for data: [UInt8] in [[0x2A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x2A, 2, 0x0A, 0x7F], [0x09, 1], [0x0B], [0x80]] {
      #expect(failure(EventSamples.framed(data)) == nil)
    }
    // Messages that were changed before they were framed: the tensor of a number, and what is around it.
    let whole: [UInt8] = [0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 4, 0x2A, 19, 0x0A, 17, 0x0A, 1, 0x61, 0x42, 12]
    let message = whole + [0x08, 1, 0x12, 2, 0x12, 0, 0x22, 4, 0, 0, 0x40, 0x3F]
    let read = try EventFile(decoding: FileBytes(name: "events", bytes: EventSamples.framed(message)))
    #expect(read.scalars["a"]?.first?.value == 0.75)
    for bit in 0..<message.count * 8 {
      var changed = message
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(failure(EventSamples.framed(changed)) == nil)
    }
  }

  @Test("A folder that cannot be written, and points that do not fit")
  func refusals() throws {
    #expect(throws: FileWriteError.self) { try TensorBoard("/proc/nowhere/run") }
    let folder = try TemporaryFolder()
    let board = try TensorBoard(folder.path)
    #expect(throws: TensorError.self) { try board.add(embedding: "a", Tensor([1.0, 2])) }
    #expect(throws: TensorError.self) { try board.add(embedding: "a", Tensor([[1.0, 2]]), labels: ["x", "y"]) }
  }
}

/// Records of event files put together by hand.
enum EventSamples {
  static func framed(_ data: [UInt8]) -> [UInt8] {
    framed(length: withUnsafeBytes(of: UInt64(data.count).littleEndian, Array.init), data: data)
  }

  static func framed(length: [UInt8], data: [UInt8]) -> [UInt8] { length + checksum(length) + data + checksum(data) }

  /// CRC-32C, bit by bit, masked.
  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    let crc = ~bytes.reduce(~UInt32(0)) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0x82F6_3B78 : 0) }
    }
    return withUnsafeBytes(of: ((crc >> 15 | crc << 17) &+ 0xA282_EAD8).littleEndian, Array.init)
  }
}
