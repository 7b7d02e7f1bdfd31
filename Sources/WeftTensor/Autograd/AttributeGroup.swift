/// A type of attributes that calls give one by one: the windows of a convolution are its stride, its padding and so on.
package protocol AttributeGroup: Codable {
  static var members: [AttributeMember] { get }
}

/// One of a group of attributes.
package struct AttributeMember: Sendable {
  package let name: String
  /// The Swift type.
  package let type: String
  /// What it is where a call leaves it out; nil where a call may not.
  package let `default`: (any Codable & Sendable)?

  init(_ name: String, _ type: String, default value: (any Codable & Sendable)? = nil) {
    (self.name, self.type, self.default) = (name, type, value)
  }
}

/// A type of attributes that the program computes, whose numbers must fit together: where one is read from a file, that is
/// checked.
package protocol ComputedAttribute {
  var isConsistent: Bool { get }
}
