import Foundation
import TestSupport
import Testing
import Weft

/// Archives of `torch.export.save` that say what cannot be.
@Suite struct ExportedProgramTests {
  /// An archive of one weight of four bytes, as its list describes it.
  private func archive(
    _ changes: [String: String] = [:], list: String? = nil, elements: [UInt8] = [0, 0, 128, 63],
    order: String = "little"
  ) -> [UInt8] {
    var fields = [
      "path_name": "\"weight_0\"", "use_pickle": "false", "dtype": "7", "sizes": "[{\"as_int\": 1}]",
      "strides": "[{\"as_int\": 1}]", "storage_offset": "{\"as_int\": 0}", "layout": "7",
    ]
    for (key, value) in changes { fields[key] = value }
    let inner = ["dtype", "sizes", "strides", "storage_offset", "layout"].map { "\"\($0)\": \(fields[$0] ?? "0")" }
    let entry =
      "{\"path_name\": \(fields["path_name"] ?? ""), \"use_pickle\": \(fields["use_pickle"] ?? ""), "
      + "\"tensor_meta\": {\(inner.joined(separator: ", "))}}"
    let text = list ?? "{\"config\": {\"w\": \(entry)}}"
    return Self.zip([
      ("m/archive_format", Array("pt2".utf8)), ("m/byteorder", Array(order.utf8)),
      ("m/data/weights/weight_0", elements),
      ("m/data/weights/model_weights_config.json", Array(text.utf8)),
    ])
  }

  private static func zip(_ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    func number(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }
    var (archive, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, bytes) in members {
      var crc = ~UInt32(0)
      for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
      }
      let sizes = number(~crc) + number(UInt32(bytes.count)) + number(UInt32(bytes.count))
      // The version, no flags, stored, midnight of the first day there is.
      let fields = number(UInt16(20)) + number(UInt64(0x21) << 48)
      let rest = sizes + number(UInt16(name.utf8.count)) + number(UInt16(0))
      directory += number(UInt32(0x0201_4B50)) + number(UInt16(20)) + fields + rest + number(UInt16(0))
      directory += number(UInt64(0)) + number(UInt32(archive.count)) + Array(name.utf8)
      archive += number(UInt32(0x0403_4B50)) + fields + rest + Array(name.utf8) + bytes
    }
    let (count, start) = (UInt16(members.count), archive.count)
    archive += directory + number(UInt32(0x0605_4B50)) + number(UInt32(0)) + number(count) + number(count)
    return archive + number(UInt32(directory.count)) + number(UInt32(start)) + number(UInt16(0))
  }

  private func opened(_ bytes: [UInt8]) throws -> TensorFile { try TensorFile(FileBytes(name: "m.pt2", bytes: bytes)) }

  private func refusal(_ bytes: [UInt8]) -> DataFileError? {
    failure { () throws(DataFileError) in try TensorFile(FileBytes(name: "m.pt2", bytes: bytes)) }
  }

  @Test func elementsLieWhereTheListSays() throws {
    #expect(try opened(archive()).tensor(named: "w").scalars(as: Float.self) == [1])
    let big = try opened(archive(elements: [63, 128, 0, 0], order: "big"))
    #expect(try big.tensor(named: "w").scalars(as: Float.self) == [1])
    let second = archive(["dtype": "6", "storage_offset": "{\"as_int\": 1}"], elements: [0, 0, 0, 60])
    #expect(try opened(second).tensor(named: "w").scalars(as: Float.self) == [1])
    let bytes = archive([
      "dtype": "29", "sizes": "[{\"as_int\": 2}, {\"as_int\": 2}]",
      "strides": "[{\"as_int\": 1}, {\"as_int\": 2}]",
    ])
    #expect(try opened(bytes)["w"]?.type == .float8E4M3)
    #expect(try opened(bytes).format == .pyTorch)
  }

  @Test func whatIsNoPlainTensorIsListed() throws {
    for changes in [["use_pickle": "true"], ["layout": "1"], ["use_pickle": "null"]] {
      let file = try opened(archive(changes))
      #expect(file.entries.isEmpty && file.skipped == [SkippedPart(name: "w", reason: "no plain tensor")])
    }
    let none = archive(list: "{\"config\": {\"w\": {\"path_name\": \"weight_0\", \"tensor_meta\": null}}}")
    #expect(try opened(none).skipped.count == 1)
    #expect(try opened(archive(list: "{\"config\": {}}")).entries.isEmpty)
  }

  @Test func whatCannotBeIsRefused() throws {
    let wrong: [([String: String], DataFileError.Code)] = [
      (["sizes": "[{\"as_int\": 2}]"], .truncated), (["storage_offset": "{\"as_int\": 1}"], .truncated),
      (["storage_offset": "{\"as_int\": -1}"], .truncated), (["dtype": "8"], .truncated),
      (["sizes": "[{\"as_int\": -1}]"], .wrongFormat), (["sizes": "[{\"as_expr\": \"s0\"}]"], .wrongFormat),
      (["sizes": "[]"], .truncated), (["strides": "[{\"as_int\": -4}]", "sizes": "[{\"as_int\": 2}]"], .truncated),
      (["dtype": "99"], .unsupported), (["dtype": "\"7\""], .wrongFormat), (["path_name": "\"../x\""], .wrongFormat),
      (["path_name": "0"], .wrongFormat), (["storage_offset": "{\"as_int\": 9223372036854775807}"], .wrongFormat),
      (["sizes": "[{\"as_int\": 1099511627776}, {\"as_int\": 1099511627776}]"], .wrongFormat),
    ]
    for (changes, code) in wrong { #expect(refusal(archive(changes))?.code == code, "\(changes)") }
    for text in ["", "[]", "{\"config\": 1}", "{\"config\": {\"w\": 1,}}", "{\"config\": {\"w\": {}, \"w\": {}}}"] {
      #expect(refusal(archive(list: text))?.code == .wrongFormat, "\(text)")
    }
    #expect(refusal(archive(order: "middle"))?.code == .wrongFormat)
    #expect(refusal(Self.zip([("m/archive_format", Array("pt2".utf8))]))?.code == .unsupported)
    var limits = LoadLimits()
    limits.headerBytes = 64
    let limited = failure { () throws(DataFileError) in
      try TensorFile(FileBytes(name: "m.pt2", bytes: archive()), limits: limits)
    }
    #expect(limited?.code == .limitExceeded)
    let bytes = archive()
    for place in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[place] ^= 1 << UInt8(bit)
        _ = refusal(changed)
      }
    }
  }
}
