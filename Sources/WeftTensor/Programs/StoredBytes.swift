import CWeft
import Glibc

/// What is stored in an object, as bytes: another number, flag or reference in one of its properties shows.
///
/// The values of its properties are held, so that whoever changes an array in place has to copy it first, and stores
/// another reference. What a class that it refers to stores is not seen.
package struct StoredBytes {
  private let object: AnyObject
  private let held: [Any]
  private let bytes: [UInt8]
  private let start: UnsafeRawPointer

  /// - Parameter held: The values of the properties.
  package init(of object: AnyObject, holding held: [Any]) {
    (self.object, self.held) = (object, held)
    // Behind the reference to the type and the count of references, with which an object begins.
    let header = 2 * MemoryLayout<UInt>.size
    let memory = UnsafeRawPointer(Unmanaged.passUnretained(object).toOpaque())
    start = memory + header
    bytes = [UInt8](
      UnsafeRawBufferPointer(start: start, count: Swift.max(0, weft_object_size(memory) - header)))
  }

  /// Whether nothing that is stored in the object has changed.
  package var isUnchanged: Bool {
    bytes.withUnsafeBytes { known in known.baseAddress.map { memcmp(start, $0, known.count) == 0 } ?? true }
  }
}

/// Says something to the person at the terminal, on standard error, unless WEFT_QUIET is set.
package func say(_ text: String) { weft_say(text) }
