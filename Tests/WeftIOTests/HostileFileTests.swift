import Foundation
import TestSupport
import Testing
import Weft

/// Files that are not what they should be, or want harm.
@Suite struct HostileFileTests {
  private func refusal(_ name: String, _ bytes: [UInt8], _ limits: LoadLimits = LoadLimits()) -> DataFileError? {
    failure { () throws(DataFileError) in try TensorFile(FileBytes(name: name, bytes: bytes), limits: limits) }
  }

  @Test func nothingInAPickleIsRun() throws {
    let path = Golden.path("attack.pt")
    let error = failure { () throws(DataFileError) in try TensorFile(path) }
    #expect(error?.code == .refused)
    #expect(error?.found == "posix.system, which a pickle may not name")
    #expect(error?.description.contains("at byte ") == true)
    #expect(error?.hint?.contains("skipsRefused: true") == true)
    let file = try TensorFile(path, skipsRefused: true)
    #expect(file.entries.map(\.name) == ["weight"])
    #expect(file.skipped.map(\.name) == ["bad", "posix.system"])
    #expect(file.skipped.map(\.reason) == ["posix.system", "a class or function that is never called"])
    #expect(!FileManager.default.fileExists(atPath: "/tmp/weft-was-here"))
    #expect(failure { () throws(DataFileError) in try TensorFile(Golden.path("module.pt")) }?.code == .refused)
  }

  @Test func aPickleBombCostsNothing() throws {
    #expect(try Golden.bytes("bomb.pkl").count == 144)
    let error = failure { () throws(DataFileError) in try TensorFile(Golden.path("bomb.pkl")) }
    #expect(error?.code == .limitExceeded)
    #expect(error?.hint == "if the file is meant to be so, raise `LoadLimits.nesting`")
    // Without so deep a nesting it is the number of values.
    var bomb: [UInt8] = [0x80, 2, 0x5D]
    for _ in 0..<30 { bomb += [0x32, 0x86] }
    #expect(refusal("bomb.pkl", bomb + [0x2E])?.hint == "if the file is meant to be so, raise `LoadLimits.sharing`")
    // A list that holds itself.
    let circle: [UInt8] = [0x80, 2, 0x5D, 0x71, 0, 0x68, 0, 0x61, 0x2E]
    #expect(refusal("circle.pkl", circle)?.code == .limitExceeded)
    // A tensor of a class whose arguments are that tensor again.
    let name = Array("ctorch._tensor\n_rebuild_from_type_v2\n".utf8)
    let itself: [UInt8] = [0x80, 2] + name + Array("q\u{0}]q\u{1}h\u{0}aNah\u{1}aR.".utf8)
    #expect(refusal("itself.pkl", itself)?.code == .limitExceeded)
    // Nesting of any depth is taken apart without recursion.
    let deep = [0x80, 2, 0x5D] + [UInt8](repeating: 0x85, count: 1_000_000) + [0x2E]
    #expect(refusal("deep.pkl", deep)?.code == .limitExceeded)
  }

  @Test func longTextsOfAPickleAreNotMultiplied() {
    let text = [0x58, 0xA0, 0x86, 1, 0] + [UInt8](repeating: UInt8(ascii: "a"), count: 100_000) + [0x71, 0]
    // One text, as the name of a class.
    #expect(refusal("names.pkl", [0x80, 4] + text + [0x68, 0, 0x93, 0x2E])?.code == .wrongFormat)
    // One text as the bytes of an array, and of a hundred.
    let start =
      [0x80, 2] + text + Array("0c_codecs\nencode\nq\u{1}0cnumpy\ndtype\nU\u{2}u1".utf8)
      + [0x85, 0x52, 0x71, 2, 0x30] + Array("cnumpy.core.multiarray\n_reconstruct\nq\u{3}0](".utf8)
    let array: [UInt8] =
      [0x68, 3, 0x29, 0x52, 0x28, 0x4B, 1, 0x4A, 0xA0, 0x86, 1, 0, 0x85, 0x68, 2, 0x89]
      + [0x68, 1, 0x68, 0, 0x85, 0x52, 0x74, 0x62]
    let end: [UInt8] = [0x65, 0x2E]
    #expect(refusal("array.pkl", start + array + end) == nil)
    let hundred = (0..<100).flatMap { _ in array }
    #expect(refusal("arrays.pkl", start + hundred + end)?.hint?.contains("LoadLimits.sharing") == true)
  }

