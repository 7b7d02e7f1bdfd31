import CWeft

/// What is stored in an object, as bytes: another number, flag or reference in one of its properties shows.
///
/// The values of its properties are held, so that whoever changes an array in place has to copy it first, and stores
/// another reference. What a class that it refers to stores is not seen.
package struct StoredBytes {
  private let object: AnyObject
  private let held: [Any]
  private let words: [UInt]

  /// - Parameter held: The values of the properties.
  package init(of object: AnyObject, holding held: [Any]) {
    (self.object, self.held) = (object, held)
    words = Self.withWords(of: object) { Array($0) }
  }

  /// Whether nothing that is stored in the object has changed.
  package var isUnchanged: Bool {
    Self.withWords(of: object) { present in
      for place in words.indices where present[place] != words[place] { return false }
      return true
    }
  }

  /// What stands behind the reference to the type and the count of references, with which an object begins.
  private static func withWords<Result>(of object: AnyObject, _ body: (UnsafeBufferPointer<UInt>) -> Result) -> Result {
    withExtendedLifetime(object) {
      let start = UnsafeRawPointer(Unmanaged.passUnretained(object).toOpaque())
      let count = weft_object_size(start) / MemoryLayout<UInt>.size
      let words = UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt.self), count: count)
      return body(UnsafeBufferPointer(rebasing: words.dropFirst(2)))
    }
  }
}

/// Says something to the person at the terminal, on standard error, unless WEFT_QUIET is set.
package func say(_ text: String) { weft_say(text) }
