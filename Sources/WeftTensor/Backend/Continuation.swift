/// Where the elements come from that continue a tensor beyond its ends.
public enum Continuation: String, Hashable, Sendable, Codable, CaseIterable {
  /// Mirrored at the first and last elements, which are not repeated.
  case reflect
  /// The first and last elements repeated.
  case replicate
  /// From the other end.
  case circular

  /// The place inside an axis of `size` that a place from -before shows.
  func place(_ place: Int, in size: Int) -> Int {
    switch self {
    case .reflect: place < 0 ? -place : place < size ? place : 2 * size - 2 - place
    case .replicate: Swift.min(Swift.max(place, 0), size - 1)
    case .circular: place < 0 ? place + size : place < size ? place : place - size
    }
  }
}

extension Continuation {
  /// The most elements that an axis of `size` can be continued by at one end.
  func most(in size: Int) -> Int {
    switch self {
    case .reflect: Swift.max(size - 1, 0)
    case .replicate: size > 0 ? 1 << 46 : 0
    case .circular: size
    }
  }
}
