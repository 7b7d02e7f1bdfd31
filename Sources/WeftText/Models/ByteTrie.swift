/// A trie over bytes: one table of all its edges, so that a step is one look.
struct ByteTrie {
  /// A node and a byte in 24 and 8 bits, and the node that they lead to; 0 leads nowhere, for the root is no child.
  private struct Edge {
    var key: UInt32 = 0
    var child: UInt32 = 0
  }

  static let root: UInt32 = 0
  private static let largest = 1 << 24
  private var edges = [Edge](repeating: Edge(), count: 64)
  /// What ends at each node, or -1.
  private(set) var values: [Int32] = [-1]

  @inline(__always)
  private func slot(_ key: UInt32) -> Int {
    Int(truncatingIfNeeded: (UInt64(key) &* 0x9E37_79B9_7F4A_7C15) >> 32) & (edges.count - 1)
  }

  /// Where a byte leads to from a node, or 0.
  @inline(__always)
  func child(of node: UInt32, _ byte: UInt8) -> UInt32 {
    let key = node << 8 | UInt32(byte)
    var slot = slot(key)
    return edges.withUnsafeBufferPointer { edges in
      while edges[slot].child != 0 {
        if edges[slot].key == key { return edges[slot].child }
        slot = (slot + 1) & (edges.count - 1)
      }
      return 0
    }
  }

  /// The value that ends at a node, or -1.
  @inline(__always)
  func value(at node: UInt32) -> Int32 { values.withUnsafeBufferPointer { $0[Int(node)] } }

  /// Sets what a key leads to; false where the trie is full.
  mutating func insert(_ key: UnsafeBufferPointer<UInt8>, _ value: Int32) -> Bool {
    var node = Self.root
    for byte in key {
      var next = child(of: node, byte)
      if next == 0 {
        guard values.count < Self.largest else { return false }
        next = UInt32(values.count)
        values.append(-1)
        if values.count * 2 > edges.count { grow() }
        add(Edge(key: node << 8 | UInt32(byte), child: next))
      }
      node = next
    }
    values[Int(node)] = value
    return true
  }

  private mutating func add(_ edge: Edge) {
    var slot = slot(edge.key)
    while edges[slot].child != 0 { slot = (slot + 1) & (edges.count - 1) }
    edges[slot] = edge
  }

  private mutating func grow() {
    let old = edges
    edges = [Edge](repeating: Edge(), count: old.count * 2)
    for edge in old where edge.child != 0 { add(edge) }
  }
}
