import Foundation
import NIOCore

/// The body of a form with files (RFC 7578): its parts, by their names.
package struct MultipartForm {
  /// A part of a form.
  package struct Part {
    package let name: String
    let bytes: ByteBufferView

    /// Its bytes as text.
    package func text() throws -> String {
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw RequestRefusal(.malformed, "`\(name)`: expected text in UTF-8, got other bytes.", field: name)
      }
      return text
    }
  }

  package private(set) var parts: [Part] = []
  private static let most = 64

  /// - Parameter type: What `Content-Type` says; nil where there is none.
  /// - Throws: A `RequestRefusal` for a body that is no such form.
  init(_ body: ByteBufferView, type: String?) throws {
    let boundary = Array("--\(try Self.boundary(type ?? ""))".utf8)
    guard var place = Self.find(boundary, in: body) else { throw Self.broken("its boundary") }
    while true {
      place += boundary.count
      let rest = body[place...]
      if rest.starts(with: "--".utf8) { return }
      guard let line = Self.find(Array("\r\n".utf8), in: rest),
        let end = Self.find(Array("\r\n\r\n".utf8), in: body[line...]),
        let next = Self.find(Array("\r\n".utf8) + boundary, in: body[(end + 2)...])
      else { throw Self.broken("a part that ends in its boundary") }
      guard parts.count < Self.most else {
        throw RequestRefusal(.unfit, "The form: expected at most \(Self.most) parts.")
      }
      let name = try Self.name(body[line..<end])
      // Nothing at all may stand between the head's end and the boundary.
      let start = min(end + 4, next)
      parts.append(Part(name: name, bytes: body[start..<next]))
      place = next + 2
    }
  }

  /// The form in some bytes.
  package init(_ bytes: [UInt8], type: String?) throws {
    try self.init(ByteBuffer(bytes: bytes).readableBytesView, type: type)
  }

  /// The last part of a name.
  subscript(_ name: String) -> Part? { parts.last { $0.name == name } }

  private static func broken(_ expected: String) -> RequestRefusal {
    RequestRefusal(.malformed, "The form: expected \(expected), found none.")
  }

  private static func boundary(_ type: String) throws -> String {
    let given = HeaderParameters(type)
    guard given.value == "multipart/form-data" else {
      throw RequestRefusal(
        .malformed, "Content-Type: expected multipart/form-data, got \(type.isEmpty ? "none" : "\"\(type)\"").")
    }
    let boundary = given["boundary"] ?? ""
    guard 1...70 ~= boundary.utf8.count else { throw broken("a boundary of 1 to 70 bytes in Content-Type") }
    return boundary
  }

  /// The name that a part's head gives it.
  private static func name(_ head: ByteBufferView) throws -> String {
    let disposition = "content-disposition:"
    for line in String(decoding: head.prefix(8192), as: UTF8.self).split(separator: "\r\n") {
      guard line.lowercased().hasPrefix(disposition) else { continue }
      if let name = HeaderParameters(line.dropFirst(disposition.count))["name"] { return name }
    }
    throw broken("a name for each part")
  }

  /// Where bytes stand first in others.
  private static func find(_ wanted: [UInt8], in bytes: ByteBufferView) -> Int? {
    bytes.withUnsafeBytes { all -> Int? in
      guard let start = all.baseAddress, let first = wanted.first else { return nil }
      var place = 0
      while let found = memchr(start + place, Int32(first), all.count - place) {
        place = UnsafeRawPointer(found) - start
        guard place + wanted.count <= all.count else { return nil }
        if memcmp(found, wanted, wanted.count) == 0 { return bytes.startIndex + place }
        place += 1
      }
      return nil
    }
  }
}