  @Test func fewElementsInManyPlacesAreNotWrittenOut() throws {
    let file = try TensorFile(Golden.path("repeated.pt"))
    let wide = try #require(file["wide"])
    #expect(wide.isRepeated && wide.byteCount == 1 << 32)
    #expect(try file.tensor(named: "wide")[12_345].item() == 0)  // a view costs nothing
    let folder = try TemporaryFolder()
    for ending in ["pt", "safetensors", "npz"] {
      let error = #expect(throws: DataFileError.self) { try file.write(to: folder("m.\(ending)")) }
      #expect(error?.hint?.contains("LoadLimits.sharing") == true)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    #expect(try file.bytes(named: "small").count == 24)
  }

  @Test func anIndexThatNamesItself() throws {
    let folder = try TemporaryFolder()
    let path = folder("model.safetensors.index.json")
    try AtomicFile.write("{\"weight_map\":{\"a\":\"model.safetensors.index.json\"}}", to: path)
    for path in [path, folder.path] {
      #expect(failure { () throws(DataFileError) in try TensorFile(path) } != nil)
    }
  }

  @Test(.timeLimit(.minutes(1))) func aPipeInAShardsPlaceIsNotWaitedFor() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder("pipe.safetensors"), 0o600) == 0)
    try AtomicFile.write("{\"weight_map\":{\"a\":\"pipe.safetensors\"}}", to: folder("model.safetensors.index.json"))
    let error = failure { () throws(DataFileError) in try TensorFile(folder.path) }
    #expect(error?.code == .unreadable && error?.found == "a pipe or a device")
  }

  @Test func terabytesCostNothing() {
    func safetensors(_ header: String) -> [UInt8] {
      (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) } + Array(header.utf8)
    }
    let entry = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1099511627776],\"data_offsets\":[0,4398046511104]}}"
    #expect(refusal("m.safetensors", safetensors(entry))?.code == .truncated)
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776,), }"
    let npy = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
    #expect(
      refusal("m.npy", npy)?.description
        == "m.npy at byte 79: expected at most 68719476736 bytes a tensor, found array, float32 [1099511627776], of "
        + "4398046511104 bytes; if the file is meant to be so, raise `LoadLimits.tensorBytes` [data.limit-exceeded]")
    let gguf = Array("GGUF".utf8) + [3, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 16)
    #expect(refusal("m.gguf", gguf)?.code == .badValue)
    let many = Array("GGUF".utf8) + [3, 0, 0, 0] + [0, 0, 0, 0, 1, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
    #expect(refusal("m.gguf", many)?.hint == "if the file is meant to be so, raise `LoadLimits.tensors`")
  }

  @Test func limitsAreNamedByTheErrorsThatTheyCause() throws {
    var limits = LoadLimits()
    limits.tensorBytes = 8
    #expect(refusal("m", try Golden.bytes("state.pt"), limits)?.hint?.contains("`LoadLimits.tensorBytes`") == true)
    limits = LoadLimits()
    limits.totalBytes = 100
    #expect(refusal("m", try Golden.bytes("types.gguf"), limits)?.hint?.contains("`LoadLimits.totalBytes`") == true)
    limits = LoadLimits()
    limits.values = 3
    #expect(refusal("m", try Golden.bytes("types.gguf"), limits)?.hint?.contains("`LoadLimits.values`") == true)
    #expect(refusal("m", try Golden.bytes("state.pt"), limits)?.hint?.contains("`LoadLimits.values`") == true)
    limits = LoadLimits()
    limits.headerBytes = 10
    #expect(refusal("m", try Golden.bytes("state.pt"), limits)?.hint?.contains("`LoadLimits.headerBytes`") == true)
    #expect(refusal("m.safetensors", try Golden.bytes("types.safetensors"), limits)?.code == .limitExceeded)
    limits = LoadLimits()
    limits.inflatedBytes = 10
    let file = try TensorFile(Golden.path("compressed.npz"), limits: limits)
    let error = failure { () throws(DataFileError) in try file.tensor(named: "zeros") }
    #expect(error?.hint == "if the file is meant to be so, raise `LoadLimits.inflatedBytes`")
  }

  @Test func otherFilesAreCalledWhatTheyAre() {
    let page = Array("\n<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n".utf8)
    let pointer = Array("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9912422\n".utf8)
    for name in ["m.safetensors", "m.pt", "m.npz", "m"] {
      #expect(refusal(name, page)?.looksLike == .htmlPage, "\(name)")
      #expect(refusal(name, pointer)?.looksLike == .gitLFSPointer, "\(name)")
      #expect(refusal(name, [])?.code == .truncated)
    }
    #expect(
      refusal("m.pt", pointer)?.description
        == "m.pt at byte 0: expected a file of tensors (safetensors, PyTorch, NumPy or GGUF), found the bytes 76 65 72 73 "
        + "69 6f 6e 20; the file looks like a Git LFS pointer; the repository was cloned without its large files: run `git "
        + "lfs pull` [data.wrong-format]")
    let turned = Array("GGUF".utf8) + [0, 0, 0, 3] + [UInt8](repeating: 0, count: 16)
    #expect(refusal("m.gguf", turned)?.found == "version 3 in the wrong byte order (big-endian)")
    #expect(failure { () throws(DataFileError) in try TensorFile("/nowhere/m.pt") }?.code == .unreadable)
  }

  @Test func numPysHeadersAreReadStrictly() {
    func read(_ header: String, _ bytes: Int = 8) -> DataFileError? {
      refusal(
        "x.npy",
        [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
          + [UInt8](repeating: 0, count: bytes))
    }
    #expect(read("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }") == nil)
    #expect(read("{\"shape\": (2L,), 'fortran_order': True, 'descr': '<f4'}  \n") == nil)
    #expect(read("{'descr': '<f4', 'fortran_order': False, 'shape': ()}", 4) == nil)
    for header in [
      "", "{}", "{'descr': '<f4', 'fortran_order': False, 'shape': (2)}", "{'descr': '<f4', 'shape': (2,)}",
      "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 'y'}", "{'descr': '<f4'",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
      "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
      "__import__('os').system('id')",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x",
    ] { #expect(read(header)?.code == .wrongFormat, "\(header)") }
    #expect(
      read("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}")?.found == "records with fields")
    #expect(read("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}")?.code == .unsupported)
    #expect(read("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}")?.code == .truncated)
    #expect(read("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}")?.code == .trailingBytes)
  }

  @Test func damagedMembersAreNoticed() throws {
    var bytes = try Golden.bytes("compressed.npz")
    let start = try #require(bytes.firstIndex(of: 0x50))
    bytes[start + 60] ^= 0xFF
    guard let file = try? TensorFile(FileBytes(name: "m.npz", bytes: bytes)) else { return }
    #expect(failure { () throws(DataFileError) in try file.tensors() }?.code == .corrupt)
  }

  @Test func archivesMeanOneThing() throws {
    let twice = failure { () throws(DataFileError) in try TensorFile(Golden.path("twice.npz")) }
    #expect(twice?.expected == "each member's name once")
    // The second member's header in place of the first's: both over the same bytes.
    var bytes = try Golden.bytes("twice.npz")
    let names = bytes.indices.filter { bytes[$0...].starts(with: Array("a.npy".utf8)) }
    #expect(names.count == 4)
    bytes[names[1]] = UInt8(ascii: "b")
    bytes[names[3]] = UInt8(ascii: "b")
    #expect(refusal("m.npz", bytes) == nil)
    var renamed = bytes
    renamed[names[1]] = UInt8(ascii: "c")
    #expect(refusal("m.npz", renamed)?.expected == "the member's name as in the directory, b.npy")
    // A word before the archive moves every place that it states.
    #expect(refusal("m.npz", Array("PK".utf8) + bytes)?.code == .wrongFormat)
    #expect(refusal("m.npz", bytes + [0])?.code == .truncated)
  }
}
