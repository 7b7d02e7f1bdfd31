@_spi(Locks) import WeftTensor

/// What follows from its owner's other properties, made when it is first asked for and shared by all copies of the owner.
/// It takes no part in what the owner is equal to.
final class MadeOnce<Value: Sendable>: Sendable, Hashable {
  private let made = Guarded<Value?>(nil)

  func value(_ make: () -> Value) -> Value {
    made.withLock { made in
      if let made { return made }
      let new = make()
      made = new
      return new
    }
  }

  static func == (_: MadeOnce, _: MadeOnce) -> Bool { true }
  func hash(into hasher: inout Hasher) {}
}
